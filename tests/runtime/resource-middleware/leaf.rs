include!(env!("BINDINGS"));

use exports::test::middleware::store::{Entry, EntryBorrow, Found, Guest, GuestEntry};
use std::cell::{Cell, RefCell};

struct Component;

export!(Component);

thread_local! {
    static ALIVE: Cell<u32> = const { Cell::new(0) };
}

struct Text(RefCell<String>);

impl Drop for Text {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl GuestEntry for Text {
    fn new(text: String) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self(RefCell::new(text))
    }

    fn text(&self) -> String {
        self.0.borrow().clone()
    }

    fn append(&self, other: EntryBorrow<'_>) {
        let more = other.get::<Self>().text();
        self.0.borrow_mut().push_str(&more);
    }

    fn joined(entries: Vec<Entry>) -> Entry {
        Entry::new(Self::new(entries.into_iter().map(|e| e.get::<Self>().text()).collect()))
    }
}

impl Guest for Component {
    type Entry = Text;

    fn find(entries: Vec<EntryBorrow<'_>>, text: String) -> Option<u32> {
        entries.iter().position(|e| e.get::<Text>().text() == text).map(|at| at as u32)
    }

    fn both(first: Found, second: Option<Entry>) -> Vec<Found> {
        let at = first.at + 1;
        std::iter::once(first).chain(second.map(|entry| Found { entry, at })).collect()
    }

    fn alive() -> Vec<u32> {
        vec![ALIVE.get()]
    }
}
