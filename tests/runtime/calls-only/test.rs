include!(env!("BINDINGS"));

struct Component;

export!(Component);

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

static CALLS: AtomicU32 = AtomicU32::new(0);

impl exports::test::calls_only::calls::Guest for Component {
    fn once() {
        assert_eq!(CALLS.fetch_add(1, SeqCst), 0);
    }

    fn again() {
        assert!(CALLS.fetch_add(1, SeqCst) >= 1);
    }
}
