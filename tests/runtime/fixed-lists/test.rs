include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::fixed_lists::fixed_lists::*;

macro_rules! turn {
    ($($function:ident: $type:ty;)*) => {
        $(fn $function(mut v: $type) -> $type {
            v.reverse();
            v
        })*
    };
}

impl Guest for Component {
    turn! {
        bytes: [u8; 4];
        words: [i64; 2];
        names: [String; 2];
        pixels: [Pixel; 2];
        options: [Option<u16>; 3];
        one: [bool; 1];
        many: Vec<[u16; 2]>;
    }

    fn transpose(m: Matrix) -> [[f32; 3]; 2] {
        [0, 1].map(|column| m.map(|row| row[column]))
    }

    fn long(v: [i32; 20]) -> i64 {
        v.into_iter().zip(1..).map(|(n, i)| i64::from(n) * i).sum()
    }

    fn maybe(v: Option<[u8; 2]>) -> Result<[u8; 2], [char; 1]> {
        v.ok_or([char::MAX])
    }
}
