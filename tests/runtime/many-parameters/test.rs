include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::many_parameters::many_parameters::*;

macro_rules! check {
    ($a1:ident $a2:ident $a3:ident $a4:ident $a5:ident $a6:ident $a7:ident $a8:ident $a9:ident $a10:ident $a12:ident) => {
        assert_eq!(($a1, $a2, $a3, $a4, $a5, $a6), (255, -128, 65535, -32768, u32::MAX, i32::MIN));
        assert_eq!(($a7, $a8, $a9, $a10, $a12), (u64::MAX, i64::MIN, 9.5, -10.25, char::MAX));
    };
}

#[allow(clippy::too_many_arguments)]
impl Guest for Component {
    fn sixteen(
        a1: u8,
        a2: i8,
        a3: u16,
        a4: i16,
        a5: u32,
        a6: i32,
        a7: u64,
        a8: i64,
        a9: f32,
        a10: f64,
        a11: bool,
        a12: char,
        a13: u8,
        a14: u16,
        a15: u32,
        a16: u64,
    ) -> u64 {
        check!(a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a12);
        assert!(a11);
        u64::from(a13) + u64::from(a14) + u64::from(a15) + a16
    }

    fn seventeen(
        a1: u8,
        a2: i8,
        a3: u16,
        a4: i16,
        a5: u32,
        a6: i32,
        a7: u64,
        a8: i64,
        a9: f32,
        a10: f64,
        a11: bool,
        a12: char,
        a13: u8,
        a14: u16,
        a15: u32,
        a16: u64,
        a17: i8,
    ) -> f64 {
        check!(a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a12);
        assert!(!a11);
        f64::from(a13) + f64::from(a14) + f64::from(a15) + a16 as f64 + f64::from(a17)
    }

    fn strings(
        a: String,
        b: String,
        c: String,
        d: String,
        e: String,
        f: String,
        g: String,
        h: String,
        i: String,
    ) -> String {
        [a, b, c, d, e, f, g, h, i].concat()
    }

    fn mixed(
        a: Block,
        b: Vec<String>,
        c: Any,
        d: Option<String>,
        e: Result<Vec<u8>, Block>,
        f: (u8, Block),
    ) -> (Block, Any, Vec<String>, String) {
        let block = match e {
            Ok(bytes) => Block { a: bytes[0], ..a },
            Err(block) => block,
        };
        (block, c, b, d.unwrap_or(f.1.d))
    }

    fn records(a: Block, b: Block, c: Block) -> Vec<Block> {
        vec![c, b, a]
    }
}
