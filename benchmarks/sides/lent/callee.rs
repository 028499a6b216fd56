include!(env!("BINDINGS"));

struct Callee;

export!(Callee);

impl exports::bench::lent::views::Guest for Callee {
    fn text(a: String) -> u32 {
        u32::from(a.as_bytes()[0]) + u32::from(a.as_bytes()[a.len() - 1])
    }

    fn bytes(a: Vec<u8>) -> u32 {
        u32::from(a[0]) + u32::from(a[a.len() - 1])
    }

    fn words(a: Vec<u32>) -> u32 {
        a[0].wrapping_add(a[a.len() - 1])
    }
}
