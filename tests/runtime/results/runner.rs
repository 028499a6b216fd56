include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::results::results::*;

impl Guest for Component {
    fn run() {
        shapes();
        same();
        errors();
        in_lists();
    }
}

fn shapes() {
    assert_eq!((neither(false), neither(true)), (Ok(()), Err(())));
    assert_eq!((only_ok(false), only_ok(true)), (Ok(u32::MAX), Err(())));
    assert_eq!((only_err(false), only_err(true)), (Ok(()), Err("failed ✗".into())));
    assert_eq!((both(false), both(true)), (Ok("fine".into()), Err(Failure::Busy)));
    assert_eq!((scalars(Ok(-0.25)), scalars(Err(255))), (Err(-0.25), Ok(255)));
    assert_eq!((floats(Ok(-1.5)), floats(Err(1e300))), (Ok(-1.5), Err(1e300)));
}

fn same() {
    assert_eq!((same_neither(Ok(())), same_neither(Err(()))), (Ok(()), Err(())));
    assert_eq!((same_ok(Ok("ok")), same_ok(Err(()))), (Ok("ok".into()), Err(())));
    assert!(same_err(Ok(())).is_ok());
    assert!(matches!(same_err(Err(&Reason::Text("because".into()))), Err(Reason::Text(t)) if t == "because"));
    assert!(matches!(same_err(Err(&Reason::Code(u16::MAX))), Err(Reason::Code(u16::MAX))));
    assert!(matches!(same_err(Err(&Reason::Unknown)), Err(Reason::Unknown)));

    let report = same_both(Ok(&Report { lines: vec!["one".into(), String::new()], total: u64::MAX })).unwrap();
    assert_eq!((report.lines, report.total), (vec!["one".to_string(), String::new()], u64::MAX));
    assert!(matches!(same_both(Err(&Reason::Code(7))), Err(Reason::Code(7))));

    assert_eq!((enums(Err(Failure::Denied)), enums(Ok(()))), (Ok(Failure::Denied), Err(())));
    assert_eq!(nested(Ok(Ok(255))), Ok(Ok(255)));
    assert_eq!(nested(Ok(Err("inner"))), Ok(Err("inner".into())));
    assert_eq!(nested(Err(Err(u64::MAX))), Err(Err(u64::MAX)));
    assert_eq!(nested(Err(Ok(()))), Err(Ok(())));
    assert_eq!(optional(Ok(Some("x"))), Ok(Some("x".into())));
    assert_eq!((optional(Err(Some(3))), optional(Err(None))), (Err(Some(3)), Err(None)));
}

/// Types that functions fail with are errors.
fn errors() {
    fn is_error<T: std::error::Error>(error: &T) -> String {
        error.to_string()
    }
    assert_eq!(is_error(&Failure::Denied), "denied (error 1)");
    assert_eq!((Failure::Busy.name(), Failure::Busy.message()), ("busy", ""));
    assert_eq!(is_error(&Reason::Code(3)), "Reason::Code(3)");
}

fn in_lists() {
    let list = [Ok(vec![9, 8]), Err(Reason::Unknown), Err(Reason::Text("t".into()))];
    let got = listed(&list);
    assert!(matches!(&got[..], [Err(Reason::Text(t)), Err(Reason::Unknown), Ok(b)] if t == "t" && b == &[9, 8]));
}
