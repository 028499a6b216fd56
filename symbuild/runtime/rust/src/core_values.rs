//! Core values: scalars in memory, and the bits of one core type carried by another (variant joins).
//!
//! The casts are the point of this file: a core type is a number of bits, whatever they mean.
#![allow(clippy::cast_lossless, clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
#![allow(clippy::must_use_candidate, clippy::missing_safety_doc, clippy::cast_ptr_alignment)]

/// A size or offset that depends on the width of a pointer.
#[inline]
pub const fn width(w32: usize, w64: usize) -> usize {
    if core::mem::size_of::<*const u8>() == 4 {
        w32
    } else {
        w64
    }
}

macro_rules! access {
    ($($load:ident $store:ident $memory:ty, $core:ty;)*) => {$(
        /// Reads a scalar of the ABI, as a core value. `at` points to one, aligned.
        #[inline]
        pub unsafe fn $load(at: *const u8) -> $core {
            unsafe { at.cast::<$memory>().read() as $core }
        }

        /// Writes a core value as a scalar of the ABI. `at` points to room for one, aligned.
        #[inline]
        pub unsafe fn $store(at: *mut u8, value: $core) {
            unsafe { at.cast::<$memory>().write(value as $memory) }
        }
    )*};
}

access! {
    load_u8 store_u8 u8, i32;
    load_s8 store_s8 i8, i32;
    load_u16 store_u16 u16, i32;
    load_s16 store_s16 i16, i32;
    load_i32 store_i32 i32, i32;
    load_i64 store_i64 i64, i64;
    load_f32 store_f32 f32, f32;
    load_f64 store_f64 f64, f64;
    load_ptr store_ptr *mut u8, *mut u8;
    load_len store_len usize, usize;
}

macro_rules! carry {
    ($($name:ident $from:ty, $to:ty, $value:ident => $result:expr;)*) => {$(
        /// The bits of one core type carried by another.
        #[inline]
        pub fn $name($value: $from) -> $to {
            $result
        }
    )*};
}

carry! {
    f32_as_i32 f32, i32, v => v.to_bits() as i32;
    i32_as_f32 i32, f32, v => f32::from_bits(v as u32);
    f64_as_i64 f64, i64, v => v.to_bits() as i64;
    i64_as_f64 i64, f64, v => f64::from_bits(v as u64);
    i32_as_i64 i32, i64, v => v as u32 as i64;
    i64_as_i32 i64, i32, v => v as i32;
    f32_as_i64 f32, i64, v => v.to_bits() as i64;
    i64_as_f32 i64, f32, v => f32::from_bits(v as u32);
    i32_as_ptr i32, *mut u8, v => v as u32 as usize as *mut u8;
    ptr_as_i32 *mut u8, i32, v => v as usize as i32;
    f32_as_ptr f32, *mut u8, v => v.to_bits() as usize as *mut u8;
    ptr_as_f32 *mut u8, f32, v => f32::from_bits(v as usize as u32);
    i64_as_ptr i64, *mut u8, v => v as usize as *mut u8;
    ptr_as_i64 *mut u8, i64, v => v as usize as i64;
    len_as_ptr usize, *mut u8, v => v as *mut u8;
    ptr_as_len *mut u8, usize, v => v as usize;
    i32_as_len i32, usize, v => v as u32 as usize;
    len_as_i32 usize, i32, v => v as i32;
    f32_as_len f32, usize, v => v.to_bits() as usize;
    len_as_f32 usize, f32, v => f32::from_bits(v as u32);
    i64_as_len i64, usize, v => v as usize;
    len_as_i64 usize, i64, v => v as i64;
}
