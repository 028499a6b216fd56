//! Traps: one message on stderr, then abort; a program may export `sb_trap_hook` to be told first.

/// What the hook is told: two strings that end at their first zero.
#[repr(C)]
pub struct Trap {
    /// `ns:pkg/iface#function: parameter name`.
    pub place: *const u8,
    /// What is wrong.
    pub what: *const u8,
}

/// Ends the process: `place` did what `what` says.
///
/// It does not unwind, and `extern "C"` says so to the compiler: an export that can only trap has no panics to stop.
///
/// On wasm it is an instruction, and the host says where.
#[cold]
#[cfg_attr(target_arch = "wasm32", inline)]
#[cfg_attr(not(target_arch = "wasm32"), inline(never))]
#[allow(improper_ctypes_definitions)] // only Rust calls it
pub extern "C" fn trap(place: &str, what: &str) -> ! {
    native::trap(place, what)
}

#[cfg(target_arch = "wasm32")]
mod native {
    pub fn trap(_place: &str, _what: &str) -> ! {
        core::arch::wasm32::unreachable()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::Trap;
    use alloc::vec::Vec;

    type Hook = unsafe extern "C" fn(*const Trap);

    extern "C" {
        fn abort() -> !;
        #[cfg_attr(windows, link_name = "_write")]
        fn write(file: i32, from: *const u8, length: usize) -> isize;
    }

    pub fn trap(place: &str, what: &str) -> ! {
        let (place, what) = (terminated(place), terminated(what));
        if let Some(hook) = hook() {
            let told = Trap { place: place.as_ptr(), what: what.as_ptr() };
            // SAFETY: the program that defines the hook promises this signature (symbuild.h).
            unsafe { hook(&raw const told) };
        }
        let mut message = Vec::from(&b"trap: "[..]);
        message.extend_from_slice(&place[..place.len() - 1]);
        message.extend_from_slice(b": ");
        message.extend_from_slice(&what[..what.len() - 1]);
        message.push(b'\n');
        // SAFETY: the message is as long as it says.
        unsafe {
            write(2, message.as_ptr(), message.len());
            abort()
        }
    }

    fn terminated(text: &str) -> Vec<u8> {
        let mut bytes = Vec::from(text.as_bytes());
        bytes.push(0);
        bytes
    }

    // Stable Rust has no weak symbols, its assembler has: a word of data with the hook's address, or null.
    #[cfg(all(unix, not(target_vendor = "apple"), not(miri)))]
    mod weak {
        #[cfg(target_pointer_width = "64")]
        macro_rules! word {
            () => {
                ".quad sb_trap_hook"
            };
        }
        #[cfg(target_pointer_width = "32")]
        macro_rules! word {
            () => {
                ".long sb_trap_hook"
            };
        }
        core::arch::global_asm!(
            ".weak sb_trap_hook",
            ".pushsection .data.rel.ro.sb_trap_hook_address,\"aw\"",
            ".balign 8",
            ".hidden sb_trap_hook_address",
            ".weak sb_trap_hook_address",
            "sb_trap_hook_address:",
            word!(),
            ".popsection",
        );

        extern "C" {
            pub static sb_trap_hook_address: Option<super::Hook>;
        }
    }

    #[cfg(all(unix, not(target_vendor = "apple"), not(miri)))]
    fn hook() -> Option<Hook> {
        // SAFETY: the assembler above defines it; the dynamic linker wrote it before any code ran.
        unsafe { weak::sb_trap_hook_address }
    }

    #[cfg(not(all(unix, not(target_vendor = "apple"), not(miri))))]
    fn hook() -> Option<Hook> {
        None
    }
}
