include!(env!("BINDINGS"));

struct Component;

export!(Component);

use other::{lib1_0_0::api as v1, lib2_1_0_beta_1_build_7::api as v2};

impl Guest for Component {
    fn run() {
        assert_eq!(v1::open(&v1::Config { name: "first".into() }), "first");
        assert_eq!(v2::open(&v2::Config { name: "first".into(), size: 99 }), Ok("first".into()));
        assert_eq!(v2::open(&v2::Config { name: "first".into(), size: u64::MAX }), Err(u64::MAX));
        assert_eq!((v1::number(), v2::number()), (1, 2));
    }
}
