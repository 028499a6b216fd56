include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::many_parameters::many_parameters::*;

impl Guest for Component {
    fn run() {
        let (x, y, z) = (u32::MAX, u64::MAX, char::MAX);
        let (n, m) = (i32::MIN, i64::MIN);
        assert_eq!(sixteen(255, -128, 65535, -32768, x, n, y, m, 9.5, -10.25, true, z, 13, 14, 15, 16), 58);
        assert_eq!(seventeen(255, -128, 65535, -32768, x, n, y, m, 9.5, -10.25, false, z, 13, 14, 15, 16, -17), 41.0);
        assert_eq!(strings("a", "", "bé", "bé", "a", "", "a", "", "bé"), "abébéaabé");
        owning();
    }
}

fn block(n: u8, name: &str) -> Block {
    let e = (n & 1 == 0).then_some(n.into());
    Block { a: n, b: u64::MAX - u64::from(n), c: f32::from(n) / 2.0, d: name.into(), e }
}

fn is(v: &Block, n: u8, name: &str) -> bool {
    format!("{v:?}") == format!("{:?}", block(n, name))
}

fn owning() {
    let words = ["one".to_string(), "two".to_string()];
    let (one, two, three) = (block(1, "one"), block(2, "two"), block(3, "three"));
    let (a, b, c, d) = mixed(&one, &words, &Any::Text("any".into()), Some("a"), Ok(&[42]), (2, &two));
    assert!(is(&Block { a: 1, ..a.clone() }, 1, "one") && a.a == 42);
    assert!(matches!(b, Any::Text(t) if t == "any"));
    assert_eq!((&c[..], d.as_str()), (&words[..], "a"));

    let (a, b, c, d) = mixed(&one, &[], &Any::Big(-1e300), None, Err(&three), (2, &two));
    assert!(is(&a, 3, "three") && matches!(b, Any::Big(n) if n == -1e300));
    assert_eq!((c.len(), d.as_str()), (0, "two"));

    let blocks = records(&block(10, "x"), &block(11, ""), &block(12, "z"));
    assert!(is(&blocks[0], 12, "z") && is(&blocks[1], 11, "") && is(&blocks[2], 10, "x") && blocks.len() == 3);
}
