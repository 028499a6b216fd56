include!(env!("BINDINGS"));

use exports::test::handles::keeping::{Box, Guest, View};
use std::cell::RefCell;
use test::handles::items::Item;

struct Component;

export!(Component);

thread_local! {
    static KEPT: RefCell<Option<Box>> = const { RefCell::new(None) };
    static ALL: RefCell<Vec<Item>> = const { RefCell::new(Vec::new()) };
}

impl Guest for Component {
    fn put(v: Box) {
        assert!(KEPT.replace(Some(v)).is_none());
    }

    fn put_all(v: Vec<Item>) {
        assert!(ALL.replace(v).is_empty());
    }

    fn take() -> Option<Box> {
        KEPT.take()
    }

    // All but the first, which is dropped here.
    fn take_all() -> Vec<Item> {
        ALL.take().split_off(1)
    }

    fn look(v: View<'_>) -> u32 {
        v.of.n() + v.others.iter().map(|other| other.n()).sum::<u32>()
    }

    fn look_at(v: &Item, other: Option<&Item>) -> u32 {
        v.n() + other.map_or(0, Item::n)
    }
}
