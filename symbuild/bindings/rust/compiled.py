"""The templates as functions. Made by `python -m symbuild.bindings.precompile`; edit templates/*.j2 instead."""

# ruff: noqa
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    if view.trait:
        yield '\n'
        if view.is_root:
            yield '#[allow(dead_code)]\n'
        yield 'pub trait Guest {\n'
        for method in view.trait:
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
        yield '#[allow(dead_code, unused_braces, unused_parens, unused_unsafe, clippy::all)]\npub unsafe fn '
        yield export.glue
        yield '<T_: Guest>'
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
        yield '\n#[allow(dead_code, unused_braces, unused_parens, unused_unsafe, clippy::all)]\npub unsafe fn '
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
                yield ('::<$ty>' if entry.generic else '')
                yield '('
                yield entry.args
                yield ') }\n'
            yield '            }\n'
        yield '        };\n    };\n}\n#[doc(hidden)]\n#[allow(unused_imports)]\n'
        yield ('pub' if view.macro_export else 'pub(crate)')
        yield ' use '
        yield view.macro
        yield ';\n'
    for child in view.modules:
        yield '\n'
        for line in child.docs:
            yield line
            yield '\n'
        for line in child.attributes:
            yield line
            yield '\n'
        yield child.visibility
        yield 'mod '
        yield child.name
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
        for head in stub.heads:
            yield '    #[allow(unused_variables)]\n    fn '
            yield head
            yield ' {\n        unreachable!()\n    }\n'
        yield '}\n'
    if view.stubs:
        yield '\n/// Implements every `Guest` trait by panicking.\n#[derive(Debug)]\npub struct Stub;\n\n'
        yield view.export_macro
        yield '!(Stub);\n'
