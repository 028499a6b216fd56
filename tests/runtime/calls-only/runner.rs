include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::calls_only::calls::{again, once};

impl Guest for Component {
    fn run() {
        once();
        again();
        again();
    }
}
