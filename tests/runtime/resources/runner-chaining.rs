//@ args = '--enable-method-chaining'
include!("runner.rs");

const _: for<'a> fn(&'a Counter, u32) -> &'a Counter = Counter::add;
