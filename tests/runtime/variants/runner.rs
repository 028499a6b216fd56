include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::variants::variants::*;

/// What comes back is what was sent, to the last bit that `Debug` shows.
macro_rules! round {
    ($function:ident: $($value:expr),*) => {
        $({
            let sent = $value;
            let shown = format!("{sent:?}");
            #[allow(clippy::needless_borrow)]
            let got = $function(round!(@pass sent $function));
            assert_eq!(format!("{got:?}"), shown);
        })*
    };
    (@pass $sent:ident a_i32_f32) => { $sent };
    (@pass $sent:ident a_i64_f64) => { $sent };
    (@pass $sent:ident a_f32_f64) => { $sent };
    (@pass $sent:ident a_f32_i64) => { $sent };
    (@pass $sent:ident a_small) => { $sent };
    (@pass $sent:ident a_plain) => { $sent };
    (@pass $sent:ident $function:ident) => { &$sent };
}

impl Guest for Component {
    fn run() {
        round!(a_i32_f32: I32F32::I(i32::MIN), I32F32::F(-1.5));
        round!(a_i64_f64: I64F64::I(i64::MIN), I64F64::F(-1e300));
        round!(a_f32_f64: F32F64::S(f32::INFINITY), F32F64::D(1e-300));
        round!(a_f32_i64: F32I64::F(-0.5), F32I64::I(u64::MAX));
        round!(a_text_u64: TextU64::N(u64::MAX), TextU64::T("text or u64".into()));
        round!(a_text_f32: TextF32::F(3.25), TextF32::T("text or f32".into()));
        round!(a_text_f64: TextF64::F(-3.25), TextF64::T(String::new()));
        round!(a_list_tuple: ListTuple::L(vec![1, u16::MAX]), ListTuple::T((-2.5, u64::MAX)));
        round!(a_length_f32: LengthF32::L(vec![7, 8, 9]), LengthF32::T((u32::MAX, -0.125)));
        round!(a_small: Small::A(255), Small::B(true), Small::C(char::MAX), Small::D(i8::MIN));
        round!(an_alone: Alone::Only("alone".into()));
        round!(a_plain: Plain::X, Plain::Y, Plain::Z);
        many();
        nested();
        several();
    }
}

fn all() -> Vec<Many> {
    vec![
        Many::None,
        Many::Byte(200),
        Many::Text("text".into()),
        Many::RecordOf(Wide { a: 1, b: -2.5, c: "c".into() }),
        Many::TupleOf((u64::MAX, Some(0.5))),
        Many::Flag(true),
        Many::Last,
    ]
}

fn many() {
    for case in all() {
        round!(a_many: case);
    }
    let mut expected = all();
    expected.reverse();
    assert_eq!(format!("{:?}", listed(&all())), format!("{expected:?}"));
}

fn nested() {
    let inners = || vec![Inner::None, Inner::Num(0.75), Inner::Many(all().remove(3))];
    round!(an_outer:
        Outer::Inner(inners().remove(2)),
        Outer::Pair((Inner::Num(0.75), I64F64::F(1e100))),
        Outer::ListOf(inners()),
        Outer::Fine(Ok(Inner::None)),
        Outer::Fine(Err("not fine".into()))
    );
}

fn several() {
    let (text, wide, byte) = fields((255, &I64F64::I(-1), &TextU64::T("t".into())));
    assert!(matches!((text, wide, byte), (TextU64::T(t), I64F64::I(-1), 255) if t == "t"));
    assert_eq!(kinds(I32F32::F(f32::NAN), &TextF64::T("given".into()), Plain::Z), (1, 0, 2));
}
