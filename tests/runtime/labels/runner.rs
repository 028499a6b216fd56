include!(env!("BINDINGS"));

struct Component;

export!(Component);

use left::Amount;

impl Guest for Component {
    fn run() {
        let amount = Amount { value: 7, unit: "m".into() };
        assert_eq!(left::set(&amount), left::State::Full);
        assert!(right::get("right").is_none());
        assert_eq!(right::set(&amount), right::State::Full);
        let got = left::get("left").unwrap();
        assert_eq!((got.value, got.unit.as_str()), (7, "left"));
        let got = right::get("right").unwrap();
        assert_eq!((got.value, got.unit.as_str()), (70, "right"));
        assert!(left::get("right").is_none());
        assert_eq!(right::set(&Amount { value: 0, unit: String::new() }), right::State::Empty);
        assert!(right::get("right").is_none());
    }
}
