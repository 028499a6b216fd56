include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::symmetric::symmetric::{Guest, Item, Level, Shape};

// Rust's exports are always given their arguments.
impl Guest for Component {
    fn bytes(v: Vec<u8>) -> u64 {
        v.into_iter().map(u64::from).sum()
    }

    fn words(v: Vec<u32>) -> Vec<u32> {
        v.into_iter().map(|word| word.wrapping_add(1)).collect()
    }

    fn bools(v: Vec<bool>) -> u32 {
        v.into_iter().map(u32::from).sum()
    }

    fn levels(v: Vec<Level>) -> u32 {
        v.into_iter().filter(|level| *level == Level::High).count() as u32
    }

    fn texts(v: Vec<String>) -> String {
        v.concat()
    }

    fn turn(mut v: Item) -> Item {
        v.sizes.reverse();
        v
    }

    fn items(v: Vec<Item>) -> Vec<String> {
        v.into_iter().map(|item| item.extra.unwrap_or(item.name)).collect()
    }

    fn area(v: Shape) -> f64 {
        match v {
            Shape::None => -1.0,
            Shape::Circle(radius) => radius * 3.0,
            Shape::Path(points) => points.into_iter().map(|(x, y)| f64::from(x) * f64::from(y)).sum(),
            Shape::Label(label) => label.len() as f64,
        }
    }

    fn shapes(v: Vec<Shape>) -> Vec<f64> {
        v.into_iter().map(Self::area).collect()
    }

    fn maybe(a: Option<String>, b: Option<Item>, c: Option<u8>) -> Option<String> {
        a.or(b.map(|item| item.name)).or(c.map(|count| "c".repeat(count.into())))
    }

    fn check(v: Result<Item, String>) -> Result<u32, String> {
        v.map(|item| item.sizes.len() as u32)
    }

    fn pair((name, lists): (String, Vec<Vec<u8>>)) -> (u32, u32) {
        (name.len() as u32, lists.into_iter().flatten().count() as u32)
    }

    fn ages(v: wit_bindgen::rt::Map<String, u8>) -> u32 {
        v.iter().map(|(name, age)| name.len() as u32 + u32::from(*age)).sum()
    }

    #[allow(clippy::too_many_arguments)] // the WIT's
    fn many(a: String, b: String, c: String, d: String, e: String, f: String, g: Vec<u8>, h: Item, i: u8) -> String {
        assert_eq!((g.as_slice(), h.name.as_str()), (&[8, 9][..], "h"));
        [a, b, c, d, e, f].into_iter().nth(i.into()).unwrap()
    }

    fn again(a: Vec<u8>, b: Vec<u8>) -> bool {
        a == b
    }
}
