//! Three worlds of Rust in one process: this program's and those of two components.

use std::panic;
use std::sync::atomic::{AtomicU32, Ordering};

wit_bindgen::generate!("app");

#[no_mangle]
pub static COUNTER_STATE: AtomicU32 = AtomicU32::new(0);
static SEEN: AtomicU32 = AtomicU32::new(0);

fn main() {
    panic::set_hook(Box::new(|_| {
        SEEN.fetch_add(1, Ordering::Relaxed);
    }));
    match std::env::args().nth(1).as_deref() {
        Some("north") => north::fall(),
        Some("south") => south::fall(),
        _ => meet(),
    }
}

fn meet() {
    println!("versions {} {}", north::version(), south::version());
    println!("counts {} {} {}", north::count(), south::count(), north::count());
    println!("threads {} {} {}", north::count_in_thread(), north::count_in_thread(), south::count_in_thread());
    let other = std::thread::spawn(|| (north::count_in_thread(), south::count_in_thread()));
    println!("another thread {:?}", other.join().unwrap());
    let before = north::blocks();
    for _ in 0..10 {
        // Each makes a string, of which the caller makes its own.
        north::version();
        south::version();
    }
    println!("blocks {} {}", north::blocks() - before, south::blocks());
    north::watch();
    println!("panics {} {}", north::stumble(), north::stumble());
    south::watch();
    println!("panics {} {}", south::stumble(), north::stumble());
    assert!(panic::catch_unwind(|| panic!("the program's own")).is_err());
    println!("the program {} {}", COUNTER_STATE.load(Ordering::Relaxed), SEEN.load(Ordering::Relaxed));
}
