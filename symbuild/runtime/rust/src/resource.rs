//! Resources as users see them: handles that are owned, and where the objects behind a component's own ones are kept.
//! `Resource` and `ResourceRep` are wit-bindgen's traits, so that users may implement them.

use crate::trap::trap;
use core::any::TypeId;
use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicU8, Ordering};

#[cfg(target_arch = "wasm32")]
use core::sync::atomic::AtomicU32 as AtomicHandle;
#[cfg(not(target_arch = "wasm32"))]
use core::sync::atomic::AtomicUsize as AtomicHandle;

/// A handle as users hold it: natively the address of its maker's box, on wasm the host's index.
#[cfg(not(target_arch = "wasm32"))]
pub type RawHandle = usize;
/// A handle as users hold it: natively the address of its maker's box, on wasm the host's index.
#[cfg(target_arch = "wasm32")]
pub type RawHandle = u32;

pub const NULL: &str = "null handle";

/// No handle: what was taken is dropped by whoever has it now.
const TAKEN: RawHandle = RawHandle::MAX;

/// A handle of another component's resource; traps on null.
#[must_use]
#[inline]
pub fn handle(core: *mut u8, place: &str) -> RawHandle {
    if core.is_null() {
        trap(place, NULL);
    }
    core as RawHandle
}

/// A handle that is lent, where it lies, as the value of its type `R`: an `Owned` that is never dropped. Traps on null.
///
/// # Safety
///
/// `at` holds a handle of `R`'s kind, and its owner keeps it until `'a` is over.
#[must_use]
#[inline]
pub unsafe fn lent<'a, R>(at: *mut *mut u8, place: &str) -> &'a R {
    unsafe {
        if (*at).is_null() {
            trap(place, NULL);
        }
        &*at.cast::<R>()
    }
}

/// Natively this marks a handle that a call gives away; in one memory with the giver the host's handle is what it is.
#[cfg(target_arch = "wasm32")]
#[inline]
pub fn mark_given(_handle: RawHandle) {}

/// What implements an exported resource.
pub trait Resource: Sized + 'static {
    /// How an object is kept in memory.
    type Rep: ResourceRep<Self>;
}

impl<T: 'static> Resource for T {
    type Rep = Option<T>;
}

/// How an object of type `T` is kept in memory.
///
/// # Safety
///
/// `rep_as_ref` and `rep_as_mut` give access to the object that `rep_new` took.
pub unsafe trait ResourceRep<T> {
    /// Keeps an object.
    fn rep_new(inner: T) -> Self;

    /// The object.
    ///
    /// # Safety
    ///
    /// `ptr` points to a live `Self` that has its object.
    unsafe fn rep_as_ref<'a>(ptr: *const Self) -> &'a T;

    /// The object.
    ///
    /// # Safety
    ///
    /// `ptr` points to a live `Self` that has its object, and nothing else refers to that.
    unsafe fn rep_as_mut<'a>(ptr: *mut Self) -> &'a mut T;

    /// Gives the object back. `Self` is ended later, without it.
    ///
    /// # Safety
    ///
    /// `ptr` points to a live `Self` that has its object, and nothing else refers to that.
    unsafe fn rep_take(ptr: *mut Self) -> T;
}

unsafe impl<T> ResourceRep<T> for Option<T> {
    fn rep_new(inner: T) -> Self {
        Some(inner)
    }

    #[inline]
    unsafe fn rep_as_ref<'a>(ptr: *const Self) -> &'a T {
        unsafe { (*ptr).as_ref().unwrap_or_else(|| gone::<T>()) }
    }

    #[inline]
    unsafe fn rep_as_mut<'a>(ptr: *mut Self) -> &'a mut T {
        unsafe { (*ptr).as_mut().unwrap_or_else(|| gone::<T>()) }
    }

    unsafe fn rep_take(ptr: *mut Self) -> T {
        unsafe { (*ptr).take().unwrap_or_else(|| gone::<T>()) }
    }
}

#[cold]
fn gone<T>() -> ! {
    trap(core::any::type_name::<T>(), "the object was taken out of its handle")
}

/// A type of handles that knows how they end.
///
/// # Safety
///
/// `drop_handle` ends a handle of this very type.
pub unsafe trait DropHandle {
    /// Ends an owned handle.
    ///
    /// # Safety
    ///
    /// The caller owns the handle, and nobody uses it any more.
    unsafe fn drop_handle(handle: RawHandle);
}

/// An owned handle. Generated types of resources are this and nothing else, so a reference to a handle is one to them.
#[repr(transparent)]
pub struct Owned<R: DropHandle> {
    // Atomic only because `take_handle` has no more than a reference.
    handle: AtomicHandle,
    of: PhantomData<R>,
}

impl<R: DropHandle> Owned<R> {
    /// Takes a handle over.
    ///
    /// # Safety
    ///
    /// The caller owns the handle, which is one of `R`.
    #[must_use]
    #[inline]
    pub unsafe fn from_handle(handle: RawHandle) -> Self {
        debug_assert!(handle != 0 && handle != TAKEN);
        Self { handle: AtomicHandle::new(handle), of: PhantomData }
    }

    /// Gives the handle up; nothing is dropped then. Only generated code calls it, on values it owns.
    #[must_use]
    #[inline]
    pub fn take_handle(&self) -> RawHandle {
        let handle = self.handle();
        self.handle.store(TAKEN, Ordering::Relaxed);
        handle
    }

    /// The handle.
    #[must_use]
    #[inline]
    pub fn handle(&self) -> RawHandle {
        self.handle.load(Ordering::Relaxed)
    }
}

impl<R: DropHandle> core::fmt::Debug for Owned<R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Resource").field("handle", &self.handle).finish()
    }
}

impl<R: DropHandle> Drop for Owned<R> {
    #[inline]
    fn drop(&mut self) {
        let handle = self.handle();
        if handle != TAKEN {
            // SAFETY: it is owned, and this was the last use.
            unsafe { R::drop_handle(handle) }
        }
    }
}

/// The one type that implements an exported resource, as soon as it is known.
pub struct Implementor {
    state: AtomicU8,
    id: UnsafeCell<MaybeUninit<TypeId>>,
}

const UNKNOWN: u8 = 0;
const SETTLING: u8 = 1;
const SETTLED: u8 = 2;

// SAFETY: `id` is written by the one thread that found the state unknown, and read once it is settled.
unsafe impl Sync for Implementor {}

impl Implementor {
    /// No type yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(UNKNOWN), id: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    /// The first type is it; `first` then runs before anybody else returns. Traps on any other, as its objects would
    /// be taken for those of the first.
    #[inline]
    pub fn settle<T: 'static>(&self, first: impl FnOnce()) {
        if self.state.load(Ordering::Acquire) != SETTLED {
            self.settle_first(TypeId::of::<T>(), first);
        }
        // SAFETY: it is settled.
        unsafe { self.require::<T>() }
    }

    /// Traps unless `T` is the type.
    ///
    /// # Safety
    ///
    /// It was settled. This is so wherever there is a handle: its maker was the first.
    #[inline]
    pub unsafe fn require<T: 'static>(&self) {
        // SAFETY: it is settled, so nobody writes any more.
        if unsafe { (*self.id.get()).assume_init() } != TypeId::of::<T>() {
            trap(core::any::type_name::<T>(), "cannot use two types with this resource type");
        }
    }

    #[cold]
    #[inline(never)]
    #[allow(improper_ctypes_definitions)] // only Rust calls it
    extern "C" fn settle_first<F: FnOnce()>(&self, id: TypeId, first: F) {
        match self.state.compare_exchange(UNKNOWN, SETTLING, Ordering::Acquire, Ordering::Acquire) {
            Ok(_) => {
                // SAFETY: this thread alone found the state unknown.
                unsafe { (*self.id.get()).write(id) };
                first();
                self.state.store(SETTLED, Ordering::Release);
            }
            Err(_) => {
                while self.state.load(Ordering::Acquire) != SETTLED {
                    core::hint::spin_loop();
                }
            }
        }
    }
}

impl Default for Implementor {
    fn default() -> Self {
        Self::new()
    }
}
