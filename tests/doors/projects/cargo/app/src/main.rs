wit_bindgen::generate!("app");

fn main() {
    let summary = demo::crates::stats::summarise("two words");
    assert_eq!(summary.words, words::of("two words"));
    println!("{} {}", summary.count, summary.words[1]);
}
