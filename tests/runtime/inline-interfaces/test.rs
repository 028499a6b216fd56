include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::{math_2d, store};
use std::sync::Mutex;

static KEPT: Mutex<Vec<store::Item>> = Mutex::new(Vec::new());

impl store::Guest for Component {
    fn put(i: store::Item) -> u32 {
        let mut kept = KEPT.lock().unwrap();
        kept.push(i);
        kept.len() as u32
    }

    /// Gives the item away: it is not kept any longer.
    fn get(key: String) -> Option<store::Item> {
        let mut kept = KEPT.lock().unwrap();
        let found = kept.iter().position(|item| item.key == key)?;
        Some(kept.swap_remove(found))
    }

    fn keys() -> Vec<String> {
        KEPT.lock().unwrap().iter().map(|item| item.key.clone()).collect()
    }
}

impl math_2d::Guest for Component {
    fn add(a: math_2d::Vec, b: math_2d::Vec) -> math_2d::Vec {
        (a.0 + b.0, a.1 + b.1)
    }
}
