include!(env!("BINDINGS"));

use bench::lent::views;
use std::ffi::c_long;
use std::hint::black_box;

const SMALL: usize = 64;
const BIG: usize = 1 << 20;

// Nothing is made at the first call: the driver takes its time, too.
static TEXT: &str = unsafe { std::str::from_utf8_unchecked(&[1; BIG]) };
static BYTES: [u8; BIG] = [1; BIG];
static WORDS: [u32; BIG / 4] = [1; BIG / 4];

fn lend<Lent: ?Sized>(n: c_long, lent: &Lent, call: impl Fn(&Lent) -> u32) {
    let mut sum = 0u32;
    for _ in 0..n {
        sum = sum.wrapping_add(call(lent));
    }
    black_box(sum);
}

#[no_mangle]
extern "C" fn run_text_small(n: c_long) {
    lend(n, &TEXT[..SMALL], views::text);
}

#[no_mangle]
extern "C" fn run_text_big(n: c_long) {
    lend(n, TEXT, views::text);
}

#[no_mangle]
extern "C" fn run_bytes_small(n: c_long) {
    lend(n, &BYTES[..SMALL], views::bytes);
}

#[no_mangle]
extern "C" fn run_bytes_big(n: c_long) {
    lend(n, &BYTES[..], views::bytes);
}

#[no_mangle]
extern "C" fn run_words_small(n: c_long) {
    lend(n, &WORDS[..SMALL / 4], views::words);
}

#[no_mangle]
extern "C" fn run_words_big(n: c_long) {
    lend(n, &WORDS[..], views::words);
}
