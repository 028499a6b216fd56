include!(env!("BINDINGS"));

struct Component;

export!(Component);

impl exports::sums::Guest for Component {
    fn all() -> (u32, u32, String) {
        let (a, b, number) = (a::get(), b::get(), test::diamond::number::get());
        (a.n, b.n + number.n, a.by + &b.by)
    }
}
