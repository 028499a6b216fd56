include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::maps::maps::*;
use wit_bindgen::rt::Map;

impl Guest for Component {
    fn run() {
        named();
        anonymous();
    }
}

fn named() {
    let ages: Ages = [("Ada".to_string(), 36), ("Émilie".to_string(), 42)].into();
    let names = invert(&ages);
    assert_eq!(names, [(36, "Ada".to_string()), (42, "Émilie".to_string())].into());
    assert_eq!(same(&names), names);
    assert!(invert(&Ages::new()).is_empty());
    assert_eq!((find(&ages, "Émilie"), find(&ages, "Bob")), (Some(42), None));
    assert_eq!(maybe(Some(&ages)), Ok(names));
    assert_eq!(maybe(Some(&Ages::new())), Err([("empty".to_string(), 0)].into()));
    assert_eq!(maybe(None), Err(Ages::new()));
    assert_eq!(many(&[ages.clone(), Ages::new()]), [Ages::new(), ages]);
}

fn anonymous() {
    let chars: Map<char, bool> = [(char::MAX, true), ('a', false)].into();
    assert_eq!(by_char(&chars), chars);

    let words = vec!["x".to_string(), "yy".to_string()];
    let lists: Map<i64, Vec<String>> = [(-3, words.clone()), (i64::MAX, Vec::new())].into();
    assert_eq!(by_s64(&lists), [(3, words), (-i64::MAX, Vec::new())].into());

    let tags: Map<String, String> = [("unit".to_string(), "m".to_string())].into();
    let sent: Map<u8, Measure> =
        [(200, Measure { value: 1.5, tags: tags.clone() }), (0, Measure { value: -2.0, tags: Map::new() })].into();
    let got = measures(&sent);
    assert!(got.len() == 2 && got[&200].value == 3.0 && got[&200].tags == tags);
    assert!(got[&0].value == -4.0 && got[&0].tags.is_empty());

    let inner: Map<String, Option<u8>> = [("i".to_string(), Some(255)), ("j".to_string(), None)].into();
    let outer: Map<String, Map<String, Option<u8>>> =
        [("outer".to_string(), inner), (String::new(), Map::new())].into();
    assert_eq!(nested(&outer), outer);

    assert_eq!(count(&(0..1000).map(|i| (i, i)).collect()), 1000);
    assert_eq!(count(&Map::new()), 0);
}
