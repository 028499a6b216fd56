"""The glue tree in Rust: one piece of Rust a node, no decision about any of them.

Values that are read are owned. Values that are written are places behind references, so a part of one is spelled
without moving it; Rust's auto-dereferencing makes a `Vec` and a slice, a `T` and a `&T` read alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import core_signature
from symbuild.abi.nodes import (
    ADDRESS,
    VALUE,
    Arg,
    Arm,
    Attempt,
    Block,
    Branch,
    BranchArm,
    Buffer,
    CallCore,
    CallSubroutine,
    CallUser,
    CheckHandle,
    CheckRange,
    CheckScalar,
    CheckText,
    Coerce,
    Const,
    Cross,
    Destroy,
    Dispose,
    Each,
    EachIn,
    EachOut,
    Encode,
    EndScratch,
    Expr,
    Forward,
    FromCore,
    FromHandle,
    Get,
    Let,
    Load,
    LoadValue,
    Make,
    MarkGiven,
    Match,
    Receive,
    Release,
    Return,
    SendBlock,
    SendHandle,
    SeqCopy,
    SeqLength,
    SeqPointer,
    Stmt,
    Store,
    StoreValue,
    Subroutine,
    SubroutineBody,
    TakeBlock,
    TakeHandle,
    TakeInto,
    ToCore,
    ToHandle,
    Var,
)
from symbuild.abi.walk import Subroutines
from symbuild.abi.width import Width
from symbuild.bindings.casing import shouty, snake
from symbuild.bindings.rust.names import (
    CANONICAL_GLUE,
    ENUM_GLUE,
    IMPORT_GLUE,
    NATIVE,
    ModulePath,
    case_name,
    identifier,
)
from symbuild.bindings.rust.spelling import SCALARS, Spelling, holds_borrow
from symbuild.bindings.rust.types import flags_integer, rust_string
from symbuild.model.types import (
    Bits,
    FixedSeq,
    Handle,
    Named,
    Product,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    origin,
    shape,
)
from symbuild.model.world import is_exported

CORE = {"i32": "i32", "i64": "i64", "f32": "f32", "f64": "f64", "ptr": "*mut u8", "len": "usize"}


@dataclass(frozen=True, slots=True)
class Frame:
    """The Rust function around a block of glue, in module ``here``.

    ``args`` are the user's parameters as places; ``core`` the function at the ABI; ``user`` the call of the user's,
    with ``{}`` for the arguments; ``method`` its number where it is called on an object of the component's own;
    ``where`` and ``arena`` are the expressions for what traps report and for the arena; ``glue`` is the module of the
    subroutines; ``lent``: values that are written are lent.
    """

    here: ModulePath
    args: tuple[str, ...] = ()
    core: str = ""
    user: str = ""
    where: str = "_where"
    arena: str = "_arena"
    glue: ModulePath = IMPORT_GLUE
    lent: bool = False
    method: int | None = None

    @property
    def hosted(self) -> bool:
        """Whether handles are numbers of the host's, not pointers."""
        return self.glue == CANONICAL_GLUE


@dataclass(slots=True)
class Speller:
    """Spells blocks of glue for one world."""

    spelling: Spelling
    subroutines: Subroutines
    # Those that were made of numbers: each needs its ``enum_function``.
    enums: dict[TypeDef, None]
    frame: Frame
    # Parameters that hold a lent handle, to be kept in variables: the resource's type on top of one has a cell.
    lent: list[str] = field(default_factory=list)
    # Variables that are references: a place is what they refer to.
    _references: set[str] = field(default_factory=lambda: {VALUE})

    # -- expressions ---------------------------------------------------------------------------------------------------
    def expr(self, e: Expr) -> str:
        """An expression that may stand anywhere an argument may."""
        match e:
            case Var(name):
                return f"(*{name})" if name in self._references else name
            case Arg(index):
                return self.frame.args[index]
            case Const(value, core):
                return {"ptr": "::core::ptr::null_mut()", "f32": f"{value}.0", "f64": f"{value}.0"}.get(
                    core, str(value)
                )
            case Load(access, address, offset):
                return f"_rt::load_{access}({self.at(address, offset)})"
            case FromCore(t, value, where):
                return self.from_core(t, self.expr(value), self.where(where))
            case ToCore(t, value):
                return self.to_core(t, self.copied(t, value))
            case Coerce(source, target, value):
                return f"_rt::{source}_as_{target}({self.expr(value)})"
            case Get(t, value, index):
                return self.get(t, value, index)
            case SeqPointer(t, value):
                return f"_rt::lend({self.elements(t, value)})"
            case SeqLength(t, value):
                return f"{self.expr(value)}.{'wit_map_len' if _is_map(t) else 'len'}()"
            case SeqCopy(t, value):
                return f"_rt::copy({self.elements(t, value)}, {self.where(None)})"
            case FromHandle():
                return self.from_handle(e)
            case ToHandle():
                return self.to_handle(e)
            case SendHandle() | TakeHandle():
                raise AssertionError("proxies send messages, bindings call functions")
            case unknown:
                assert_never(unknown)

    def copied(self, t: Type, value: Expr) -> str:
        """A small value itself: where it has a name, an anonymous type around it may hold a reference to it."""
        place = self.expr(value)
        return f"{place}.clone()" if self.frame.lent and isinstance(t, Named) else place

    def elements(self, t: Type, value: Expr) -> str:
        """The elements of a list, or the bytes of a string, as a slice."""
        is_text = isinstance(shape(t), Text) and not self.spelling.names.options.raw_strings
        return f"{self.expr(value)}.as_bytes()" if is_text else f"&{self.expr(value)}[..]"

    def at(self, address: Expr, offset: Width) -> str:
        """An address and an offset."""
        base = self.expr(address)
        return base if offset == Width(0, 0) else f"{base}.add({width(offset)})"

    def from_core(self, t: Type, value: str, where: str) -> str:
        """A core value as the Rust value of a scalar, flags or enum."""
        match shape(t):
            case Scalar("bool"):
                return f"{value} != 0"
            case Scalar("char"):
                return f"_rt::char({value}, {where})"
            case Scalar("f32" | "f64" | "s32" | "s64"):
                return value
            case Scalar(name):
                return f"{value} as {SCALARS.get(name, name)}"
            case Bits() as b:
                return f"{self.owned(t)}::from_bits_truncate({value} as {flags_integer(b)})"
            case Sum():
                assert isinstance(t, Named), "an enum has a name"
                definition = origin(t.definition)
                self.enums.setdefault(definition)
                lift = self.spelling.names.path(self.frame.here, ENUM_GLUE, self.enum_function_name(definition))
                return f"{lift}({value}, {where})"
            case other:
                raise AssertionError(f"{other} is no scalar")

    def from_handle(self, e: FromHandle) -> str:
        """A received handle as the Rust value of its type."""
        handle = shape(e.type)
        assert isinstance(handle, Handle)
        resource, value = self.resource(handle.resource), self.expr(e.value)
        match e.role:
            case "own" if e.check == "maker":
                return f"{resource}::receive({value}, {self.where(e.where)})"
            case "own":
                return f"{resource}::from_handle({self.raw_handle(e, value)})"
            case "borrow" if e.drops:
                return f"{self.frame.arena}.keep({resource}::from_handle({self.raw_handle(e, value)}))"
            case "borrow":
                return self.lent_handle(e, handle.resource)
            case "object":
                return self.lent_object(e.type, value, self.where(e.where))
            case "rep":
                return f"{self.borrow_name(handle.resource)}::lift({value} as usize as *const u8)"

    def lent_object(self, t: Type, handle: str, where: str) -> str:
        """A handle of the component's own that is lent, as the object."""
        of = shape(t)
        assert isinstance(of, Handle)
        return f"{self.borrow_name(of.resource)}::receive({handle}, {where})"

    def mark_given(self, s: MarkGiven) -> str:
        """Mark a handle as given away, or unmark it: who has it again has it with its table."""
        of, handle = shape(s.type), self.expr(s.value)
        assert isinstance(of, Handle)
        resource = self.resource(of.resource)
        if not s.on:
            return f"{resource}::from_handle({handle} as _rt::RawHandle).give();"
        return f"_rt::mark_given({resource}::receive({handle}, {self.where(s.where)}).take_handle());"

    def to_handle(self, e: ToHandle) -> str:
        """A handle that is lent or given away."""
        handle, value = shape(e.type), self.expr(e.value)
        assert isinstance(handle, Handle)
        if e.role == "own" and is_exported(handle.resource) and not self.frame.hosted:
            return f"{value}.give()"
        raw = f"{value}.{'take_handle' if e.role == 'own' else 'handle'}()"
        return f"{raw} as i32" if self.frame.hosted else f"{raw} as usize as *mut u8"

    def raw_handle(self, e: FromHandle, value: str) -> str:
        """A handle of another component's resource as users hold it."""
        return f"_rt::handle({value}, {self.where(e.where)})" if e.check == "null" else f"{value} as _rt::RawHandle"

    def lent_handle(self, e: FromHandle, resource: TypeDef) -> str:
        """A reference to a handle's value: where the handle lies, as that is all there is to a value of ours."""
        name, where = self.resource(resource), self.where(e.where)
        if self.spelling.names.remapped_type(resource) is None:
            match e.value:
                case Load(_, address, offset):
                    return f"_rt::lent::<{name}>({self.at(address, offset)}.cast(), {where})"
                case Var(parameter):
                    self.lent.append(parameter)
                    return f"_rt::lent::<{name}>(&raw mut {parameter}, {where})"
        return f"{self.frame.arena}.hold({name}::from_handle({self.raw_handle(e, self.expr(e.value))}))"

    def resource(self, resource: TypeDef) -> str:
        """The type of a resource's owned handles."""
        return self.spelling.definition(resource, self.frame.here, owned=True)

    def borrow_name(self, resource: TypeDef) -> str:
        """The type of lent handles of a resource of the component's own."""
        return self.spelling.borrow_name(resource, self.frame.here)

    def to_core(self, t: Type, value: str) -> str:
        """The Rust value of a scalar, flags or enum as a core value."""
        match shape(t):
            case Scalar("f32" | "f64" | "s32" | "s64"):
                return value
            case Scalar("u64"):
                return f"{value} as i64"
            case Bits():
                return f"{value}.bits() as i32"
            case _:
                return f"{value} as i32"

    def get(self, t: Type, value: Expr, index: int) -> str:
        """A part of a value."""
        place = self.expr(value)
        match shape(t):
            case Product(fields, "record"):
                return f"{place}.{identifier(fields[index].name)}"
            case Product(_, "entry"):
                # What iterating over a map yields: a pair of references.
                return f"(*{place}.{index})"
            case Product():
                return f"{place}.{index}"
            case FixedSeq():
                return f"{place}[{index}]"
            case Bits():
                return f"({place}.bits() >> {32 * index}) as i32"
            case other:
                raise AssertionError(f"no part {index} in {other}")

    def where(self, where: str | None) -> str:
        """What a trap reports, as an expression."""
        return self.frame.where if where is None else rust_string(where)

    def owned(self, t: Type) -> str:
        """A type of values that are read."""
        return self.spelling.owned(t, self.frame.here)

    def path(self, t: Type, *, lent: bool) -> str:
        """The path of the struct or enum of a value, which has no lifetime where cases and fields are named."""
        if isinstance(t, Named):
            return self.spelling.definition(t.definition, self.frame.here, owned=not lent)
        return self.owned(t)

    # -- statements ----------------------------------------------------------------------------------------------------
    def block(self, block: Block) -> list[str]:
        """The lines of a block."""
        return [line for statement in block for line in self.statement(statement)]

    def statement(self, s: Stmt) -> list[str]:
        """The lines of one statement."""
        match s:
            case Let(var, value, core):
                return [f"let {var}: {CORE[core]} = {self.expr(value)};"]
            case Store(access, address, offset, value):
                return [f"_rt::store_{access}({self.at(address, offset)}, {self.expr(value)});"]
            case StoreValue(t, address, offset, value):
                return [f"{self.at(address, offset)}.cast::<{self.owned(t)}>().write({self.copied(t, value)});"]
            case LoadValue(var, t, address, offset):
                return [f"let {var} = {self.at(address, offset)}.cast::<{self.owned(t)}>().read();"]
            case Make(var, t, parts):
                return [f"let {var} = {self.make(t, [self.expr(p) for p in parts])};"]
            case Match():
                return self.match(s)
            case Branch():
                return self.branch(s)
            case Buffer():
                return self.buffer(s)
            case EachOut():
                return self.each_out(s)
            case EachIn():
                return self.each_in(s)
            case Each(base, count, stride, slot, body):
                return self.loop(self.expr(base), f"0..{self.expr(count)}", stride, slot, self.block(body))
            case Receive():
                return [self.receive(s)]
            case CheckRange(pointer, count, size, align, where):
                args = f"{self.expr(pointer)}, {self.expr(count)}, {width(size)}, {width(align)}, {self.where(where)}"
                return [f"_rt::check_range({args});"]
            case Release(pointer, count, _, _):
                return [f"_rt::release({self.expr(pointer)}, {self.expr(count)});"]
            case Dispose(_, value):
                return [f"drop({self.expr(value)});"]
            case CallSubroutine():
                return [self.call_subroutine(s)]
            case CallCore(args, var, _):
                call = f"{self.frame.core}({', '.join(map(self.expr, args))});"
                return [f"let {var} = {call}" if var else call]
            case CallUser(args, var):
                values = [self.expr(a) for a in args]
                if self.frame.method is not None:
                    values[0] += ".get::<T_>()"
                call = f"{self.frame.user.replace('{}', ', '.join(values))};"
                return [f"let {var} = {call}" if var else call]
            case Forward():
                return self.forward(s)
            case Destroy(resource, role, value):
                end, at = f"{self.resource(resource)}::dtor::<T_>", self.expr(value)
                return [f"{end}({at} as usize as *mut u8);" if role == "rep" else f"_rt::destroy({at}, {end});"]
            case EndScratch():
                return [f"drop({self.frame.arena});"]
            case Return(value):
                return [] if value is None else [self.expr(value)]
            case CheckHandle(t, value, "maker", where):
                return [f"{self.lent_object(t, self.expr(value), self.where(where))};"]
            case MarkGiven():
                return [self.mark_given(s)]
            case Encode() | CheckScalar() | CheckHandle():
                raise AssertionError("Rust's strings are UTF-8, and what it takes whole has no invalid bits")
            case Cross() | SendBlock() | TakeBlock() | TakeInto() | CheckText() | Attempt():
                raise AssertionError("proxies send messages, bindings call functions")
            case unknown:
                assert_never(unknown)

    def forward(self, s: Forward) -> list[str]:
        """The call goes to another component where that one made the handle: out of line, as it seldom does."""
        match s:
            case Forward(function, resource, handle, args, core, where):
                table, own = operations(resource), self.expr(handle)
        given = [self.expr(a) for a in args]
        params = [CORE[c] for c in core_signature(function, SYMMETRIC).params]
        result = f" -> {CORE[core]}" if core else ""
        foreign = f"{table}.foreign({own}, {self.where(where)})"
        if self.frame.method is None:
            lines = [f"{foreign}.drop_handle({given[0]})"]
        else:
            lines = [
                f'let method: unsafe extern "C" fn({", ".join(params)}){result} =',
                f"    ::core::mem::transmute({foreign}.method({self.frame.method}));",
                f"method({', '.join(given)})",
            ]
        head = ", ".join(f"{name}: {t}" for name, t in zip(given, params, strict=True))
        forward = [
            "#[cold]",
            "#[inline(never)]",
            f'unsafe extern "C" fn forward({head}){result} {{',
            *indent(["unsafe {", *indent(lines), "}"]),
            "}",
            f"return forward({', '.join(given)});",
        ]
        # On wasm a handle is known to who keeps it.
        return [NATIVE, f"if !{table}.is_own({own}) {{", *indent(forward), "}"]

    def make(self, t: Type, parts: list[str]) -> str:
        match shape(t):
            case Product(fields, "record"):
                values = [f"{identifier(f.name)}: {p}" for f, p in zip(fields, parts, strict=True)]
                return f"{self.path(t, lent=False)} {{ {', '.join(values)} }}"
            case Product():
                return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
            case FixedSeq():
                return f"[{', '.join(parts)}]"
            case Bits() as b:
                integer = flags_integer(b)
                words = [f"({p} as u32 as {integer}) << {32 * i}" for i, p in enumerate(parts)]
                return f"{self.owned(t)}::from_bits_truncate({' | '.join(words)})"
            case other:
                raise AssertionError(f"{other} is not made of parts")

    def match(self, s: Match) -> list[str]:
        arms = [line for arm in s.arms for line in self.arm(s, arm)]
        choice = [f"match &{self.expr(s.subject)} {{", *indent(arms)]
        if not s.out:
            return [*choice, "}"]
        names = ", ".join(name for name, _ in s.out)
        cores = ", ".join(CORE[core] for _, core in s.out)
        target = f"{names}: {cores}" if len(s.out) == 1 else f"({names}): ({cores})"
        return [f"let {target} = {choice[0]}", *choice[1:], "};"]

    def arm(self, s: Match, arm: Arm) -> list[str]:
        pattern = self.pattern(s.type, self.path(s.named, lent=self.frame.lent), arm.case, arm.bind)
        if arm.bind:
            self._references.add(arm.bind)
        yields = ", ".join(self.expr(y) for y in arm.yields)
        result = [yields if len(s.out) == 1 else f"({yields})"] if s.out else []
        lines = [*self.block(arm.body), *result]
        return [f"{pattern} => {{", *indent(lines), "}"] if lines else [f"{pattern} => {{}}"]

    def pattern(self, t: Sum, path: str, case: int, payload: str | None) -> str:
        """A case of a language value, as a pattern or as an expression."""
        match t.sugar:
            case "option":
                name = "::core::option::Option::" + ("Some" if case else "None")
            case "result":
                name = "::core::result::Result::" + ("Err" if case else "Ok")
                payload = payload or "()"
            case _:
                name = f"{path}::{case_name(t.cases[case].name)}"
        return f"{name}({payload})" if payload else name

    def branch(self, s: Branch) -> list[str]:
        arms = [line for arm in s.arms for line in self.branch_arm(s, arm)]
        arms.append(f'_ => _rt::trap({self.where(s.where)}, "case out of range"),')
        head = f"match {self.expr(s.index)} {{"
        return (
            [f"let {s.var}: {self.owned(s.named)} = {head}", *indent(arms), "};"]
            if s.var
            else [head, *indent(arms), "}"]
        )

    def branch_arm(self, s: Branch, arm: BranchArm) -> list[str]:
        lines = self.block(arm.body)
        if s.var:
            payload = None if arm.payload is None else self.expr(arm.payload)
            lines.append(self.pattern(s.type, self.path(s.named, lent=False), arm.case, payload))
        return [f"{arm.case} => {{", *indent(lines), "}"] if lines else [f"{arm.case} => {{}}"]

    def buffer(self, b: Buffer) -> list[str]:
        count, size, align = self.expr(b.count), width(b.size), width(b.align)
        area = f"_rt::Area::<{{ {size} }}>"
        match b.life:
            case "frame":
                return [f"let mut {b.var} = {area}::new();", f"let {b.var} = {b.var}.at();"]
            case "static":
                return [
                    f"static mut {b.var.upper()}: {area} = _rt::Area::new();",
                    f"let {b.var} = (&raw mut {b.var.upper()}).cast::<u8>();",
                ]
            case "given":
                return [f"let {b.var} = _rt::alloc({count}, {size}, {align}, {self.frame.where});"]
            case "scratch":
                return [f"let {b.var} = {self.frame.arena}.alloc({count}, {size}, {align}, {self.frame.where});"]

    def loop(self, base: str, over: str, stride: Width, slot: str, body: list[str], elem: str = "") -> list[str]:
        index = f"_i{slot.removeprefix('_at')}"
        binding = f"({index}, {elem})" if elem else index
        step = f"let {slot} = {base}.add({index} * {width(stride)});"
        return [f"for {binding} in {over} {{", *indent([step, *body]), "}"]

    def each_out(self, s: EachOut) -> list[str]:
        if not _is_map(s.named):
            self._references.add(s.elem)
        each = "(&{}).into_iter()" if _is_map(s.named) else "{}.iter()"
        over = f"{each.format(self.expr(s.value))}.enumerate()"
        return self.loop(self.expr(s.base), over, s.stride, s.slot, self.block(s.body), s.elem)

    def each_in(self, s: EachIn) -> list[str]:
        count = self.expr(s.count)
        body = self.block(s.body)
        if _is_map(s.named):
            made = f"let mut {s.var}: {self.owned(s.named)} = _rt::WitMap::wit_map_new({count});"
            item = self.expr(s.item)
            body.append(f"_rt::WitMap::wit_map_push(&mut {s.var}, {item}.0, {item}.1);")
        else:
            made = f"let mut {s.var}: {self.owned(s.named)} = _rt::Vec::with_capacity({count});"
            body.append(f"{s.var}.push({self.expr(s.item)});")
        return [made, *self.loop(self.expr(s.base), f"0..{count}", s.stride, s.slot, body)]

    def receive(self, s: Receive) -> str:
        pointer, count = self.expr(s.pointer), self.expr(s.count)
        if isinstance(s.type, Text):
            function = "bytes" if self.spelling.names.options.raw_strings else "text"
            return f"let {s.var} = _rt::{function}({pointer}, {count}, {self.where(s.where)});"
        return f"let {s.var} = _rt::list::<{self.owned(s.type.elem)}>({pointer}, {count});"

    def call_subroutine(self, s: CallSubroutine) -> str:
        args = [self.at(s.address, s.offset)]
        if s.value is not None:
            args.append(f"&{self.expr(s.value)}")
        if self.subroutines.bodies[s.subroutine].uses_scratch:
            args.append(f"&mut {self.frame.arena}" if self.frame.here != self.frame.glue else self.frame.arena)
        args.append(self.where(s.where))
        name = self.spelling.names.path(self.frame.here, self.frame.glue, self.subroutine_name(s.subroutine))
        call = f"{name}({', '.join(args)});"
        return f"let {s.var} = {call}" if s.var else call

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def subroutine_name(self, s: Subroutine) -> str:
        """``lend__ns__pkg__iface__type`` and the like: two underscores, which no WIT name has, part the names."""
        verb = {"read": s.mode, "write": "give" if s.given else "lend"}
        return f"{verb.get(s.verb, s.verb)}__{self.definition_name(s.type)}"

    def definition_name(self, definition: TypeDef) -> str:
        """A definition in the name of a function that is for it."""
        return "__".join([*self.spelling.names.module(definition.owner), snake(definition.name)])

    def subroutine_head(self, body: SubroutineBody) -> str:
        """The head of a subroutine's function, in the glue's module."""
        s, t = body.subroutine, Named(body.subroutine.type)
        params = [f"{ADDRESS}: *mut u8"]
        if s.verb == "write":
            params.append(f"{VALUE}: {self.reference(t, lent=not s.given)}")
        if body.uses_scratch:
            params.append("_arena: &mut _rt::Arena")
        params.append("_where: &str")
        lifetime = "<'a>" if s.verb == "read" and holds_borrow(t) else ""
        result = f" -> {self.spelling.owned(t, self.frame.here, lifetime[1:-1])}" if s.verb == "read" else ""
        return f"pub unsafe fn {self.subroutine_name(s)}{lifetime}({', '.join(params)}){result}"

    def enum_function(self, definition: TypeDef) -> tuple[str, tuple[str, ...]]:
        """The head and lines of the function that makes an enum of its number, in the module of such."""
        of, body = self.path(Named(definition), lent=False), definition.body
        assert isinstance(body, Sum)
        # The number is checked, so the last case is what remains.
        numbers = [*map(str, range(len(body.cases) - 1)), "_"]
        arms = [f"{n} => Cases::{case_name(c.name)}," for n, c in zip(numbers, body.cases, strict=True)]
        index = f"_rt::index(core, {len(body.cases)}, place)"
        lines = (f"type Cases = {of};", f"match {index} {{", *indent(arms), "}")
        return f"pub fn {self.enum_function_name(definition)}(core: i32, place: &str) -> {of}", lines

    def enum_function_name(self, definition: TypeDef) -> str:
        """``lift__ns__pkg__iface__type``."""
        return f"lift__{self.definition_name(definition)}"

    def reference(self, t: Type, *, lent: bool) -> str:
        """A reference to a value that is written."""
        of = self.spelling.parameter(t, self.frame.here) if lent else self.owned(t)
        return of if of.startswith("&") else f"&{of}"


def operations(resource: TypeDef) -> str:
    """The static of a resource's operations table, in the module of the resource."""
    return f"_{shouty(origin(resource).name)}_OPERATIONS"


def _is_map(t: Type) -> bool:
    s = shape(t)
    return isinstance(s, Seq) and s.sugar == "map"


def indent(lines: Iterable[str]) -> list[str]:
    """Lines one step further right."""
    return [f"    {line}" if line else "" for line in lines]


def width(w: Width) -> str:
    """A number, or one for each pointer width."""
    return str(w.w32) if w.w32 == w.w64 else f"_rt::width({w.w32}, {w.w64})"
