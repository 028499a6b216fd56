//! A crate of nobody's component.

/// The words of a text.
pub fn of(text: &str) -> Vec<String> {
    text.split_whitespace().map(String::from).collect()
}
