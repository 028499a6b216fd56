mod words;

wit_bindgen::generate!({ world: "stats-impl" });

use exports::demo::rusty::stats::{Guest, Summary};

struct Stats;

export!(Stats);

impl Guest for Stats {
    fn summarise(text: String) -> Summary {
        let words = words::of(&text);
        Summary { count: words.len() as u32, words }
    }
}
