include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::diamond::number::{Guest, Value};

impl Guest for Component {
    fn get() -> Value {
        Value { n: test::diamond::number::get().n + 10, by: "right".into() }
    }
}
