include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::other::{lib1_0_0::api as v1, lib2_1_0_beta_1_build_7::api as v2};

impl v1::Guest for Component {
    fn open(c: v1::Config) -> String {
        c.name
    }

    fn number() -> u32 {
        1
    }
}

impl v2::Guest for Component {
    fn open(c: v2::Config) -> Result<String, u64> {
        if c.size < 100 {
            Ok(c.name)
        } else {
            Err(c.size)
        }
    }

    fn number() -> u32 {
        2
    }
}
