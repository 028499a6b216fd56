include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::variants::variants::*;

macro_rules! same {
    ($($function:ident: $type:ty;)*) => {
        $(fn $function(v: $type) -> $type {
            v
        })*
    };
}

impl Guest for Component {
    same! {
        a_i32_f32: I32F32;
        a_i64_f64: I64F64;
        a_f32_f64: F32F64;
        a_f32_i64: F32I64;
        a_text_u64: TextU64;
        a_text_f32: TextF32;
        a_text_f64: TextF64;
        a_list_tuple: ListTuple;
        a_length_f32: LengthF32;
        a_small: Small;
        a_many: Many;
        an_outer: Outer;
        an_alone: Alone;
        a_plain: Plain;
    }

    fn listed(mut v: Vec<Many>) -> Vec<Many> {
        v.reverse();
        v
    }

    fn fields(v: (u8, I64F64, TextU64)) -> (TextU64, I64F64, u8) {
        (v.2, v.1, v.0)
    }

    fn kinds(a: I32F32, b: TextF64, c: Plain) -> (u8, u8, u8) {
        let c = match c {
            Plain::X => 0,
            Plain::Y => 1,
            Plain::Z => 2,
        };
        (matches!(a, I32F32::F(_)).into(), matches!(b, TextF64::F(_)).into(), c)
    }
}
