include!(env!("BINDINGS"));

use test::middleware::store::{alive, both, find, Entry, Found};

struct Component;

export!(Component);

impl Guest for Component {
    fn run() {
        // Each component in between leaves its mark behind the text.
        let (a, b, c) = (Entry::new("a"), Entry::new("b"), Entry::new("c"));
        assert_eq!(a.text(), "a<>");
        assert_eq!(alive(), [3, 3, 3]);
        a.append(&b);
        assert_eq!((a.text().as_str(), b.text().as_str()), ("ab<>", "b<>"));
        assert_eq!(find(&[&a, &c], "c"), Some(1));
        assert_eq!(find(&[&a, &c], "b"), None);

        let joined = Entry::joined(vec![b, a]);
        assert_eq!(joined.text(), "bab<>");
        assert_eq!(alive(), [2, 2, 2]);

        let mut found = both(Found { entry: joined, at: 5 }, Some(c));
        let texts: Vec<_> = found.iter().map(|f| (f.entry.text(), f.at)).collect();
        assert_eq!(texts, [("bab<>".to_owned(), 5), ("c<>".to_owned(), 6)]);
        found.pop();
        let found = both(found.pop().unwrap(), None);
        assert_eq!((found.len(), alive()), (1, vec![1, 1, 1]));
        drop(found);
        assert_eq!(alive(), [0, 0, 0]);
    }
}
