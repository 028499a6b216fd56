include!(env!("BINDINGS"));

use exports::labelled;
use exports::test::resources::counters::{self, Counter, CounterBorrow, TwoWords};
use std::cell::{Cell, RefCell};

struct Component;

export!(Component);

thread_local! {
    static ENDED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    static OTHERS: Cell<u32> = const { Cell::new(0) };
    static THINGS: Cell<u32> = const { Cell::new(0) };
}

struct Count(Cell<u32>);

impl Drop for Count {
    fn drop(&mut self) {
        ENDED.with_borrow_mut(|ended| ended.push(self.0.get()));
    }
}

impl counters::GuestCounter for Count {
    fn new(start: u32) -> Self {
        Self(Cell::new(start))
    }

    fn get(&self) -> u32 {
        self.0.get()
    }

    fn add(&self, n: u32) {
        self.0.set(self.0.get() + n);
    }

    fn less_than(&self, other: CounterBorrow<'_>) -> bool {
        self.0.get() < other.get::<Self>().0.get()
    }

    fn copy(&self) -> Counter {
        Counter::new(Self(self.0.clone()))
    }

    fn parse(text: String) -> Result<Counter, String> {
        match text.as_bytes() {
            [digit @ b'0'..=b'9'] => Ok(Counter::new(Self(Cell::new((digit - b'0').into())))),
            _ => Err("not a digit".into()),
        }
    }

    fn sum(mut a: Counter, b: Counter) -> Counter {
        let sum = Counter::new(Self(Cell::new(a.get_mut::<Self>().get() + b.get::<Self>().get())));
        // Parameters would end in the other order.
        drop(a);
        drop(b);
        sum
    }
}

struct Words(RefCell<String>);

impl Drop for Words {
    fn drop(&mut self) {
        OTHERS.set(OTHERS.get() - 1);
    }
}

impl counters::GuestTwoWords for Words {
    fn new(text: String) -> Result<Self, String> {
        if text.is_empty() {
            return Err("empty".into());
        }
        OTHERS.set(OTHERS.get() + 1);
        Ok(Self(RefCell::new(text)))
    }

    fn text(&self) -> String {
        self.0.borrow().clone()
    }

    fn set(&self, text: Option<String>) -> Option<String> {
        text.map(|text| self.0.replace(text))
    }
}

impl counters::Guest for Component {
    type Counter = Count;
    type TwoWords = Words;

    fn ended() -> Vec<u32> {
        // A handle that its maker drops ends its object as well.
        drop(TwoWords::new(<Words as counters::GuestTwoWords>::new("for a moment".into()).unwrap()));
        ENDED.take()
    }

    fn others() -> u32 {
        OTHERS.get()
    }
}

struct Thing(u8);

impl Drop for Thing {
    fn drop(&mut self) {
        THINGS.set(THINGS.get() - 1);
    }
}

impl labelled::GuestThing for Thing {
    fn new(n: u8) -> Self {
        THINGS.set(THINGS.get() + 1);
        Self(n)
    }

    fn n(&self) -> u8 {
        self.0
    }
}

impl labelled::Guest for Component {
    type Thing = Thing;

    fn bigger(a: labelled::Thing, b: labelled::Thing) -> labelled::Thing {
        let (a, b) = (a.into_inner::<Thing>(), b.into_inner::<Thing>());
        labelled::Thing::new(if a.0 > b.0 { a } else { b })
    }

    fn things() -> u32 {
        THINGS.get()
    }
}
