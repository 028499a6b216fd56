include!(env!("BINDINGS"));

struct Component;

export!(Component);

const WORDS: [&str; 4] = ["plain", "Grüße, 世界 🚀", "", "nul\0inside"];

impl exports::test::strings::strings::Guest for Component {
    fn take(s: String) -> u32 {
        WORDS.iter().position(|w| *w == s).map_or(0, |i| i as u32 + 1)
    }

    fn give(kind: u8) -> String {
        WORDS[usize::from(kind) - 1].into()
    }

    fn same(s: String) -> String {
        s
    }

    fn join(a: String, b: String) -> String {
        a + &b
    }

    fn split(s: String) -> Vec<String> {
        s.split(',').map(String::from).collect()
    }

    fn total(parts: Vec<String>) -> u64 {
        parts.iter().map(|p| p.len() as u64).sum()
    }

    fn reverse(mut parts: Vec<String>) -> Vec<String> {
        parts.reverse();
        parts
    }

    fn large(s: String) -> String {
        s.bytes().map(|b| char::from(b + 1)).collect()
    }
}
