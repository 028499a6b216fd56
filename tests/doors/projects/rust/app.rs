wit_bindgen::generate!("app");

fn main() {
    let summary = demo::rusty::stats::summarise("two words");
    println!("{} {}", summary.count, summary.words[1]);
}
