use std::sync::atomic::{AtomicU32, Ordering};

pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Of one name in everybody's object files.
#[no_mangle]
pub static COUNTER_STATE: AtomicU32 = AtomicU32::new(100);

pub fn next() -> u32 {
    COUNTER_STATE.fetch_add(1, Ordering::Relaxed) + 1
}
