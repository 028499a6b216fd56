include!(env!("BINDINGS"));

use exports::bench::method::objects::{Guest, GuestAdder};

struct Callee;

export!(Callee);

struct Adder {
    bias: i32,
}

impl Guest for Callee {
    type Adder = Adder;
}

impl GuestAdder for Adder {
    fn new(bias: i32) -> Self {
        Self { bias }
    }

    fn add(&self, a: i32, b: i32) -> i32 {
        a.wrapping_add(b).wrapping_add(self.bias)
    }
}
