include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::records::records::*;

impl Guest for Component {
    fn same_one(v: One) -> One {
        v
    }

    fn swap(p: Point) -> Point {
        Point { x: p.y, y: p.x }
    }

    fn flip(l: Line) -> Line {
        Line { start: l.end, end: l.start, label: l.label }
    }

    fn all(m: Mixed) -> Mixed {
        Mixed { a: !m.a, f: m.f.wrapping_add(1), ..m }
    }

    fn deepen(d: Deep) -> Deep {
        d
    }

    fn lines(start: Point, ends: Vec<Point>) -> Vec<Line> {
        let label = |i| if i == 0 { "first".into() } else { String::new() };
        ends.into_iter().enumerate().map(|(i, end)| Line { start, end, label: label(i) }).collect()
    }

    fn tuple1(v: (u16,)) -> (u16,) {
        v
    }

    fn tuple2(v: (u8, i64)) -> (i64, u8) {
        (v.1, v.0)
    }

    fn tuple3(v: (String, Point, Vec<u8>)) -> (Vec<u8>, Point, String) {
        (v.2, v.1, v.0)
    }

    fn nested(v: ((u8, u16), (u32, (u64,)))) -> ((u64,), u32, u16, u8) {
        (v.1 .1, v.1 .0, v.0 .1, v.0 .0)
    }

    fn distance(a: Point, b: Point) -> u64 {
        a.x.abs_diff(b.x) as u64 + a.y.abs_diff(b.y) as u64
    }
}
