include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::rename::{long_interface_name, other};

impl long_interface_name::Guest for Component {
    fn twice(v: long_interface_name::Value) -> long_interface_name::Value {
        long_interface_name::Value { text: v.text.repeat(2) }
    }
}

impl other::Guest for Component {
    fn length(v: other::Value) -> u32 {
        v.text.len() as u32
    }
}

impl exports::plain::Guest for Component {
    fn next(v: u8) -> u8 {
        v.wrapping_add(1)
    }
}
