//! What a program uses, as a static library: for linkers that take its own object, and know no crates.
extern crate wit_bindgen as _;
