include!(env!("BINDINGS"));

use exports::fuzz::pool::counters;
use std::sync::atomic::{AtomicU64, Ordering};

struct Component;
export!(Component);

struct Counter {
    label: String,
    count: AtomicU64,
}

fn new_counter(label: &str) -> counters::Counter {
    counters::Counter::new(<Counter as counters::GuestCounter>::new(String::from(label)))
}

fn count(of: &Counter) -> u64 {
    of.count.load(Ordering::Relaxed)
}

impl counters::GuestCounter for Counter {
    fn new(label: String) -> Self {
        Self { label, count: AtomicU64::new(0) }
    }

    fn bump(&self, by: u64) -> u64 {
        self.count.fetch_add(by, Ordering::Relaxed) + by
    }

    fn label(&self) -> String {
        self.label.clone()
    }

    fn merge(counters: Vec<counters::Counter>, into: counters::CounterBorrow<'_>) -> u64 {
        into.get::<Counter>().bump(counters.iter().map(|each| count(each.get())).sum())
    }
}

impl counters::Guest for Component {
    type Counter = Counter;

    fn spread(count: u32) -> Vec<counters::Counter> {
        (0..count).map(|_| new_counter("spread")).collect()
    }

    fn total(counters: Vec<counters::CounterBorrow<'_>>) -> u64 {
        counters.iter().map(|each| count(each.get())).sum()
    }

    fn pass(c: counters::Counter) -> counters::Counter {
        c
    }

    fn join(texts: Vec<String>) -> String {
        texts.concat()
    }
}
