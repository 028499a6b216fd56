//! What generated Rust calls. It has the name and the public paths of wit-bindgen's crate, and no dependencies.
//!
//! `rt` is for generated code; users need `rt::Map`, `rt::bitflags` and `generate!` of it.
#![no_std]
#![warn(missing_docs, clippy::pedantic)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod bits;
#[cfg(not(target_arch = "wasm32"))]
mod boxes;
mod bridge;
mod core_values;
mod map;
mod memory;
mod resource;
mod trap;
mod value;

/// Bindings of the world that a build step generated for this very call: see the crate's README.
#[macro_export]
macro_rules! generate {
    ($($options:tt)*) => {
        include!(concat!(env!("SYMBUILD_BINDINGS"), "/", file!(), ".", line!(), ".rs"));
    };
}

/// The runtime of generated code.
pub mod rt {
    #[cfg(not(target_arch = "wasm32"))]
    pub use crate::boxes::{destroy, make, mark_given, rep, Table};
    pub use crate::bridge::guard;
    pub use crate::core_values::*;
    pub use crate::map::{Map, WitMap};
    pub use crate::memory::*;
    #[cfg(target_arch = "wasm32")]
    pub use crate::resource::mark_given;
    pub use crate::resource::{handle, lent, DropHandle, Implementor, Owned, RawHandle, Resource, ResourceRep};
    pub use crate::trap::{trap, Trap};
    pub use crate::value::{bytes, char, index, list, text};
    #[doc(hidden)]
    pub use alloc::{boxed::Box, string::String, vec::Vec};

    /// Flags: a small stand-in for the crate of this name.
    pub mod bitflags {
        pub use crate::__bitflags as bitflags;
    }
}
