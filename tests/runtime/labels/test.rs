include!(env!("BINDINGS"));

struct Component;

export!(Component);

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

macro_rules! side {
    ($side:ident, $value:ident, $factor:expr) => {
        static $value: AtomicU32 = AtomicU32::new(0);

        impl exports::$side::Guest for Component {
            fn set(a: exports::$side::Amount) -> exports::$side::State {
                $value.store(a.value * $factor, SeqCst);
                if a.value == 0 {
                    exports::$side::State::Empty
                } else {
                    exports::$side::State::Full
                }
            }

            fn get(key: String) -> Option<exports::$side::Amount> {
                let value = $value.load(SeqCst);
                (value != 0 && key == stringify!($side)).then_some(exports::$side::Amount { value, unit: key })
            }
        }
    };
}

side!(left, LEFT, 1);
side!(right, RIGHT, 10);
