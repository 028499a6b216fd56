include!(env!("BINDINGS"));

struct Component;

export!(Component);

use std::sync::atomic::{AtomicI32, Ordering::SeqCst};

static KEPT: AtomicI32 = AtomicI32::new(0);

impl exports::test::scalars::scalars::Guest for Component {
    fn a_bool(v: bool) -> bool {
        v
    }
    fn a_u8(v: u8) -> u8 {
        v
    }
    fn a_s8(v: i8) -> i8 {
        v
    }
    fn a_u16(v: u16) -> u16 {
        v
    }
    fn a_s16(v: i16) -> i16 {
        v
    }
    fn a_u32(v: u32) -> u32 {
        v
    }
    fn a_s32(v: i32) -> i32 {
        v
    }
    fn a_u64(v: u64) -> u64 {
        v
    }
    fn a_s64(v: i64) -> i64 {
        v
    }
    fn a_f32(v: f32) -> f32 {
        v
    }
    fn a_f64(v: f64) -> f64 {
        v
    }
    fn a_char(v: char) -> char {
        v
    }

    fn all(a: bool, b: u8, c: i8, d: u16, e: i16, f: u32, g: i32, h: u64, i: i64, j: f32, k: f64, l: char) -> bool {
        (a, b, c, d, e, f) == (true, 200, -100, 60000, -30000, 4_000_000_000)
            && (g, h, i) == (-2_000_000_000, 18_000_000_000_000_000_000, -9_000_000_000_000_000_000)
            && (j, k, l) == (0.5, -0.25, char::MAX)
    }

    fn put(v: i32) {
        KEPT.store(v, SeqCst)
    }

    fn get() -> i32 {
        KEPT.load(SeqCst)
    }
}
