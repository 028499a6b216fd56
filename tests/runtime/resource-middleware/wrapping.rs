include!(env!("BINDINGS"));

// Imports and exports one interface: each entry of its own has one of the provider's in it.
use exports::test::middleware::store::{Entry, EntryBorrow, Found, Guest, GuestEntry};
use std::cell::Cell;
use test::middleware::store as theirs;

struct Component;

export!(Component);

thread_local! {
    static ALIVE: Cell<u32> = const { Cell::new(0) };
}

struct Wrapped {
    inside: Option<theirs::Entry>,
}

impl Drop for Wrapped {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

fn wrap(inside: theirs::Entry) -> Wrapped {
    ALIVE.set(ALIVE.get() + 1);
    Wrapped { inside: Some(inside) }
}

/// Takes the provider's entry out of one of ours, which ends.
fn unwrap(entry: Entry) -> theirs::Entry {
    entry.into_inner::<Wrapped>().inside.take().unwrap()
}

fn lend<'a>(entry: &EntryBorrow<'a>) -> &'a theirs::Entry {
    entry.get::<Wrapped>().inside()
}

impl Wrapped {
    fn inside(&self) -> &theirs::Entry {
        self.inside.as_ref().unwrap()
    }
}

impl GuestEntry for Wrapped {
    fn new(text: String) -> Self {
        wrap(theirs::Entry::new(&text))
    }

    fn text(&self) -> String {
        self.inside().text() + MARK
    }

    fn append(&self, other: EntryBorrow<'_>) {
        self.inside().append(lend(&other));
    }

    fn joined(entries: Vec<Entry>) -> Entry {
        Entry::new(wrap(theirs::Entry::joined(entries.into_iter().map(unwrap).collect())))
    }
}

impl Guest for Component {
    type Entry = Wrapped;

    fn find(entries: Vec<EntryBorrow<'_>>, text: String) -> Option<u32> {
        theirs::find(&entries.iter().map(lend).collect::<Vec<_>>(), &text)
    }

    fn both(first: Found, second: Option<Entry>) -> Vec<Found> {
        let first = theirs::Found { entry: unwrap(first.entry), at: first.at };
        let found = theirs::both(first, second.map(unwrap));
        found.into_iter().map(|f| Found { entry: Entry::new(wrap(f.entry)), at: f.at }).collect()
    }

    fn alive() -> Vec<u32> {
        std::iter::once(ALIVE.get()).chain(theirs::alive()).collect()
    }
}
