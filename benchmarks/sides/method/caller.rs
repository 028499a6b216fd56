include!(env!("BINDINGS"));

use std::ffi::c_long;
use std::hint::black_box;

#[no_mangle]
extern "C" fn run_add(n: c_long) {
    let adder = bench::method::objects::Adder::new(3);
    let mut sum = 1;
    for i in 0..n {
        sum = adder.add(sum, i as i32);
    }
    black_box(sum);
}
