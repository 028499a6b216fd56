include!(env!("BINDINGS"));

struct Component;

export!(Component);

impl Guest for Component {
    fn run() {
        assert_eq!(sums::all(), (1, 22, "leftright".into()));
        let mine = mine::get();
        assert_eq!((mine.n, mine.by.as_str()), (11, "right"));
    }
}
