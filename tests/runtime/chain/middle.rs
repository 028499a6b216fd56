include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::chain::steps::{Guest, Job};
use test::chain::{only_leaf::shout, steps};

impl Guest for Component {
    fn run_job(j: Job) -> Job {
        let done = steps::run_job(&steps::Job { name: shout(&j.name), sizes: j.sizes });
        Job { name: done.name, sizes: done.sizes.into_iter().map(|s| s.wrapping_add(1)).collect() }
    }

    fn depth() -> u32 {
        steps::depth() + base()
    }
}
