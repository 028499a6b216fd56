include!("numbers.rs");

const BY: &str = "right";
const STEP: u32 = 100;
