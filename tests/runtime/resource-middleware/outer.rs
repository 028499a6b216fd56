include!("wrapping.rs");

const MARK: &str = ">";
