include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::lists::lists::*;

macro_rules! turn {
    ($($function:ident: $element:ty;)*) => {
        $(fn $function(mut v: Vec<$element>) -> Vec<$element> {
            v.reverse();
            v
        })*
    };
}

impl Guest for Component {
    turn! {
        bools: bool;
        u8s: u8;
        s8s: i8;
        u16s: u16;
        s16s: i16;
        u32s: u32;
        s32s: i32;
        u64s: u64;
        s64s: i64;
        f32s: f32;
        f64s: f64;
        chars: char;
        colors: Color;
        accesses: Access;
        padded_ones: Padded;
        persons: Person;
        shapes: Shape;
        tuples: (u8, String, u32);
        options: Option<u16>;
        results: Result<String, u8>;
        nested: Vec<Vec<u16>>;
    }

    fn iota(count: u32) -> Vec<u32> {
        (0..count).collect()
    }

    fn sum(v: Vec<u32>) -> u64 {
        v.into_iter().map(u64::from).sum()
    }

    fn two(a: Vec<u8>, b: Vec<u8>) -> (u32, u32) {
        (a.len() as u32, b.len() as u32)
    }
}
