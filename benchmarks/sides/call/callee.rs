include!(env!("BINDINGS"));

struct Callee;

export!(Callee);

impl exports::bench::call::plain::Guest for Callee {
    fn add(a: i32, b: i32) -> i32 {
        a + b
    }
}
