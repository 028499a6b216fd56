include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::options::options::*;

macro_rules! same {
    ($($function:ident: $type:ty;)*) => {
        $(fn $function(v: $type) -> $type {
            v
        })*
    };
}

impl Guest for Component {
    same! {
        a_bool: Option<bool>;
        a_u8: Option<u8>;
        a_s16: Option<i16>;
        a_u64: Option<u64>;
        a_f32: Option<f32>;
        a_f64: Option<f64>;
        a_char: Option<char>;
        text: Option<String>;
        bytes: Option<Vec<u8>>;
        a_tuple: Option<(u8, String)>;
        a_record: Option<Pair>;
        twice: Option<Option<u32>>;
        thrice: Option<Option<Option<String>>>;
        a_result: Option<Result<u8, String>>;
        named: MaybeText;
        alias: Again;
    }

    fn several(a: Option<u8>, b: Option<String>, c: u8, d: Option<f64>) -> u32 {
        let (a, d) = (u32::from(a.unwrap_or(0)), if d == Some(0.5) { 1000 } else { 0 });
        a + d + u32::from(c) * 10000 + if b.as_deref() == Some("b") { 10_000_000 } else { 0 }
    }

    fn listed(mut v: Vec<Option<String>>) -> Vec<Option<String>> {
        v.reverse();
        v
    }
}
