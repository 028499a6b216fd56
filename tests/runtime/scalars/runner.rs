include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::scalars::scalars::*;

macro_rules! round {
    ($function:ident: $($value:expr),*) => {
        $(assert_eq!($function($value), $value);)*
    };
}

impl Guest for Component {
    fn run() {
        round!(a_bool: true, false);
        round!(a_u8: 0, 1, 0x7f, 0x80, u8::MAX);
        round!(a_s8: 0, 1, -1, i8::MIN, i8::MAX);
        round!(a_u16: 0, 1, 0x7fff, 0x8000, u16::MAX);
        round!(a_s16: 0, 1, -1, i16::MIN, i16::MAX);
        round!(a_u32: 0, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX);
        round!(a_s32: 0, 1, -1, i32::MIN, i32::MAX);
        round!(a_u64: 0, 1, 1 << 32, 1 << 63, u64::MAX);
        round!(a_s64: 0, 1, -1, -(1 << 32), i64::MIN, i64::MAX);
        round!(a_f32: 0.0, 1.0, -1.5, f32::MIN_POSITIVE, f32::MAX, f32::MIN, f32::INFINITY, f32::NEG_INFINITY);
        round!(a_f64: 0.0, 1.0, -1.5, f64::MIN_POSITIVE, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY);
        round!(a_char: '\0', 'a', '\x7f', '\u{80}', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', char::MAX);

        assert!(a_f32(-0.0).is_sign_negative() && a_f32(0.0).is_sign_positive());
        assert!(a_f64(-0.0).is_sign_negative() && a_f64(0.0).is_sign_positive());
        assert!(a_f32(f32::NAN).is_nan());
        assert!(a_f64(f64::NAN).is_nan());

        let (h, i) = (18_000_000_000_000_000_000, -9_000_000_000_000_000_000);
        assert!(all(true, 200, -100, 60000, -30000, 4_000_000_000, -2_000_000_000, h, i, 0.5, -0.25, char::MAX));

        put(i32::MIN);
        assert_eq!(get(), i32::MIN);
        put(7);
        assert_eq!(get(), 7);
    }
}
