include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::keywords::interface::{self, *};

impl Guest for Component {
    fn run() {
        assert_eq!(switch(100, "word", &[1, 2]), 106);
        assert_eq!(static_(7, "word", Enum::While), Ok("word".into()));
        assert_eq!(static_(7, "word", Enum::Default), Err(7));

        let r = union(&Record { int: 1, class: "class".into(), default: false, ret: 2, err: 3 });
        assert_eq!((r.int, r.class.as_str(), r.default, r.ret, r.err), (2, "class", true, 3, 4));
        assert_eq!(namespace(Flags::IF | Flags::NEW), Flags::NEW | Flags::DELETE);

        assert!(matches!(register(&Variant::Double(-0.5)), Variant::Double(n) if n == -0.5));
        assert!(matches!(register(&Variant::Struct("word".into())), Variant::Struct(s) if s == "word"));
        assert!(matches!(register(&Variant::Union), Variant::Union));

        assert_eq!((typedef(Some(2), 40), typedef(None, 41), typedef(None, 0)), (Some(42), Some(41), None));
        assert_eq!(interface::bool(Struct { a: 1 }, "word", 1 << 40), (1 << 40) + 5);
        assert_eq!(main(1, 2, 3, 4), 1234);
        assert_eq!(free("word"), "word");
    }
}
