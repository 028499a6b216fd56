pub fn of(text: &str) -> Vec<String> {
    text.split_whitespace().map(String::from).collect()
}
