//! The border of an export: no panic crosses it.

/// Runs an export; a panic becomes a trap that names the function.
#[cfg(feature = "std")]
#[inline]
pub fn guard<R>(place: &str, run: impl FnOnce() -> R) -> R {
    // The process ends when this fails, so no broken invariant is ever looked at.
    match std::panic::catch_unwind(core::panic::AssertUnwindSafe(run)) {
        Ok(result) => result,
        Err(payload) => panicked(place, payload.as_ref()),
    }
}

#[cfg(feature = "std")]
#[cold]
fn panicked(place: &str, payload: &(dyn core::any::Any + Send)) -> ! {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<alloc::string::String>().map(alloc::string::String::as_str));
    crate::trap::trap(place, &alloc::format!("panicked: {}", text.unwrap_or("with a value that is no text")))
}

/// Runs an export. Without `std` nothing can catch a panic: `extern "C"` ends the process there.
#[cfg(not(feature = "std"))]
#[inline]
pub fn guard<R>(_place: &str, run: impl FnOnce() -> R) -> R {
    run()
}
