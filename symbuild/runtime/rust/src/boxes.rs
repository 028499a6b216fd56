//! Boxes: natively a handle is the address of one (symmetric-abi.md, section 5). symbuild.h has the same in C.
//!
//! What the path of a call goes through is `extern "C"` where it is out of line: the compiler knows then that it does not
//! unwind, so that an export that can only trap has no panics to stop.
#![allow(clippy::missing_safety_doc, clippy::cast_ptr_alignment, improper_ctypes_definitions)]

use crate::memory::alloc;
use crate::resource::{RawHandle, NULL};
use crate::trap::trap;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// What a component can do with a resource it makes; its methods, in WIT's order, follow this head.
#[repr(C)]
pub struct Operations {
    /// Of the whole table, in bytes; 0 stands for a resource that was dropped.
    size: u32,
    abi_version: u32,
    hash: [u8; 32],
    /// Ends with a zero.
    component: *const u8,
    drop: AtomicPtr<()>,
}

/// The table of a resource whose functions are known once its implementor is.
#[repr(C)]
pub struct Table<const METHODS: usize> {
    head: Operations,
    methods: [AtomicPtr<()>; METHODS],
}

// SAFETY: what is not atomic is constant.
unsafe impl<const METHODS: usize> Sync for Table<METHODS> {}
unsafe impl Sync for Operations {}

impl<const METHODS: usize> Table<METHODS> {
    /// A table without functions. `component` ends with a zero.
    ///
    /// # Panics
    ///
    /// It does not, which is found when the crate is compiled.
    #[must_use]
    pub const fn new(abi_version: u32, hash: [u8; 32], component: &'static str) -> Self {
        assert!(matches!(component.as_bytes(), [.., 0]));
        #[allow(clippy::cast_possible_truncation)] // a world has fewer than a thousand functions
        let size = core::mem::size_of::<Self>() as u32;
        let drop = AtomicPtr::new(core::ptr::null_mut());
        Self {
            head: Operations { size, abi_version, hash, component: component.as_ptr(), drop },
            methods: [const { AtomicPtr::new(core::ptr::null_mut()) }; METHODS],
        }
    }

    /// Enters the functions. No handle with this table was made before.
    pub fn fill(&self, drop: unsafe extern "C" fn(*mut u8), methods: [*const (); METHODS]) {
        self.head.drop.store(drop as *mut (), Ordering::Relaxed);
        for (entry, method) in self.methods.iter().zip(methods) {
            entry.store(method.cast_mut(), Ordering::Relaxed);
        }
    }

    /// Gives a handle that the component has to somebody else, for whom it has a table from then on.
    #[must_use]
    #[inline]
    pub unsafe fn give(&'static self, handle: RawHandle) -> *mut u8 {
        let given = handle as *mut Box;
        unsafe { (*given).operations = &raw const self.head };
        given.cast()
    }

    /// Takes a handle of this component's own back; traps on any other. It is nobody else's then: whoever gives it twice,
    /// or uses it afterwards, has one without a table, as if the resource were dropped.
    #[must_use]
    #[inline]
    pub unsafe fn receive(&self, handle: *mut u8, place: &str) -> RawHandle {
        unsafe {
            self.require_own(handle, place);
            (*handle.cast::<Box>()).operations = &raw const DROPPED_OPERATIONS;
        }
        handle as RawHandle
    }

    /// Ends a handle that the component has.
    pub unsafe fn end(&'static self, handle: RawHandle) {
        unsafe { Foreign(&raw const self.head).drop_handle(self.give(handle)) }
    }

    /// Did this component make the handle, with this table, and does somebody else have it?
    #[must_use]
    #[inline]
    pub unsafe fn is_own(&self, handle: *const u8) -> bool {
        !handle.is_null() && core::ptr::eq(unsafe { (*handle.cast::<Box>()).operations }, &raw const self.head)
    }

    /// The object behind a handle of this component's own, which stays who has it; traps on any other.
    #[must_use]
    #[inline]
    pub unsafe fn object(&self, handle: *const u8, place: &str) -> *const u8 {
        unsafe {
            self.require_own(handle, place);
            rep(handle as RawHandle)
        }
    }

    #[inline]
    unsafe fn require_own(&self, handle: *const u8, place: &str) {
        if !unsafe { self.is_own(handle) } {
            unsafe { self.head.refuse(handle, place) }
        }
    }

    /// The table of another component that makes the same resource; traps where there is none.
    #[must_use]
    #[cold]
    #[inline(never)]
    pub unsafe extern "C" fn foreign(&self, handle: *const u8, place: &str) -> Foreign {
        if handle.is_null() {
            unsafe { self.head.refuse(handle, place) }
        }
        let maker = unsafe { (*handle.cast::<Box>()).operations };
        let (theirs, ours) = (unsafe { &*maker }, &self.head);
        if (theirs.size, theirs.abi_version, theirs.hash) != (ours.size, ours.abi_version, ours.hash) {
            unsafe { self.head.refuse(handle, place) }
        }
        Foreign(maker)
    }
}

impl Operations {
    #[cold]
    #[inline(never)]
    unsafe extern "C" fn refuse(&self, handle: *const u8, place: &str) -> ! {
        if handle.is_null() {
            trap(place, NULL);
        }
        let maker = unsafe { &*(*handle.cast::<Box>()).operations };
        if core::ptr::eq(maker, &raw const GIVEN_OPERATIONS) {
            trap(place, GIVEN);
        }
        if maker.size == 0 {
            trap(place, DROPPED);
        }
        let (theirs, ours) = unsafe { (maker.name(), self.name()) };
        if theirs == ours {
            trap(place, &alloc::format!("handle of another resource, made by `{ours}`"));
        }
        trap(place, &alloc::format!("handle made by `{theirs}`, given to `{ours}`"))
    }

    unsafe fn name(&self) -> alloc::borrow::Cow<'_, str> {
        unsafe { core::ffi::CStr::from_ptr(self.component.cast()) }.to_string_lossy()
    }
}

const DROPPED: &str = "handle of a resource that was dropped";
const GIVEN: &str = "handle that the same call gives away";

/// The table of another component, of the very shape of one's own.
#[repr(transparent)]
pub struct Foreign(*const Operations);

impl Foreign {
    /// Method number `index`.
    #[must_use]
    pub unsafe fn method(&self, index: usize) -> *const () {
        unsafe { self.0.add(1).cast::<*const ()>().add(index).read() }
    }

    /// Ends a handle of that component's.
    pub unsafe fn drop_handle(&self, handle: *mut u8) {
        unsafe {
            let drop: unsafe extern "C" fn(*mut u8) = core::mem::transmute((*self.0).drop.load(Ordering::Relaxed));
            drop(handle);
        }
    }
}

/// The object behind a handle of this component's own.
#[must_use]
#[inline]
pub unsafe fn rep(handle: RawHandle) -> *mut u8 {
    unsafe { (*(handle as *const Box)).rep }
}

/// A handle for an object. The component has it, until it gives it to somebody.
#[must_use]
pub fn make(rep: *mut u8) -> RawHandle {
    BOXES.take(rep) as RawHandle
}

/// Ends the object behind a handle of this component's own, then its box. The handle is none for `end` already.
pub unsafe fn destroy(handle: *mut u8, end: unsafe fn(*mut u8)) {
    let ended = handle.cast::<Box>();
    unsafe {
        (*ended).operations = &raw const DROPPED_OPERATIONS;
        end((*ended).rep);
        BOXES.give(ended);
    }
}

/// Marks a handle that a call gives away, while its other arguments are looked at: nobody lends what the same call gives
/// away. `Table::give` takes the mark off.
#[inline]
pub unsafe fn mark_given(handle: RawHandle) {
    unsafe { (*(handle as *mut Box)).operations = &raw const GIVEN_OPERATIONS }
}

static DROPPED_OPERATIONS: Operations = nobody();
static GIVEN_OPERATIONS: Operations = nobody();

/// The table of a handle that nobody has.
const fn nobody() -> Operations {
    let drop = AtomicPtr::new(core::ptr::null_mut());
    Operations { size: 0, abi_version: 0, hash: [0; 32], component: core::ptr::null(), drop }
}

/// What a handle points to: peers look at the first word, their makers at the second, too.
#[repr(C)]
struct Box {
    /// The maker's table, while somebody else has the handle.
    operations: *const Operations,
    rep: *mut u8,
    /// While nobody has it.
    next: *mut Box,
}

/// The boxes of one component. Their memory is never given back, so a handle that was dropped is found out, not
/// followed: the box that was dropped longest ago is used first.
struct Boxes {
    locked: AtomicBool,
    free: UnsafeCell<Free>,
}

struct Free {
    first: *mut Box,
    last: *mut Box,
    /// Chunk i holds 64 << i boxes. They are kept for tools that look for lost memory.
    chunks: [*mut Box; CHUNKS],
    count: usize,
}

const CHUNKS: usize = 26;

// SAFETY: `free` is used under the lock.
unsafe impl Sync for Boxes {}

static BOXES: Boxes = Boxes {
    locked: AtomicBool::new(false),
    free: UnsafeCell::new(Free {
        first: core::ptr::null_mut(),
        last: core::ptr::null_mut(),
        chunks: [core::ptr::null_mut(); CHUNKS],
        count: 0,
    }),
};

impl Boxes {
    fn take(&self, rep: *mut u8) -> *mut Box {
        let taken = self.with(|free| {
            if free.first.is_null() {
                free.grow();
            }
            let taken = free.first;
            // SAFETY: a box that nobody has is this pool's.
            free.first = unsafe { (*taken).next };
            taken
        });
        // SAFETY: nobody else has it.
        unsafe { (*taken).rep = rep };
        taken
    }

    unsafe fn give(&self, given: *mut Box) {
        self.with(|free| unsafe {
            (*given).next = core::ptr::null_mut();
            if free.first.is_null() {
                free.first = given;
            } else {
                (*free.last).next = given;
            }
            free.last = given;
        });
    }

    #[inline]
    fn with<R>(&self, work: impl FnOnce(&mut Free) -> R) -> R {
        // Held for a few instructions, or an allocation of now and then.
        while self.locked.swap(true, Ordering::Acquire) {
            core::hint::spin_loop();
        }
        // SAFETY: the lock is held.
        let done = work(unsafe { &mut *self.free.get() });
        self.locked.store(false, Ordering::Release);
        done
    }
}

impl Free {
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        if self.count == CHUNKS {
            trap("handle", "too many resources");
        }
        let size = 64 << self.count;
        let made = alloc(size, core::mem::size_of::<Box>(), core::mem::align_of::<Box>(), "handle").cast::<Box>();
        let operations = &raw const DROPPED_OPERATIONS;
        for i in 0..size {
            // SAFETY: the chunk has room for `size` boxes.
            unsafe {
                let next = if i + 1 < size { made.add(i + 1) } else { core::ptr::null_mut() };
                made.add(i).write(Box { operations, rep: core::ptr::null_mut(), next });
            }
        }
        self.chunks[self.count] = made;
        self.count += 1;
        self.first = made;
        // SAFETY: the last box of the chunk.
        self.last = unsafe { made.add(size - 1) };
    }
}
