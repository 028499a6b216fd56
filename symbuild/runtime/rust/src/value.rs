//! Values that a peer sent: each is checked before it is one of Rust's.
#![allow(clippy::missing_safety_doc)]

use crate::trap::trap;
use alloc::string::String;
use alloc::vec::Vec;

/// Is a value to be checked? On wasm the host has checked it: what crosses a component's border there was lifted from one
/// memory and lowered into the other (CanonicalABI.md, "Lifting"). Between the components of a fused module there is no
/// host: that sets the flag before anything runs.
#[inline]
pub(crate) fn checks() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        FUSED.load(core::sync::atomic::Ordering::Relaxed)
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        true
    }
}

#[cfg(target_arch = "wasm32")]
#[export_name = "sb_crate_checks"]
static FUSED: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);

/// A char. Traps on what is no Unicode scalar value.
#[must_use]
#[inline]
pub fn char(core: i32, place: &str) -> core::primitive::char {
    #[allow(clippy::cast_sign_loss)] // the core value is 32 bits
    let scalar = core as u32;
    if !checks() {
        // SAFETY: see `checks`.
        return unsafe { core::primitive::char::from_u32_unchecked(scalar) };
    }
    core::primitive::char::from_u32(scalar).unwrap_or_else(|| trap(place, "not a Unicode scalar value"))
}

/// The number of a case. Traps unless it is less than `cases`.
#[must_use]
#[inline]
pub fn index(core: i32, cases: u32, place: &str) -> u32 {
    #[allow(clippy::cast_sign_loss)] // the core value is 32 bits
    let index = core as u32;
    if checks() && index >= cases {
        trap(place, "case out of range");
    }
    index
}

/// A copy of a string. Traps on what is not UTF-8. `count` bytes lie at `at`, unless it is 0.
#[must_use]
pub unsafe fn text(at: *const u8, count: usize, place: &str) -> String {
    let sent = unsafe { elements(at, count) };
    if !checks() {
        // SAFETY: see `checks`.
        return unsafe { String::from_utf8_unchecked(Vec::from(sent)) };
    }
    match core::str::from_utf8(sent) {
        Ok(text) => String::from(text),
        Err(_) => trap(place, "invalid UTF-8"),
    }
}

/// A copy of a string's bytes, which are UTF-8. Traps on others, as `text` does.
#[must_use]
pub unsafe fn bytes(at: *const u8, count: usize, place: &str) -> Vec<u8> {
    unsafe { text(at, count, place) }.into_bytes()
}

/// A copy of a list of which all bits are values. `count` elements lie at `at`, aligned, unless it is 0.
#[must_use]
pub unsafe fn list<T: Copy>(at: *const u8, count: usize) -> Vec<T> {
    unsafe { elements(at.cast::<T>(), count) }.to_vec()
}

unsafe fn elements<'a, T>(at: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    unsafe { core::slice::from_raw_parts(at, count) }
}
