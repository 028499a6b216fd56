include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::symmetric::symmetric::*;

fn item(name: &str, extra: Option<&str>) -> Item {
    Item { name: name.into(), sizes: vec![1, 2, u16::MAX], extra: extra.map(String::from) }
}

impl Guest for Component {
    fn run() {
        lists();
        records();
        sums();
    }
}

fn lists() {
    let given = [1, 2, 255];
    assert_eq!((bytes(&given), bytes(&[])), (258, 0));
    assert!(again(&given, &given) && !again(&given, &[]) && again(&[], &[]));
    assert_eq!(words(&[0, u32::MAX]), [1, 0]);
    assert_eq!(bools(&[true, false, true]), 2);
    assert_eq!(levels(&[Level::High, Level::Low]), 1);
    assert_eq!(texts(&["ab".into(), String::new(), "ç".into()]), "abç");
    assert_eq!(texts(&[]), "");
    assert_eq!(ages(&[("Ada".to_string(), 36), (String::new(), 1)].into()), 40);
    assert_eq!(pair(("pair", &[given.to_vec(), vec![], vec![1]])), (4, 4));
}

fn records() {
    let (one, two) = (item("one", Some("extra")), item("two", None));
    let got = turn(&one);
    assert_eq!((got.name.as_str(), &got.sizes[..]), ("one", &[u16::MAX, 2, 1][..]));
    assert_eq!(got.extra.as_deref(), Some("extra"));
    assert!(turn(&two).extra.is_none());
    assert_eq!(items(&[one, two]), ["extra", "two"]);
    for i in 0..6 {
        let word = many("a", "b", "c", "d", "e", "f", &[8, 9], &item("h", Some("x")), i);
        assert_eq!(word.as_bytes(), [b'a' + i]);
    }
}

fn sums() {
    let all =
        [Shape::None, Shape::Circle(0.5), Shape::Path(vec![(1.5, 2.0), (-1.0, 4.0)]), Shape::Label("label".into())];
    let areas = [-1.0, 1.5, -1.0, 5.0];
    for (shape, wanted) in all.iter().zip(areas) {
        assert_eq!(area(shape), wanted);
    }
    assert_eq!(shapes(&all), areas);

    let b = item("b", None);
    assert_eq!(maybe(Some("a"), Some(&b), Some(3)).as_deref(), Some("a"));
    assert_eq!(maybe(None, Some(&b), Some(3)).as_deref(), Some("b"));
    assert_eq!(maybe(None, None, Some(3)).as_deref(), Some("ccc"));
    assert_eq!(maybe(None, None, None), None);
    assert_eq!(check(Ok(&b)), Ok(3));
    assert_eq!(check(Err("wrong")), Err("wrong".into()));
}
