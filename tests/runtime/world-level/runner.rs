include!(env!("BINDINGS"));

struct Component;

export!(Component);

impl Guest for Component {
    fn run() {
        let at: Point = test::world_level::shared::origin();
        assert_eq!((at.x, at.y), (i16::MIN, i16::MAX));
        let moved = move_to(&Place { at, labels: vec!["here".into(), "there".into()] }, Side::Right);
        assert_eq!((moved.at.x, moved.at.y), (i16::MIN + 1, i16::MAX));
        assert_eq!(moved.labels, ["here", "there"]);

        assert_eq!(total(&[u32::MAX, 1]), 1 << 32);
        assert_eq!(log("line"), 4);
        assert_eq!(split(Some("line")).unwrap(), ["l", "i", "n", "e"]);
        assert_eq!(split(None), Err(Side::Right));
        assert!(nothing());
    }
}
