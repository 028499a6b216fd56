//! Gives back what it is given.

include!(env!("BINDINGS"));

use exports::t::echo::values::{Deep, Entry, Kind, Paint, Shape, Tone};

struct Component;

export!(Component);

macro_rules! same {
    ($($function:ident: $type:ty;)*) => {
        $(fn $function(x: $type) -> $type {
            x
        })*
    };
}

impl exports::t::echo::values::Guest for Component {
    same! {
        small: i8;
        double: f64;
        letter: char;
        yes: bool;
        text: String;
        rec: Entry;
        shapes: Vec<Shape>;
        kinds: Vec<Kind>;
        deeps: Vec<Deep>;
        color: Tone;
        paints: Paint;
        maybe: Option<Option<u8>>;
        res: Result<Vec<u8>, String>;
        index: std::collections::BTreeMap<String, u32>;
        fixed: [u16; 3];
    }
    fn numbers(a: u8, b: i8, c: u16, d: i16, e: u32, f: i32, g: u64, h: i64) -> (u8, i8, u16, i16, u32, i32, u64, i64) {
        (a, b, c, d, e, f, g, h)
    }
    fn floats(x: f32, y: f64) -> (f32, f64) {
        (x, y)
    }
    fn many(a: String, b: String, c: String, d: String, e: String, f: String, g: String, h: String, i: u8, j: Option<u8>) -> String {
        format!("{a}{b}{c}{d}{e}{f}{g}{h} {i} {}", j.map_or(-1, i32::from))
    }
    fn none() {
        println!("none was called");
    }
    fn crash(how: u8) {
        eprintln!("crashing");
        match how {
            0 => std::process::abort(),
            1 => std::hint::black_box(None::<u8>).map_or_else(|| panic!("crash"), drop),
            2 => std::process::exit(7),
            other => assert_eq!(other, 4),
        }
    }
    fn bad() -> Tone {
        Tone::Err
    }
}

impl Guest for Component {
    fn twice(x: u32) -> u32 {
        2 * x
    }
}
