include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::diamond::number::{Guest, Value};

impl Guest for Component {
    fn get() -> Value {
        Value { n: 1, by: "left".into() }
    }
}
