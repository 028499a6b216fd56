"""A world's functions in Rust: their heads, what an import calls, and what an export is called through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC, Convention
from symbuild.abi.flatten import CoreSignature, core_signature
from symbuild.abi.glue import Glue, core_param, drop_glue, export_glue, import_glue, is_alike_in
from symbuild.abi.mangle import (
    ROOT,
    bound_symbol,
    drop_name,
    dtor_name,
    export_name,
    import_name,
    post_return_name,
    symbol,
)
from symbuild.abi.resources import drop_function, method_index
from symbuild.abi.walk import Subroutines, Traits
from symbuild.bindings.casing import snake
from symbuild.bindings.rust.names import (
    CANONICAL_GLUE,
    IMPORT_GLUE,
    NATIVE,
    SYMMETRIC_GLUE,
    WASM,
    ModulePath,
    Names,
    function_name,
    identifier,
    type_name,
)
from symbuild.bindings.rust.resources import drop_glue_name, guest_trait
from symbuild.bindings.rust.speller import CORE, Frame, Speller
from symbuild.bindings.rust.spelling import Spelling
from symbuild.bindings.rust.types import doc_lines, rust_string
from symbuild.bindings.rust.view import EntryView, ExportView, ImportView
from symbuild.model.types import FixedSeq, Named, Product, Resource, Scalar, Sum, Type, TypeDef, shape
from symbuild.model.world import Function, Interface

SELF = "self"


class Functions:
    """Spells the functions of one world. ``subroutines`` are those that their glue calls, by the modules they go to;
    ``enums`` those that it makes of numbers.

    ``fits_x86``: what was spelled so far is right on 32-bit x86, too.
    """

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self.options = spelling.names.options
        # The global allocator may be anything, so nothing is moved; exports own their arguments, so nothing is viewed.
        self.traits = Traits(self.same_bytes, utf8=True, views=False, moves=False, keeps_borrows=True)
        self.fits_x86 = True
        self.enums: dict[TypeDef, None] = {}
        self.subroutines = {module: Subroutines() for module in (IMPORT_GLUE, SYMMETRIC_GLUE, CANONICAL_GLUE)}
        # Objects for wasm hold both ABIs: a fused module calls the symmetric one.
        self.symmetric_target = "" if self.options.abi == "both" else NATIVE

    # -- imports -------------------------------------------------------------------------------------------------------
    def import_view(self, f: Function, here: ModulePath, key: str, *, bound: bool) -> ImportView:
        """A function that the user calls, in module ``here``; ``bound``: by a name that the link step binds."""
        place = wit_place(key, f.name)
        glue = import_glue(f, SYMMETRIC, self.traits, self.subroutines[IMPORT_GLUE], place)
        args = tuple(SELF if p is receiver(f) else identifier(p.name) for p in f.params)
        frame = Frame(here, args=args, core="_core", where=rust_string(place), lent=True)
        linker_name = symbol(key, f.name)
        module, name = import_name(key, f.name)
        lines = self.spell(glue, frame)
        return ImportView(
            doc_lines(f.docs),
            self.head(f, here, [self.spelling.parameter(p.type, here) for p in f.params]),
            module,
            name,
            bound_symbol(linker_name) if bound else linker_name,
            core_head(glue.signature, unnamed=True),
            (*lines, SELF) if self.chains(f) else lines,
        )

    # -- exports -------------------------------------------------------------------------------------------------------
    def export_views(
        self, f: Function, here: ModulePath, key: str, interface: Interface | None
    ) -> Iterator[tuple[ExportView, EntryView]]:
        """The core functions of one export in each ABI, each with its entry in the export macro.

        On wasm there may be one more, which frees the result.
        """
        place, name = wit_place(key, f.name), snake(f.name)
        method = method_index(interface, f) if interface and receiver(f) else None
        frame = Frame(here, user=self.user(f), where=rust_string(place), method=method, glue=SYMMETRIC_GLUE)
        guest = guest_trait(f.resource) if f.resource else "Guest"
        implementor = implementor_of(f.resource)
        if self.options.abi != "canonical":
            glue = export_glue(f, SYMMETRIC, self.traits, self.subroutines[SYMMETRIC_GLUE], place)
            lines = self.spell(glue, frame)
            head = core_head(glue.signature)
            export = ExportView(f"_export_{name}", self.symmetric_target, head, rust_string(place), lines, guest)
            yield export, entry(export, symbol(key, f.name), glue.signature, implementor)
        if self.options.abi != "symmetric":
            glue = export_glue(f, CANONICAL_EXPORT, self.traits, self.subroutines[CANONICAL_GLUE], place)
            frame = replace(frame, glue=CANONICAL_GLUE)
            lines = self.spell(glue, frame)
            export = ExportView(f"_canonical_{name}", WASM, core_head(glue.signature), rust_string(place), lines, guest)
            yield export, entry(export, self.exported(export_name(key, f.name)), glue.signature, implementor)
            if glue.post_return:
                signature = CoreSignature(("ptr",), None)
                lines = tuple(self.speller(frame).block(glue.post_return))
                export = ExportView(f"_post_{name}", WASM, core_head(signature), rust_string(place), lines)
                yield export, entry(export, self.exported(post_return_name(key, f.name)), signature, "")

    def drop_views(self, resource: TypeDef, here: ModulePath, key: str) -> Iterator[tuple[ExportView, EntryView]]:
        """What ends an object of the component's own resource in each ABI."""
        drop, dtor = drop_name(resource.name), dtor_name(resource.name)
        if self.options.abi != "canonical":
            name, frame = drop_glue_name(resource), Frame(here, glue=SYMMETRIC_GLUE)
            linker_name, place = symbol(key, drop), wit_place(key, drop)
            yield self._drop_view(resource, SYMMETRIC, frame, name, NATIVE, linker_name, place)
        if self.options.abi == "both":
            # On wasm whoever keeps the handle ends the object.
            signature, lines = core_signature(drop_function(resource), SYMMETRIC), (_ended(resource),)
            head, guest = core_head(signature), guest_trait(resource)
            export = ExportView(name, WASM, head, rust_string(place), lines, guest)
            yield export, entry(export, linker_name, signature, implementor_of(resource))
        if self.options.abi != "symmetric":
            name = f"_dtor_{snake(resource.name)}"
            exported, frame = self.exported(export_name(key, dtor)), Frame(here, glue=CANONICAL_GLUE)
            yield self._drop_view(resource, CANONICAL_EXPORT, frame, name, WASM, exported, wit_place(key, dtor))

    def _drop_view(
        self, resource: TypeDef, row: Convention, frame: Frame, name: str, target: str, linker_name: str, place: str
    ) -> tuple[ExportView, EntryView]:
        glue = drop_glue(resource, row, place)
        lines = self.spell(glue, frame)
        head, guest = core_head(glue.signature), guest_trait(resource)
        export = ExportView(name, target, head, rust_string(place), lines, guest)
        return export, entry(export, linker_name, glue.signature, implementor_of(resource))

    def can_forward(self, f: Function) -> bool:
        """Whether the user's own canonical export of a skipped function can serve as the symmetric one, too."""
        return self.options.abi != "canonical" and is_alike_in(f, SYMMETRIC, CANONICAL_EXPORT)

    def forward(self, f: Function, key: str) -> EntryView:
        """The symmetric export of a skipped function: sources for wit-bindgen define the canonical one."""
        signature = core_signature(f, SYMMETRIC)
        name, user = f"_export_{snake(f.name)}", self.exported(export_name(key, f.name))
        head, args = core_head(signature), core_args(signature)
        return EntryView(name, self.symmetric_target, symbol(key, f.name), head, args, forward=user)

    def exported(self, name: str) -> str:
        """The name of an export on wasm."""
        return f"{self.options.export_prefix}{name}"

    # -- heads ---------------------------------------------------------------------------------------------------------
    def head(self, f: Function, here: ModulePath, params: Sequence[str]) -> str:
        """A function's head, from its name on."""
        named = [f"{identifier(p.name)}: {t}" for p, t in zip(f.params, params, strict=True)]
        if receiver(f):
            named[0] = "&self"
        return f"{function_name(f)}({', '.join(named)}){self.result(f, here)}"

    def method_head(self, f: Function, here: ModulePath) -> str:
        """The head of the method that the user defines."""
        return self.head(f, here, [self.spelling.owned(p.type, here) for p in f.params])

    def result(self, f: Function, here: ModulePath) -> str:
        """The result in a function's head."""
        if self.chains(f):
            return " -> &Self"
        if f.result is None:
            return ""
        match f.kind, shape(f.result):
            case "constructor", Sum((_, error), "result"):
                of = self.spelling.owned(error.type, here) if error.type else "()"
                return f" -> ::core::result::Result<Self, {of}>"
            case "constructor", _:
                return " -> Self"
            case _:
                return f" -> {self.spelling.owned(f.result, here)}"

    def chains(self, f: Function) -> bool:
        """Whether a method returns the object it was called on."""
        return self.options.method_chaining and receiver(f) is not None and f.result is None

    def user(self, f: Function) -> str:
        """The call of the user's function: what makes an object is given a handle for it."""
        call = f"T_::{function_name(f)}({{}})"
        if f.kind != "constructor" or f.resource is None or f.result is None:
            return call
        new = f"{type_name(f.resource.name)}::new"
        return f"{call}.map({new})" if isinstance(shape(f.result), Sum) else f"{new}({call})"

    def same_bytes(self, t: Type) -> bool:
        """Whether values of a type are the ABI's bytes on every target, or on all but 32-bit x86, which is noted."""
        if not _is_plain(self.spelling.names, t):
            return False
        if _holds_wide(t):
            if self.options.x86:
                return False
            self.fits_x86 = False
        return True

    # -- bodies --------------------------------------------------------------------------------------------------------
    def spell(self, glue: Glue, frame: Frame) -> tuple[str, ...]:
        """The lines of a function's body."""
        arena = ["let mut _arena = _rt::Arena::new();"] if glue.uses_scratch else []
        speller = self.speller(frame)
        body = speller.block(glue.body)
        return (*(f"let mut {handle} = {handle};" for handle in speller.lent), *arena, *body)

    def speller(self, frame: Frame) -> Speller:
        """What spells glue in a function."""
        return Speller(self.spelling, self.subroutines[frame.glue], self.enums, frame)


def _is_plain(names: Names, t: Type) -> bool:
    """Numbers, and records of numbers (``repr(C)``). Tuples are not, nor what has bytes that are no value, nor handles,
    which have an owner.
    """
    match t:
        case Named(definition):
            body = definition.body
            if names.remapped_type(definition) is not None:
                return False  # the user's own type has a layout of its own
            return not isinstance(body, Resource) and _is_plain(names, body)
        case Scalar(name):
            return name not in ("bool", "char")
        case FixedSeq(elem, _):
            return _is_plain(names, elem)
        case Product(fields, "record"):
            return all(_is_plain(names, f.type) for f in fields)
        case _:
            return False


def _holds_wide(t: Type) -> bool:
    """Whether a plain type has numbers of 64 bits."""
    match shape(t):
        case Scalar(name):
            return name in ("u64", "s64", "f64")
        case FixedSeq(elem, _):
            return _holds_wide(elem)
        case Product(fields):
            return any(_holds_wide(f.type) for f in fields)
        case other:
            raise AssertionError(f"{other} is not plain")


def receiver(f: Function) -> object:
    """The parameter that is the object a method is called on; None of other functions."""
    return f.params[0] if f.kind == "method" else None


def implementor_of(resource: TypeDef | None) -> str:
    """The type whose method an entry of the export macro calls."""
    return f"<$ty as $($path)*::Guest>::{type_name(resource.name)}" if resource else "$ty"


def entry(export: ExportView, linker_name: str, signature: CoreSignature, implementor: str) -> EntryView:
    """The exported function that calls the generic one."""
    return EntryView(export.glue, export.target, linker_name, export.head, core_args(signature), implementor)


def _ended(resource: TypeDef) -> str:
    """The end of a handle of the component's own that the host keeps."""
    return f"{type_name(resource.name)}::end({core_param(0)} as _rt::RawHandle)"


def wit_place(module: str, function: str) -> str:
    """What traps call a function."""
    return function if module == ROOT else f"{module}#{function}"


def core_args(s: CoreSignature) -> str:
    """The parameters of a core function, handed on."""
    return ", ".join(core_param(i) for i in range(len(s.params)))


def core_head(s: CoreSignature, *, unnamed: bool = False) -> str:
    """The parameters and result of a core function."""
    params = [f"{'_' if unnamed else core_param(i)}: {CORE[c]}" for i, c in enumerate(s.params)]
    return f"({', '.join(params)}){f' -> {CORE[s.result]}' if s.result else ''}"
