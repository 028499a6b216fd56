//! Both components, which differ in a feature and in the version of a crate.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::panic;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

wit_bindgen::generate!("probed");

struct Probe;

export!(Probe);

static BLOCKS: AtomicU64 = AtomicU64::new(0);
static SEEN: AtomicU32 = AtomicU32::new(0);

thread_local! {
    static IN_THREAD: Cell<u32> = const { Cell::new(0) };
}

pub struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BLOCKS.fetch_add(1, Ordering::Relaxed);
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        System.dealloc(block, layout)
    }
}

#[cfg_attr(feature = "allocator", global_allocator)]
pub static ALLOCATOR: Counting = Counting;

impl exports::demo::worlds::probe::Guest for Probe {
    fn count() -> u32 {
        counter::next()
    }

    fn version() -> String {
        counter::VERSION.to_string()
    }

    fn count_in_thread() -> u32 {
        IN_THREAD.replace(IN_THREAD.get() + 1) + 1
    }

    fn blocks() -> u64 {
        BLOCKS.load(Ordering::Relaxed)
    }

    fn watch() {
        panic::set_hook(Box::new(|_| {
            SEEN.fetch_add(1, Ordering::Relaxed);
        }));
    }

    fn stumble() -> u32 {
        assert!(panic::catch_unwind(|| panic!("on purpose")).is_err());
        SEEN.load(Ordering::Relaxed)
    }

    fn fall() {
        panic!("{} fell", counter::VERSION)
    }
}
