include!("numbers.rs");

const BY: &str = "left";
const STEP: u32 = 1;
