include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::rename::{
    long_interface_name::{twice, Value},
    other::length,
};

impl Guest for Component {
    fn run() {
        let twice = twice(&Value { text: "ab".into() });
        assert_eq!((twice.text.as_str(), length(&twice)), ("abab", 4));
        assert_eq!(plain::next(255), 0);
    }
}
