wit_bindgen::generate!({ world: "maker" });

use exports::demo::makers1_0_0::things::{Guest, GuestThing, Thing, ThingBorrow};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static ALIVE: AtomicU32 = AtomicU32::new(0);

struct Component;

export!(Component);

struct Fir(u32);

impl Drop for Fir {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

impl GuestThing for Fir {
    fn new(n: u32) -> Self {
        ALIVE.fetch_add(1, Relaxed);
        Fir(n)
    }

    fn by(&self) -> String {
        "fir".into()
    }

    fn plus(&self, other: ThingBorrow<'_>) -> u32 {
        self.0 + other.get::<Fir>().0
    }
}

impl Guest for Component {
    type Thing = Fir;

    fn total(of: Vec<Thing>) -> u32 {
        of.iter().map(|thing| thing.get::<Fir>().0).sum()
    }

    fn alive() -> u32 {
        ALIVE.load(Relaxed)
    }
}
