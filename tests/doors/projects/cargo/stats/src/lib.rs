mod bindings {
    wit_bindgen::generate!({ world: "stats-impl" });

    export!(Stats with_types_in self);

    use super::Stats;
}

use bindings::exports::demo::crates::stats::{Guest, Summary};

struct Stats;

impl Guest for Stats {
    fn summarise(text: String) -> Summary {
        let text = if cfg!(feature = "loud") { text.to_uppercase() } else { text };
        let words = words::of(&text);
        Summary { count: words.len() as u32, words }
    }
}
