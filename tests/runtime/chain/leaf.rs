include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::chain::{only_leaf, steps};

impl steps::Guest for Component {
    fn run_job(mut j: steps::Job) -> steps::Job {
        j.sizes.iter_mut().for_each(|s| *s = s.wrapping_mul(2));
        j
    }

    fn depth() -> u32 {
        1
    }
}

impl only_leaf::Guest for Component {
    fn shout(s: String) -> String {
        s.to_ascii_uppercase()
    }
}

impl Guest for Component {
    fn base() -> u32 {
        100
    }
}
