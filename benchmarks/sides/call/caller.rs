include!(env!("BINDINGS"));

use std::ffi::c_long;
use std::hint::black_box;

#[no_mangle]
extern "C" fn run_add(n: c_long) {
    let mut sum = 1;
    for i in 0..n {
        sum = bench::call::plain::add(sum, i as i32);
    }
    black_box(sum);
}
