include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::lists::lists::*;

/// A list comes back to front, and so does an empty one.
macro_rules! turn {
    ($function:ident: $($value:expr),*) => {{
        let mut values = vec![$($value),*];
        let got = $function(&values);
        values.reverse();
        assert_eq!(got, values);
        assert!($function(&[]).is_empty());
    }};
}

impl Guest for Component {
    fn run() {
        scalars();
        named();
        anonymous();
        large();
    }
}

fn scalars() {
    turn!(bools: true, true, false);
    turn!(u8s: 0, 1, u8::MAX);
    turn!(s8s: i8::MIN, -1, 0, i8::MAX);
    turn!(u16s: 0, 1, u16::MAX);
    turn!(s16s: i16::MIN, -1, i16::MAX);
    turn!(u32s: 0, 1, u32::MAX);
    turn!(s32s: i32::MIN, -1, i32::MAX);
    turn!(u64s: 0, 1, u64::MAX);
    turn!(s64s: i64::MIN, -1, i64::MAX);
    turn!(f32s: 0.0, -1.5, f32::INFINITY);
    turn!(f64s: 0.0, -1.5, f64::NEG_INFINITY);
    turn!(chars: 'a', '\u{d7ff}', '\u{e000}', char::MAX);
}

fn named() {
    turn!(colors: Color::Blue, Color::Red);
    turn!(accesses: Access::READ | Access::WRITE, Access::empty());

    let padded =
        [Padded { a: 1, b: u64::MAX, c: 2 }, Padded { a: 3, b: 4, c: u16::MAX }, Padded { a: 255, b: 0, c: 0 }];
    let got: Vec<_> = padded_ones(&padded).iter().map(|p| (p.a, p.b, p.c)).collect();
    assert_eq!(got, [(255, 0, 0), (3, 4, u16::MAX), (1, u64::MAX, 2)]);

    let people =
        [Person { name: "Ada".into(), scores: vec![-5, 12] }, Person { name: String::new(), scores: Vec::new() }];
    let got = persons(&people);
    assert_eq!(got.len(), 2);
    assert!(got[0].name.is_empty() && got[0].scores.is_empty());
    assert_eq!((got[1].name.as_str(), &got[1].scores[..]), ("Ada", &[-5, 12][..]));

    let got = shapes(&[Shape::None, Shape::Circle(2.5), Shape::Label("L".into())]);
    assert!(matches!(&got[..], [Shape::Label(l), Shape::Circle(r), Shape::None] if l == "L" && *r == 2.5));
}

fn anonymous() {
    turn!(tuples: (1, "one".to_string(), u32::MAX), (2, "two".to_string(), 0));
    turn!(options: Some(7), None, Some(u16::MAX));
    turn!(results: Ok("fine".to_string()), Err(9));
    turn!(nested: vec![vec![1, 2, 3], vec![]], vec![], vec![vec![1, 2, 3]]);
}

fn large() {
    // An interpreter takes its time.
    let count = if cfg!(miri) { 1000 } else { 1_000_000 };
    let many = iota(count);
    assert_eq!((many.len(), many[0], many.last()), (count as usize, 0, Some(&(count - 1))));
    assert_eq!(sum(&many), u64::from(count) * u64::from(count - 1) / 2);
    assert!(iota(0).is_empty());
    assert_eq!(sum(&[]), 0);
    assert_eq!(two(&[0; 300], &[0]), (300, 1));
}
