include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::options::options::*;

macro_rules! same {
    ($function:ident: $($value:expr),*) => {{
        $(assert_eq!($function(Some($value)), Some($value));)*
        assert_eq!($function(None), None);
    }};
}

impl Guest for Component {
    fn run() {
        same!(a_bool: true, false);
        same!(a_u8: 0, u8::MAX);
        same!(a_s16: i16::MIN, i16::MAX, -1);
        same!(a_u64: 0, u64::MAX);
        same!(a_f32: 0.0, -1.5, f32::INFINITY);
        same!(a_f64: 0.0, -1.5, f64::INFINITY);
        same!(a_char: 'a', char::MAX);
        same!(twice: None, Some(u32::MAX));
        owning();
        several_at_once();
    }
}

fn owning() {
    for word in ["some ✓", ""] {
        assert_eq!(text(Some(word)).as_deref(), Some(word));
        assert_eq!(named(&Some(word.into())).as_deref(), Some(word));
        assert_eq!(alias(&Some(word.into())).as_deref(), Some(word));
    }
    assert_eq!((text(None), named(&None), alias(&None)), (None, None, None));
    assert_eq!(bytes(Some(&[1, 2])), Some(vec![1, 2]));
    assert_eq!(bytes(None), None);
    assert_eq!(a_tuple(Some((7, "seven"))), Some((7, "seven".into())));
    assert_eq!(a_tuple(None), None);

    let p = a_record(Some(&Pair { a: Some(9), b: Some("nine".into()) })).unwrap();
    assert_eq!((p.a, p.b.as_deref()), (Some(9), Some("nine")));
    let p = a_record(Some(&Pair { a: None, b: None })).unwrap();
    assert_eq!((p.a, p.b), (None, None));
    assert!(a_record(None).is_none());

    assert_eq!(a_result(Some(Err("bad"))), Some(Err("bad".into())));
    assert_eq!(a_result(Some(Ok(1))), Some(Ok(1)));
    assert_eq!(a_result(None), None);

    assert_eq!(thrice(Some(Some(Some("deep")))), Some(Some(Some("deep".into()))));
    assert_eq!(thrice(Some(Some(None))), Some(Some(None)));
    assert_eq!(thrice(Some(None)), Some(None));
    assert_eq!(thrice(None), None);
}

fn several_at_once() {
    assert_eq!(several(Some(200), Some("b"), 3, Some(0.5)), 10_031_200);
    assert_eq!(several(None, Some("b"), 3, None), 10_030_000);
    assert_eq!(several(Some(200), None, 0, Some(0.5)), 1200);
    assert_eq!(several(None, None, 0, None), 0);
    let list = [Some("x".to_string()), None, Some(String::new())];
    assert_eq!(listed(&list), [Some(String::new()), None, Some("x".to_string())]);
}
