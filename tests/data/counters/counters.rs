//! Counters, and how many of them there are.

include!(env!("BINDINGS"));

use exports::t::counters::counters::{Counter, CounterBorrow, Guest, GuestCounter, GuestSilent, Pair};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

static ALIVE: AtomicU32 = AtomicU32::new(0);

struct Component;
struct Silent;
struct One(Cell<u32>);

export!(Component);

impl One {
    fn made(value: u32) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        One(Cell::new(value))
    }
}

impl Drop for One {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

fn ended(counter: Counter) -> u32 {
    counter.get::<One>().0.get()
}

impl GuestSilent for Silent {}

impl GuestCounter for One {
    fn new(start: u32) -> Self {
        One::made(start)
    }
    fn add(&self, n: u32) -> u32 {
        self.0.set(self.0.get() + n);
        self.0.get()
    }
    fn absorb(&self, other: Counter) {
        self.0.set(self.0.get() + ended(other));
    }
    fn compare(&self, other: CounterBorrow<'_>) -> bool {
        self.0 == other.get::<One>().0
    }
    fn open(name: String) -> Result<Counter, String> {
        if name.is_empty() {
            Ok(Counter::new(One::made(0)))
        } else {
            Err(name)
        }
    }
}

impl Guest for Component {
    type Counter = One;
    type Silent = Silent;

    fn split(c: Counter) -> Pair {
        let value = ended(c);
        Pair { one: Counter::new(One::made(value / 2)), two: Counter::new(One::made(value - value / 2)) }
    }
    fn total(all: Vec<CounterBorrow<'_>>) -> u32 {
        all.iter().map(|each| each.get::<One>().0.get()).sum()
    }
    fn take(all: Vec<Counter>, more: Option<CounterBorrow<'_>>) -> u32 {
        let lent = more.map_or(0, |each| each.get::<One>().0.get());
        lent + all.into_iter().map(ended).sum::<u32>()
    }
    fn weigh(c: Counter, weights: Vec<u32>) -> u32 {
        let value = ended(c);
        weights.into_iter().map(|weight| value * weight).sum()
    }
    fn alive() -> u32 {
        ALIVE.load(Ordering::Relaxed)
    }
}
