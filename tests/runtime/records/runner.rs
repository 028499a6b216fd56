include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::records::records::*;

impl Guest for Component {
    fn run() {
        plain();
        owning();
        tuples();
    }
}

fn is(p: Point, x: i32, y: i32) -> bool {
    (p.x, p.y) == (x, y)
}

fn plain() {
    assert_eq!(same_one(One { only: 255 }).only, 255);

    let p = Point { x: i32::MIN, y: i32::MAX };
    let swapped = swap(p);
    assert!(is(swapped, i32::MAX, i32::MIN));
    assert_eq!(distance(p, swapped), 8_589_934_590);

    let m = all(Mixed { a: true, b: -0.5, c: 200, d: u64::MAX, e: char::MAX, f: 65534, g: f32::INFINITY });
    assert_eq!((m.a, m.b, m.c, m.d), (false, -0.5, 200, u64::MAX));
    assert_eq!((m.e, m.f, m.g), (char::MAX, 65535, f32::INFINITY));
}

fn owning() {
    let l = flip(&Line { start: Point { x: 1, y: 2 }, end: Point { x: 3, y: 4 }, label: "label ✓".into() });
    assert!(is(l.start, 3, 4) && is(l.end, 1, 2));
    assert_eq!(l.label, "label ✓");

    let start = Point { x: -1, y: -2 };
    let made = lines(start, &[Point { x: 5, y: 6 }, Point { x: 7, y: 8 }]);
    assert_eq!(made.len(), 2);
    assert_eq!((made[0].label.as_str(), made[1].label.as_str()), ("first", ""));
    assert!(is(made[0].start, -1, -2) && is(made[0].end, 5, 6) && is(made[1].end, 7, 8));

    let d = deepen(&Deep { lines: made, extra: (One { only: 9 }, Some(start)), note: Ok("fine".into()) });
    assert_eq!((d.lines.len(), d.lines[0].label.as_str()), (2, "first"));
    assert!(is(d.lines[0].start, -1, -2) && is(d.lines[1].end, 7, 8));
    assert!(d.extra.0.only == 9 && is(d.extra.1.unwrap(), -1, -2));
    assert_eq!(d.note.unwrap(), "fine");

    let d = deepen(&Deep { lines: Vec::new(), extra: (One { only: 9 }, None), note: Err(start) });
    assert!(d.lines.is_empty() && d.extra.0.only == 9 && d.extra.1.is_none());
    assert!(is(d.note.unwrap_err(), -1, -2));
}

fn tuples() {
    assert_eq!(tuple1((u16::MAX,)), (u16::MAX,));
    assert_eq!(tuple2((255, i64::MIN)), (i64::MIN, 255));
    let (bytes, point, word) = tuple3(("three", &Point { x: -7, y: 7 }, &[0, 128]));
    assert_eq!((bytes, word.as_str()), (vec![0, 128], "three"));
    assert!(is(point, -7, 7));
    assert_eq!(nested(((1, 2), (3, (4,)))), ((4,), 3, 2, 1));
}
