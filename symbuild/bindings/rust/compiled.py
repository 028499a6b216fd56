"""The templates as functions. Made by `python -m symbuild.bindings.precompile`; edit templates/*.j2 instead."""

# ruff: noqa
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbuild.bindings.rust.resources import ResourceView
    from symbuild.bindings.rust.view import ModuleView


def module_rs(view: ModuleView) -> Iterator[str]:
    for line in view.head:
        yield line
        yield '\n'
    for t in view.types:
        yield '\n'
        if t.is_alias:
            for line in t.docs:
                yield line
                yield '\n'
            if view.is_root:
                yield '#[allow(dead_code)]\n'
            yield 'pub type '
            yield t.name
            yield t.generics
            yield ' = '
            yield t.target
            yield ';\n'
        if t.is_flags:
            yield view.bitflags
            yield '::bitflags! {\n'
            for line in t.docs:
                yield '    '
                yield line
                yield '\n'
            yield '    #[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Clone, Copy)]\n'
            if view.is_root:
                yield '    #[allow(dead_code)]\n'
            yield '    pub struct '
            yield t.name
            yield ': '
            yield t.target
            yield ' {\n'
            for m in t.members:
                for line in m.docs:
                    yield '        '
                    yield line
                    yield '\n'
                yield '        const '
                yield m.name
                yield ' = 1 << '
                yield m.text
                yield ';\n'
            yield '    }\n}\n'
        if t.is_struct:
            for line in t.docs:
                yield line
                yield '\n'
            for line in t.attributes:
                yield line
                yield '\n'
            if view.is_root:
                yield '#[allow(dead_code)]\n'
            yield 'pub struct '
            yield t.name
            yield t.generics
            yield ' {\n'
            for m in t.members:
                for line in m.docs:
                    yield '    '
                    yield line
                    yield '\n'
                for line in m.attributes:
                    yield '    '
                    yield line
                    yield '\n'
                yield '    pub '
                yield m.name
                yield ': '
                yield m.type
                yield ',\n'
            yield '}\n\nimpl'
            yield t.generics
            yield ' ::core::fmt::Debug for '
            yield t.name
            yield t.generics
            yield ' {\n    fn fmt(&self, f: &mut ::core::fmt::Formatter<\'_>) -> ::core::fmt::Result {\n        f.debug_struct("'
            yield t.name
            yield '")\n'
            for m in t.members:
                yield '            .field("'
                yield m.wit
                yield '", &self.'
                yield m.name
                yield ')\n'
            yield '            .finish()\n    }\n}\n'
        if t.is_enum:
            for line in t.docs:
                yield line
                yield '\n'
            for line in t.attributes:
                yield line
                yield '\n'
            if view.is_root:
                yield '#[allow(dead_code)]\n'
            yield 'pub enum '
            yield t.name
            yield t.generics
            yield ' {\n'
            for m in t.members:
                for line in m.docs:
                    yield '    '
                    yield line
                    yield '\n'
                for line in m.attributes:
                    yield '    '
                    yield line
                    yield '\n'
                yield '    '
                yield m.name
                yield (('(' + m.type + ')') if m.type else '')
                yield ',\n'
            yield '}\n'
        if t.is_plain_enum:
            yield '\nimpl'
            yield t.generics
            yield ' ::core::fmt::Debug for '
            yield t.name
            yield t.generics
            yield " {\n    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {\n        match self {\n"
            for m in t.members:
                yield '            '
                yield t.name
                yield '::'
                yield m.name
                yield ('(e)' if m.type else '')
                yield ' => f.debug_tuple("'
                yield t.name
                yield '::'
                yield m.name
                yield '")'
                yield ('.field(e)' if m.type else '')
                yield '.finish(),\n'
            yield '        }\n    }\n}\n'
        if t.is_error_enum:
            yield '\n#[allow(dead_code)]\nimpl '
            yield t.name
            yield " {\n    /// The case's name in WIT.\n    pub fn name(&self) -> &'static str {\n        match self {\n"
            for m in t.members:
                yield '            '
                yield t.name
                yield '::'
                yield m.name
                yield ' => "'
                yield m.wit
                yield '",\n'
            yield "        }\n    }\n\n    /// The case's documentation in WIT.\n    pub fn message(&self) -> &'static str {\n        match self {\n"
            for m in t.members:
                yield '            '
                yield t.name
                yield '::'
                yield m.name
                yield ' => '
                yield m.text
                yield ',\n'
            yield '        }\n    }\n}\n\nimpl ::core::fmt::Debug for '
            yield t.name
            yield ' {\n    fn fmt(&self, f: &mut ::core::fmt::Formatter<\'_>) -> ::core::fmt::Result {\n        f.debug_struct("'
            yield t.name
            yield '")\n            .field("code", &(*self as i32))\n            .field("name", &self.name())\n            .field("message", &self.message())\n            .finish()\n    }\n}\n\nimpl ::core::fmt::Display for '
            yield t.name
            yield ' {\n    fn fmt(&self, f: &mut ::core::fmt::Formatter<\'_>) -> ::core::fmt::Result {\n        write!(f, "{} (error {})", self.name(), *self as i32)\n    }\n}\n'
        if t.is_shown_by_debug:
            yield '\nimpl'
            yield t.generics
            yield ' ::core::fmt::Display for '
            yield t.name
            yield t.generics
            yield ' {\n    fn fmt(&self, f: &mut ::core::fmt::Formatter<\'_>) -> ::core::fmt::Result {\n        write!(f, "{:?}", self)\n    }\n}\n'
        if t.is_error:
            yield '\n'
            if view.std_feature:
                yield '#[cfg(feature = "std")]\n'
            yield 'impl'
            yield t.generics
            yield ' ::core::error::Error for '
            yield t.name
            yield t.generics
            yield ' {}\n'
    for declared in view.resources:
        yield '\n'
        for line in declared:
            yield line
            yield '\n'
    for f in view.imports:
        yield '\n'
        for line in f.docs:
            yield line
            yield '\n'
        yield '#[allow(dead_code, unused_braces, unused_parens, unused_unsafe, clippy::all)]\n#[inline]\npub fn '
        yield f.head
        yield ' {\n    #[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "'
        yield f.module
        yield '"))]\n    unsafe extern "C" {\n        #[cfg_attr(target_arch = "wasm32", link_name = "'
        yield f.name
        yield '")]\n        #[cfg_attr(not(target_arch = "wasm32"), link_name = "'
        yield f.symbol
        yield '")]\n        fn _core'
        yield f.core
        yield ';\n    }\n    unsafe {\n'
        for line in f.lines:
            yield '        '
            yield line
            yield '\n'
        yield '    }\n}\n'
    for trait in view.traits:
        yield '\n'
        if view.is_root:
            yield '#[allow(dead_code)]\n'
        yield 'pub trait '
        yield trait.name
        yield (': _rt::Resource' if trait.is_resource else '')
        yield ' {\n'
        for name in trait.resources:
            yield '    type '
            yield name
            yield ': Guest'
            yield name
            yield ';\n\n'
        if trait.is_resource:
            yield '    /// Puts an object where it stays until `resource_from_raw_` is called.\n    ///\n    /// # Safety\n    ///\n    /// To be implemented, along with that one: what it returns is all there is of the object.\n    #[doc(hidden)]\n    unsafe fn resource_into_raw_(val: Self::Rep) -> *mut Self::Rep {\n        _rt::Box::into_raw(_rt::Box::new(val))\n    }\n\n    /// Takes an object back from where it was put, and frees that.\n    ///\n    /// # Safety\n    ///\n    /// `handle` is what `resource_into_raw_` returned, and no longer used.\n    #[doc(hidden)]\n    unsafe fn resource_from_raw_(handle: *mut Self::Rep) -> Self::Rep {\n        *unsafe { _rt::Box::from_raw(handle) }\n    }\n\n'
        for method in trait.methods:
            for line in method.docs:
                yield '    '
                yield line
                yield '\n'
            yield '    fn '
            yield method.head
            yield ';\n'
        yield '}\n'
    for export in view.exports:
        yield '\n#[doc(hidden)]\n'
        if export.target:
            yield export.target
            yield '\n'
        yield '#[allow(dead_code, unused_braces, unused_mut, unused_parens, unused_unsafe, clippy::all)]\npub unsafe extern "C" fn '
        yield export.glue
        yield '<T_: '
        yield export.guest
        yield '>'
        yield export.head
        yield ' {\n    _rt::guard('
        yield export.place
        yield ', || unsafe {\n'
        for line in export.lines:
            yield '        '
            yield line
            yield '\n'
        yield '    })\n}\n'
    for freeing in view.post_returns:
        yield '\n#[doc(hidden)]\n'
        yield freeing.target
        yield '\n#[allow(dead_code, unused_braces, unused_parens, unused_unsafe, clippy::all)]\npub unsafe extern "C" fn '
        yield freeing.glue
        yield freeing.head
        yield ' {\n    unsafe {\n'
        for line in freeing.lines:
            yield '        '
            yield line
            yield '\n'
        yield '    }\n}\n'
    for routine in view.subroutines:
        yield '\n'
        yield routine.head
        yield ' {\n    unsafe {\n'
        for line in routine.lines:
            yield '        '
            yield line
            yield '\n'
        yield '    }\n}\n'
    for maker in view.enum_functions:
        yield '\n#[inline]\n'
        yield maker.head
        yield ' {\n'
        for line in maker.lines:
            yield '    '
            yield line
            yield '\n'
        yield '}\n'
    if view.macro:
        yield '\n#[doc(hidden)]\n'
        if view.macro_export:
            yield '#[macro_export]\n'
        yield 'macro_rules! '
        yield view.macro
        yield ' {\n    ($ty:ident with_types_in $($path:tt)*) => {\n        const _: () = {\n'
        for entry in view.entries:
            if entry.target:
                yield '            '
                yield entry.target
                yield '\n'
            yield '            #[unsafe(export_name = "'
            yield entry.name
            yield '")]\n            unsafe extern "C" fn '
            yield entry.glue
            yield entry.head
            yield ' {\n'
            if entry.forward:
                yield '                unsafe extern "C" {\n                    #[link_name = "'
                yield entry.forward
                yield '"]\n                    fn _user'
                yield entry.head
                yield ';\n                }\n                unsafe { _user('
                yield entry.args
                yield ') }\n'
            else:
                yield '                unsafe { $($path)*::'
                yield entry.glue
                yield (('::<' + entry.type + '>') if entry.type else '')
                yield '('
                yield entry.args
                yield ') }\n'
            yield '            }\n'
        yield '        };\n    };\n}\n#[doc(hidden)]\n#[allow(unused_imports)]\n'
        yield ('pub' if view.macro_export else 'pub(crate)')
        yield ' use '
        yield view.macro
        yield ';\n'
    for child in view.children:
        yield '\n'
        for line in child.docs:
            yield line
            yield '\n'
        for line in child.attributes:
            yield line
            yield '\n'
        yield child.head
        yield ' {\n'
        for line in child.lines:
            yield (('    ' + line) if line else '')
            yield '\n'
        yield '}\n'
    if view.export_macro:
        yield '\n/// Exports a type as what this world exports: it implements every `Guest` trait.\n#[allow(unused_macros)]\n#[doc(hidden)]\n'
        if view.macro_export:
            yield '#[macro_export]\n'
        yield 'macro_rules! '
        yield view.export_macro_definition
        yield ' {\n    ($ty:ident) => {\n        '
        yield view.bindings_module
        yield '::'
        yield view.export_macro
        yield '!($ty with_types_in '
        yield view.bindings_module
        yield ');\n    };\n    ($ty:ident with_types_in $($root:tt)*) => {\n'
        for call in view.export_macros:
            yield '        $($root)*::'
            yield call.prefix
            yield call.name
            yield '!($ty with_types_in $($root)*'
            yield call.suffix
            yield ');\n'
        yield '    };\n}\n#[doc(inline)]\n#[allow(unused_imports)]\n'
        yield ('pub' if view.macro_export else 'pub(crate)')
        yield ' use '
        yield view.export_macro_definition
        yield ' as '
        yield view.export_macro
        yield ';\n'
    for stub in view.stubs:
        yield '\nimpl '
        yield stub.path
        yield ' for Stub {\n'
        for name in stub.resources:
            yield '    type '
            yield name
            yield ' = Stub;\n\n'
        for head in stub.heads:
            yield '    #[allow(unused_variables)]\n    fn '
            yield head
            yield ' {\n        unreachable!()\n    }\n'
        yield '}\n'
    if view.stubs:
        yield '\n/// Implements every `Guest` trait by panicking.\n#[derive(Debug)]\npub struct Stub;\n\n'
        yield view.export_macro
        yield '!(Stub);\n'


def resource_rs(view: ResourceView) -> Iterator[str]:
    for line in view.docs:
        yield line
        yield '\n'
    yield '#[derive(Debug)]\n#[repr(transparent)]\n#[allow(dead_code)]\npub struct '
    yield view.name
    yield ' {\n    handle: _rt::Owned<'
    yield view.name
    yield '>,\n}\n\n#[allow(dead_code, clippy::all)]\nimpl '
    yield view.name
    yield ' {\n'
    if view.is_own:
        yield '    /// Makes a handle for an object, which is owned.\n    pub fn new<T: '
        yield view.guest
        yield '>(val: T) -> Self {\n        Self::settle::<T>();\n        let rep = <T::Rep as _rt::ResourceRep<T>>::rep_new(val);\n        unsafe { Self::from_handle(Self::make(T::resource_into_raw_(rep).cast())) }\n    }\n\n    /// The object.\n    #[inline]\n    pub fn get<T: '
        yield view.guest
        yield '>(&self) -> &T {\n        unsafe { <T::Rep as _rt::ResourceRep<T>>::rep_as_ref(self.as_ptr::<T>()) }\n    }\n\n    /// The object.\n    #[inline]\n    pub fn get_mut<T: '
        yield view.guest
        yield '>(&mut self) -> &mut T {\n        unsafe { <T::Rep as _rt::ResourceRep<T>>::rep_as_mut(self.as_ptr::<T>()) }\n    }\n\n    /// Ends the handle, and gives the object back.\n    pub fn into_inner<T: '
        yield view.guest
        yield '>(self) -> T {\n        unsafe { <T::Rep as _rt::ResourceRep<T>>::rep_take(self.as_ptr::<T>()) }\n    }\n\n'
    yield '    #[doc(hidden)]\n    #[inline]\n    pub unsafe fn from_handle(handle: _rt::RawHandle) -> Self {\n        Self { handle: unsafe { _rt::Owned::from_handle(handle) } }\n    }\n\n    #[doc(hidden)]\n    #[inline]\n    pub fn take_handle(&self) -> _rt::RawHandle {\n        self.handle.take_handle()\n    }\n\n    #[doc(hidden)]\n    #[inline]\n    pub fn handle(&self) -> _rt::RawHandle {\n        self.handle.handle()\n    }\n'
    if view.is_own:
        if view.is_native:
            yield "\n    /// A handle that was received: it has to be one of this component's own.\n    #[doc(hidden)]\n    "
            yield view.native
            yield '\n    #[inline]\n    pub unsafe fn receive(handle: *mut u8, place: &str) -> Self {\n        unsafe { Self::from_handle('
            yield view.operations
            yield '.receive(handle, place)) }\n    }\n\n    /// Gives the handle away.\n    #[doc(hidden)]\n    '
            yield view.native
            yield '\n    #[inline]\n    pub unsafe fn give(&self) -> *mut u8 {\n        unsafe { '
            yield view.operations
            yield '.give(self.take_handle()) }\n    }\n'
        if view.is_either:
            yield '\n    /// A handle that was received in one memory with its giver.\n    #[doc(hidden)]\n    '
            yield view.hosted
            yield '\n    #[inline]\n    pub unsafe fn receive(handle: *mut u8, place: &str) -> Self {\n        unsafe { Self::from_handle(_rt::handle(handle, place)) }\n    }\n\n    /// Gives the handle away in one memory.\n    #[doc(hidden)]\n    '
            yield view.hosted
            yield '\n    #[inline]\n    pub unsafe fn give(&self) -> *mut u8 {\n        self.take_handle() as usize as *mut u8\n    }\n'
        yield '\n    #[doc(hidden)]\n    pub unsafe fn dtor<T: '
        yield view.guest
        yield '>(rep: *mut u8) {\n        unsafe {\n            '
        yield view.implementor
        yield '.require::<T>();\n            drop(T::resource_from_raw_(rep.cast()));\n        }\n    }\n\n    // Two types may implement the trait, but only one can be behind the handles: the first that is.\n    fn settle<T: '
        yield view.guest
        yield '>() {\n        '
        yield view.implementor
        yield '.settle::<T>(|| {\n'
        if view.is_native:
            yield '            '
            yield view.native
            yield '\n            '
            yield view.operations
            yield '.fill(\n                '
            yield view.drop_glue
            yield '::<T>,\n                [\n'
            for method in view.methods:
                yield '                    '
                yield method
                yield ',\n'
            yield '                ],\n            );\n'
        yield '        });\n    }\n\n    #[inline]\n    fn as_ptr<T: '
        yield view.guest
        yield '>(&self) -> *mut T::Rep {\n        unsafe {\n            '
        yield view.implementor
        yield '.require::<T>();\n            Self::rep(self.handle()).cast()\n        }\n    }\n'
        if view.is_native:
            yield '\n    '
            yield view.native
            yield '\n    unsafe fn make(rep: *mut u8) -> _rt::RawHandle {\n        _rt::make(rep)\n    }\n\n    '
            yield view.native
            yield '\n    #[inline]\n    unsafe fn rep(handle: _rt::RawHandle) -> *mut u8 {\n        unsafe { _rt::rep(handle) }\n    }\n\n    '
            yield view.native
            yield '\n    unsafe fn end(handle: _rt::RawHandle) {\n        unsafe { '
            yield view.operations
            yield '.end(handle) }\n    }\n'
        if view.is_hosted:
            yield '\n'
            if view.hosted:
                yield '    '
                yield view.hosted
                yield '\n'
            yield '    unsafe fn make(rep: *mut u8) -> _rt::RawHandle {\n        #[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "'
            yield view.module
            yield '"))]\n        unsafe extern "C" {\n            #[link_name = "'
            yield view.new
            yield '"]\n            fn new(_: *mut u8) -> i32;\n        }\n        unsafe { new(rep) as _rt::RawHandle }\n    }\n\n'
            if view.hosted:
                yield '    '
                yield view.hosted
                yield '\n'
            yield '    unsafe fn rep(handle: _rt::RawHandle) -> *mut u8 {\n        #[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "'
            yield view.module
            yield '"))]\n        unsafe extern "C" {\n            #[link_name = "'
            yield view.rep
            yield '"]\n            fn rep(_: i32) -> *mut u8;\n        }\n        unsafe { rep(handle as i32) }\n    }\n\n'
            if view.hosted:
                yield '    '
                yield view.hosted
                yield '\n'
            yield '    unsafe fn end(handle: _rt::RawHandle) {\n        #[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "'
            yield view.module
            yield '"))]\n        unsafe extern "C" {\n            #[link_name = "'
            yield view.drop
            yield '"]\n            fn drop(_: i32);\n        }\n        unsafe { drop(handle as i32) }\n    }\n'
    yield '}\n\n#[allow(clippy::all)]\nunsafe impl _rt::DropHandle for '
    yield view.name
    yield ' {\n    #[inline]\n    unsafe fn drop_handle(handle: _rt::RawHandle) {\n'
    if view.is_own:
        yield '        unsafe { Self::end(handle) }\n'
    else:
        yield '        #[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "'
        yield view.module
        yield '"))]\n        unsafe extern "C" {\n            #[cfg_attr(target_arch = "wasm32", link_name = "'
        yield view.drop
        yield '")]\n            #[cfg_attr(not(target_arch = "wasm32"), link_name = "'
        yield view.symbol
        yield '")]\n            fn _core(_: *mut u8);\n        }\n        unsafe { _core(handle as usize as *mut u8) }\n'
    yield '    }\n}\n'
    if view.is_own:
        yield '\nstatic '
        yield view.implementor
        yield ': _rt::Implementor = _rt::Implementor::new();\n'
        if view.is_native:
            yield view.native
            yield '\nstatic '
            yield view.operations
            yield ': _rt::Table<'
            yield view.method_count
            yield '> =\n    _rt::Table::new('
            yield view.abi_version
            yield ', *b"'
            yield view.hash
            yield '", "'
            yield view.component
            yield '\\0");\n'
        yield '\n/// What access a lent handle gives for as long as it is lent.\n#[derive(Debug)]\n#[repr(transparent)]\n#[allow(dead_code)]\npub struct '
        yield view.name
        yield "Borrow<'a> {\n    rep: *const u8,\n    lent: ::core::marker::PhantomData<&'a "
        yield view.name
        yield ">,\n}\n\n#[allow(dead_code, clippy::all)]\nimpl<'a> "
        yield view.name
        yield "Borrow<'a> {\n    #[doc(hidden)]\n    #[inline]\n    pub unsafe fn lift(rep: *const u8) -> Self {\n        Self { rep, lent: ::core::marker::PhantomData }\n    }\n"
        if view.is_native:
            yield "\n    /// A handle that was received: it has to be one of this component's own.\n    #[doc(hidden)]\n    "
            yield view.native
            yield '\n    #[inline]\n    pub unsafe fn receive(handle: *mut u8, place: &str) -> Self {\n        unsafe { Self::lift('
            yield view.operations
            yield '.object(handle, place)) }\n    }\n'
        if view.is_either:
            yield '\n    /// A handle that was received in one memory with its lender.\n    #[doc(hidden)]\n    '
            yield view.hosted
            yield '\n    #[inline]\n    pub unsafe fn receive(handle: *mut u8, place: &str) -> Self {\n        unsafe { Self::lift('
            yield view.name
            yield '::rep(_rt::handle(handle, place))) }\n    }\n'
        yield '\n    /// The object.\n    #[inline]\n    pub fn get<T: '
        yield view.guest
        yield ">(&self) -> &'a T {\n        unsafe {\n            "
        yield view.implementor
        yield '.require::<T>();\n            <T::Rep as _rt::ResourceRep<T>>::rep_as_ref(self.rep.cast())\n        }\n    }\n}\n'
