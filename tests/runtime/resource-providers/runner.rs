include!(env!("BINDINGS"));

struct Component;

export!(Component);

impl Guest for Component {
    fn run() {
        let (mine, other) = (a::Thing::new(1), b::Thing::new(1));
        assert_eq!((a::alive(), b::alive()), (1, 1));
        assert_eq!((mine.by().as_str(), other.by().as_str()), ("left", "right"));
        assert_eq!((mine.more(2), other.more(2)), (3, 201));

        #[cfg(not(target_arch = "wasm32"))]
        {
            // The handle of one called through the other: its maker's code runs, and ends it.
            let stray = unsafe { a::Thing::from_handle(other.take_handle()) };
            assert_eq!(stray.by(), "right");
            assert_eq!(stray.more(1), 301);
        }
        drop(other);
        assert_eq!((a::alive(), b::alive()), (1, 0));
        drop(mine);
        assert_eq!(a::alive(), 0);
    }
}
