include!(env!("BINDINGS"));

use exports::test::providers::things::{Guest, GuestThing};
use std::cell::Cell;

struct Component;

export!(Component);

thread_local! {
    static ALIVE: Cell<u32> = const { Cell::new(0) };
}

struct Number(Cell<u32>);

impl Drop for Number {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl GuestThing for Number {
    fn new(n: u32) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self(Cell::new(n))
    }

    fn by(&self) -> String {
        BY.into()
    }

    fn more(&self, n: u32) -> u32 {
        self.0.set(self.0.get() + STEP * n);
        self.0.get()
    }
}

impl Guest for Component {
    type Thing = Number;

    fn alive() -> u32 {
        ALIVE.get()
    }
}
