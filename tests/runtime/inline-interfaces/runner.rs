include!(env!("BINDINGS"));

struct Component;

export!(Component);

use store::Item;

impl Guest for Component {
    fn run() {
        assert_eq!(store::put(&Item { key: "one".into(), value: vec![1, 2, 3] }), 1);
        assert_eq!(store::put(&Item { key: "two".into(), value: Vec::new() }), 2);
        assert_eq!(store::keys(), ["one", "two"]);

        let got = store::get("one").unwrap();
        assert_eq!((got.key.as_str(), &got.value[..]), ("one", &[1, 2, 3][..]));
        assert!(store::get("one").is_none());
        let got = store::get("two").unwrap();
        assert!(got.key == "two" && got.value.is_empty());
        assert!(store::keys().is_empty());

        assert_eq!(math_2d::add((1.5, -2.0), (0.25, 4.0)), (1.75, 2.0));
    }
}
