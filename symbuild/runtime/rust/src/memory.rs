//! Blocks at the border. The C library's malloc and free are its allocator: Rust's may be replaced by any program, so
//! what a `String` or `Vec` owns is never handed over, and what a peer hands over is copied, then freed.
#![allow(clippy::missing_safety_doc, clippy::cast_ptr_alignment)]

use crate::trap::trap;
use crate::value::checks;
use core::mem::MaybeUninit;

extern "C" {
    fn malloc(size: usize) -> *mut u8;
    fn free(block: *mut u8);
}

const OUT_OF_MEMORY: &str = "out of memory";
const TOO_LONG: &str = "list is longer than the address space";

/// Room for a value of the ABI in the caller's frame.
#[repr(C, align(8))]
pub struct Area<const SIZE: usize>(MaybeUninit<[u8; SIZE]>);

impl<const SIZE: usize> Area<SIZE> {
    /// Room that holds nothing yet.
    #[must_use]
    #[inline]
    pub const fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// Where the room is.
    #[inline]
    pub fn at(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

impl<const SIZE: usize> Default for Area<SIZE> {
    fn default() -> Self {
        Self::new()
    }
}

/// A block for `count` elements that the receiver frees; for none, an address that is never read or freed.
#[must_use]
pub fn alloc(count: usize, size: usize, align: usize, place: &str) -> *mut u8 {
    if count == 0 || size == 0 {
        return core::ptr::without_provenance_mut(align);
    }
    let Some(bytes) = count.checked_mul(size).filter(|bytes| isize::try_from(*bytes).is_ok()) else {
        trap(place, TOO_LONG)
    };
    // SAFETY: malloc takes any size.
    let block = unsafe { malloc(bytes) };
    if block.is_null() {
        trap(place, OUT_OF_MEMORY);
    }
    block
}

/// A block with a copy of `elements`, for the receiver to free. The elements' bytes are the ABI's.
#[must_use]
pub fn copy<T: Copy>(elements: &[T], place: &str) -> *mut u8 {
    let block = alloc(elements.len(), core::mem::size_of::<T>(), core::mem::align_of::<T>(), place);
    // SAFETY: the block is fresh and has room for the elements.
    unsafe { core::ptr::copy_nonoverlapping(elements.as_ptr().cast(), block, core::mem::size_of_val(elements)) };
    block
}

/// Where lent elements lie.
#[must_use]
#[inline]
pub fn lend<T>(elements: &[T]) -> *mut u8 {
    elements.as_ptr().cast::<u8>().cast_mut()
}

/// Frees a block that was handed over; one of no elements is no block.
#[inline]
pub unsafe fn release(block: *mut u8, count: usize) {
    if count != 0 {
        unsafe { free(block) }
    }
}

/// Can `count` elements lie at `at`? Nothing is said of `at` where there are none.
#[inline]
pub fn check_range(at: *const u8, count: usize, size: usize, align: usize, place: &str) {
    if !checks() || count == 0 {
        return;
    }
    if at.is_null() {
        trap(place, "null pointer to a list that is not empty");
    }
    // On 32-bit x86, arrays of 64-bit scalars are aligned to 4 bytes in C.
    let align = if cfg!(target_arch = "x86") && size == 8 { align.min(4) } else { align };
    if at as usize & (align - 1) != 0 {
        trap(place, "list is not aligned");
    }
    if size != 0 && count > (usize::MAX >> 1) / size {
        trap(place, TOO_LONG);
    }
}

/// Blocks that live until a call is over, however it ends.
pub struct Arena(*mut Chunk);

/// What precedes a block: the chunk before, and how the value in the block ends.
#[repr(C, align(16))]
struct Chunk(*mut Chunk, Option<unsafe fn(*mut u8)>);

impl Arena {
    /// An arena without blocks.
    #[must_use]
    #[inline]
    pub const fn new() -> Self {
        Self(core::ptr::null_mut())
    }

    /// A block for `count` elements.
    pub fn alloc(&mut self, count: usize, size: usize, align: usize, place: &str) -> *mut u8 {
        if count == 0 || size == 0 {
            return core::ptr::without_provenance_mut(align);
        }
        let Some(bytes) = count.checked_mul(size).filter(|bytes| *bytes <= usize::MAX >> 2) else {
            trap(place, TOO_LONG)
        };
        // SAFETY: malloc takes any size, and its blocks are aligned for a chunk.
        unsafe {
            let chunk = malloc(core::mem::size_of::<Chunk>() + bytes).cast::<Chunk>();
            if chunk.is_null() {
                trap(place, OUT_OF_MEMORY);
            }
            chunk.write(Chunk(self.0, None));
            self.0 = chunk;
            chunk.add(1).cast()
        }
    }

    /// Keeps a value until the call is over, and never drops it: it stays its lender's.
    #[must_use]
    pub unsafe fn hold<'a, T>(&mut self, value: T) -> &'a T {
        const { assert!(core::mem::size_of::<T>() != 0 && core::mem::align_of::<T>() <= 16) }
        let at = self.alloc(1, core::mem::size_of::<T>(), core::mem::align_of::<T>(), "arena").cast::<T>();
        // SAFETY: the block is fresh and has room for the value.
        unsafe {
            at.write(value);
            &*at
        }
    }

    /// Keeps a value until the call is over, and drops it then.
    #[must_use]
    pub unsafe fn keep<'a, T>(&mut self, value: T) -> &'a T {
        unsafe fn end<T>(at: *mut u8) {
            unsafe { at.cast::<T>().drop_in_place() }
        }
        unsafe {
            let kept = self.hold(value);
            (*self.0).1 = Some(end::<T>);
            kept
        }
    }
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Arena {
    #[inline]
    fn drop(&mut self) {
        while !self.0.is_null() {
            // SAFETY: every chunk is a block of malloc's that nothing refers to when the call is over, nor to its value.
            unsafe {
                let Chunk(next, end) = self.0.read();
                if let Some(end) = end {
                    end(self.0.add(1).cast());
                }
                free(self.0.cast());
                self.0 = next;
            }
        }
    }
}

/// The Canonical ABI's allocator, the same as the border's.
#[cfg(target_arch = "wasm32")]
#[export_name = "cabi_realloc"]
unsafe extern "C" fn cabi_realloc(old: *mut u8, _old_size: usize, align: usize, new_size: usize) -> *mut u8 {
    extern "C" {
        fn realloc(block: *mut u8, size: usize) -> *mut u8;
    }
    if new_size == 0 {
        return core::ptr::without_provenance_mut(align);
    }
    let block = unsafe { realloc(old, new_size) };
    if block.is_null() {
        trap("cabi_realloc", OUT_OF_MEMORY);
    }
    block
}
