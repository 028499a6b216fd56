"""The glue tree in C: one piece of C a node, no decision about any of them.

The result also compiles as C++: no compound literals, no designated initialisers.
"""

from __future__ import annotations

from symbuild.abi.nodes import (
    VALUE,
    Branch,
    BranchArm,
    Buffer,
    CallUser,
    Destroy,
    Dispose,
    EachIn,
    Encode,
    Forward,
    FromHandle,
    LoadValue,
    Make,
    Receive,
    StoreValue,
    Subroutine,
    ToHandle,
    Var,
)
from symbuild.abi.walk import Subroutines
from symbuild.bindings.c.borrows import lent_in
from symbuild.bindings.c.in_place import InPlace
from symbuild.bindings.c.names import Names
from symbuild.bindings.c.signature import Signature
from symbuild.bindings.c_family.core import indent, index_of, switch
from symbuild.bindings.c_family.speller import FamilySpeller
from symbuild.frozen import frozen
from symbuild.model.types import Bits, FixedSeq, Handle, Product, Seq, Sum, Text, Type, TypeDef, origin, shape


@frozen
class Frame:
    """The C function around a block of glue.

    ``args`` are the user's parameters as expressions; ``core`` the function at the ABI that is called; ``user`` the
    user's function that is called; ``method`` the method's number in the operations table; ``autodrop``: borrows are
    dropped after the call; ``as_utf16``: strings in UTF-16 cross as they are. ``returns`` tells how a result leaves: as
    the signature's, or as it is. ``where`` is the expression of a subroutine's caller for what traps report, ``arena``
    that of the arena.
    """

    args: tuple[str, ...] = ()
    core: str = ""
    user: Signature | None = None
    method: int = 0
    autodrop: bool = False
    as_utf16: bool = False
    returns: Signature | None = None
    where: str = "_where"
    arena: str = "&_arena"


class Speller(FamilySpeller):
    """Spells blocks of glue for one world. ``in_place`` is a result that lies in the return area from the start."""

    names: Names
    frame: Frame
    null = "NULL"

    def __init__(self, names: Names, subroutines: Subroutines, frame: Frame, in_place: InPlace | None = None) -> None:
        self.names = names
        self.subroutines = subroutines
        self.frame = frame
        self.in_place = in_place

    # -- expressions ---------------------------------------------------------------------------------------------------
    def var(self, name: str) -> str:
        return "(*_value)" if name == VALUE else name

    def cast(self, target: str, value: str) -> str:
        return f"({target}){value}"

    def get(self, t: Type, value: str, index: int) -> str:
        match shape(t):
            case Product():
                return dot(value, self.names.member(t, index))
            case FixedSeq():
                return f"{dot(value, 'items')}[{index}]"
            case Bits(labels) if len(labels) > 64:
                return f"(int32_t){dot(value, 'words')}[{index}]"
            case Bits():
                return f"(int32_t)({value} >> {32 * index})" if index else f"(int32_t){value}"
            case other:
                raise AssertionError(f"no part {index} in {other}")

    def from_handle(self, e: FromHandle) -> str:
        of, value, where = shape(e.type), self.expr(e.value), self.where(e.where)
        assert isinstance(of, Handle)
        match e.role:
            case "object":
                return f"{self.names.private('object', origin(of.resource))}({value}, {where})"
            case "rep":
                return f"({self.names.definition(origin(of.resource))} *)(uintptr_t){value}"
            case "own" | "borrow":
                if e.check == "maker":
                    value = self.own_handle(origin(of.resource), value, where)
                elif e.check == "null":
                    value = f"sb_handle({value}, {where})"
                return f"SB_LITERAL({self.names.type(e.type)}){{(sb_handle_t){value}}}"

    def to_handle(self, e: ToHandle) -> str:
        # What is freed of a value does not drop its handles (as in wit-bindgen), so none has to be taken out of it.
        handle = dot(self.expr(e.value), "__handle")
        return f"(uint8_t *){handle}" if e.core == "ptr" else handle

    def operations(self, resource: TypeDef) -> str:
        return f"&{self.names.private('operations', resource)}.head"

    def own_handle(self, resource: TypeDef, handle: str, where: str) -> str:
        return f"{self.names.private('own', resource)}({handle}, {where})"

    def elements(self, value: str, *, moved: bool = False) -> str:
        # A struct gives nothing away: its owner forgets it.
        return dot(value, "ptr")

    def length(self, value: str) -> str:
        return dot(value, "len")

    def elem_align(self, t: Type) -> str:
        match shape(t):
            case Seq(elem):
                # sizeof and offsets agree with the ABI's, so the compiler's alignment does too.
                return f"SB_ALIGNOF({self.names.type(elem)})"
            case _:
                return "2" if self.names.options.utf16 else "1"

    # -- statements ----------------------------------------------------------------------------------------------------
    def store_value(self, s: StoreValue) -> list[str]:
        if isinstance(s.value, Var) and self.is_in_place(s.value.name):
            return []
        source = address_of(self.expr(s.value))
        return [f"memcpy({self.at(s.address, s.offset)}, {source}, sizeof({self.names.type(s.type)}));"]

    def load_value(self, s: LoadValue) -> list[str]:
        if self.is_in_place(s.var):
            return []
        room = f"{self.names.type(s.type)} {s.var};"
        return [room, f"memcpy(&{s.var}, {self.at(s.address, s.offset)}, sizeof {s.var});"]

    def make(self, m: Make) -> list[str]:
        of, var, parts = self.names.type(m.type), m.var, [self.expr(p) for p in m.parts]
        match shape(m.type):
            case Bits(labels) if len(labels) <= 64:
                low, high = parts
                return [f"{of} {var} = (uint64_t)(uint32_t){high} << 32 | (uint32_t){low};"]
            case Bits():
                targets = [f"{var}.words[{i}]" for i in range(len(parts))]
                parts = [f"(uint32_t){p}" for p in parts]
            case _:
                targets = [self.get(m.type, var, i) for i in range(len(parts))]
        sets = [f"{target} = {part};" for target, part in zip(targets, parts, strict=True)]
        return [f"{of} {var};", *sets]

    def refer(self, t: Type, name: str) -> str:
        return f"const {self.names.type(t)} {name}"

    def payload(self, t: Sum, case: int, subject: str) -> str:
        return dot(subject, self.names.payload(t, case))

    def choose(self, t: Sum, subject: str, arms: list[list[str]]) -> list[str]:
        tag = dot(subject, self.names.tag(t))
        if t.sugar == "option":
            arms = arms[::-1]  # is_some is the tag of case 1
        if t.sugar in ("option", "result"):
            lines = [f"if ({'!' if t.sugar == 'result' else ''}{tag}) {{", *indent(arms[0])]
            return [*lines, "} else {", *indent(arms[1]), "}"] if arms[1] else [*lines, "}"]
        # The user's own value, not a peer's: still better a trap here than garbage there.
        return switch(tag, arms, f'sb_trap_at({self.frame.where}, "tag of a variant out of range");')

    def bind_found(self, s: Branch, choice: list[str]) -> list[str]:
        return [f"{self.names.type(s.named)} {s.var} = SB_ZERO;", *choice]

    def case_found(self, s: Branch, arm: BranchArm) -> list[str]:
        tag = ("false", "true")[arm.case] if s.type.sugar in ("option", "result") else str(arm.case)
        lines = [f"{s.var}.{self.names.tag(s.type)} = {tag};"]
        if arm.payload is not None:
            lines.append(f"{s.var}.{self.names.payload(s.type, arm.case)} = {self.expr(arm.payload)};")
        return lines

    def buffer(self, b: Buffer) -> list[str]:
        in_place = self.in_place
        return self.result_area(in_place) if in_place and b.var == in_place.area else super().buffer(b)

    def area(self, *, static: bool) -> str:
        return "static SB_ALIGNED(8)" if static else "SB_ALIGNED(8)"

    def arena_room(self, args: str) -> str:
        return f"sb_arena_alloc({self.frame.arena}, {args})"

    def encode(self, s: Encode) -> list[str]:
        arena = "NULL" if s.given else self.frame.arena
        value = self.expr(s.value)
        args = f"{self.elements(value)}, {self.length(value)}, &{s.length}, {arena}, {self.where(s.where)}"
        return [f"size_t {s.length};", f"uint8_t *{s.var} = sb_utf16_lower({args});"]

    def is_in_place(self, name: str) -> bool:
        """Whether a variable lies in the return area from the start."""
        return self.in_place is not None and name == self.in_place.value

    def result_area(self, result: InPlace) -> list[str]:
        """Where the callee leaves an import's result: the caller's own, or a local to take options and results from."""
        if self.frame.returns and self.frame.returns.shape == "pointer":
            return [f"uint8_t *{result.area} = (uint8_t *)(void *)ret;"]
        return [
            f"{self.names.type(result.type)} {result.value};",
            f"uint8_t *{result.area} = (uint8_t *)(void *)&{result.value};",
        ]

    def each_in(self, s: EachIn) -> list[str]:
        elem, count = self.names.type(s.type.elem), self.expr(s.count)
        args = f"{count}, sizeof({elem}), SB_ALIGNOF({elem}), {self.frame.where}"
        block = self.arena_room(args) if s.mode == "view" else f"sb_alloc({args})"
        item = f"{s.var}.ptr[{index_of(s.slot)}] = {self.expr(s.item)};"
        return [
            f"{self.names.type(s.named)} {s.var};",
            f"{s.var}.len = {count};",
            f"{s.var}.ptr = ({elem} *)(void *){block};",
            *self.loop(self.expr(s.base), count, s.stride, s.slot, [*self.block(s.body), item]),
        ]

    def receive(self, s: Receive) -> list[str]:
        pointer, count, where = self.expr(s.pointer), self.expr(s.count), self.where(s.where)
        lines = [f"{self.names.type(s.named)} {s.var};"]
        if isinstance(s.type, Text) and self.names.options.utf16 and not self.frame.as_utf16:
            arena = self.frame.arena if s.mode == "view" else "NULL"
            return [*lines, f"{s.var}.ptr = sb_utf16_lift({pointer}, {count}, &{s.var}.len, {arena}, {where});"]
        text = "uint16_t" if self.names.options.utf16 else "uint8_t"
        elem = text if isinstance(s.type, Text) else self.names.type(s.type.elem)
        if s.mode == "copy":
            pointer = f"sb_copy({pointer}, {count}, sizeof({elem}), SB_ALIGNOF({elem}), {where})"
        cast = "" if elem == "uint8_t" else f"({elem} *)(void *)"
        return [*lines, f"{s.var}.ptr = {cast}{pointer};", f"{s.var}.len = {count};"]

    def forward(self, s: Forward) -> list[str]:
        lines = super().forward(s)
        # On wasm a host knows whose handle it is.
        both = self.names.options.abi == "both" and s.function.kind == "method"
        return ["#ifndef __wasm__", *lines, "#endif"] if both else lines

    def destroy(self, s: Destroy) -> list[str]:
        rep, value = self.names.definition(s.resource), self.expr(s.value)
        destructor = self.names.of_resource(s.resource, "destructor")
        if s.role == "rep":
            return [f"{destructor}(({rep} *)(uintptr_t){value});"]
        return [
            f"{rep} *_rep = ({rep} *)sb_rep({value});",
            # Before the destructor runs: what that does with the handle is found out.
            f"sb_box_drop(&_boxes, (sb_box *)(void *){value});",
            f"{destructor}(_rep);",
        ]

    def dispose(self, s: Dispose) -> list[str]:
        return [f"{self.names.free_function(s.type)}({address_of(self.expr(s.value))});"]

    def end_scratch(self) -> list[str]:
        return [f"sb_arena_free({self.frame.arena});"]

    def call_user(self, s: CallUser) -> list[str]:
        user = self.frame.user
        assert user
        passed = []
        for parameter, value in zip(user.parameters, map(self.expr, s.args), strict=True):
            if parameter.maybe:
                passed.append(f"{value}.is_some ? &{value}.val : NULL")
            else:
                passed.append(f"&{value}" if parameter.by_pointer else value)
        call = self.keep_result(user, passed, s.var)
        if not self.frame.autodrop:
            return call
        notes, drops = self.drop_borrows(user, s)
        return [*notes, *call, *drops]

    def drop_borrows(self, user: Signature, s: CallUser) -> tuple[list[str], list[str]]:
        """The lines that note which borrows were lent, and those that drop them."""
        notes, drops = [], []
        values = zip(user.parameters, map(self.expr, s.args), strict=True)
        lent = [each for p, value in values for each in lent_in(self.names, p.type, value)]
        for i, each in enumerate(lent):
            note = f"_borrow{i} = {each.number};"
            notes.append(f"int32_t _borrow{i} = 0;" if each.conditions else f"int32_t {note}")
            if each.conditions:
                notes.append(f"if ({' && '.join(each.conditions)}) {note}")
            drop = f"{self.names.private('drop_borrow', each.resource)}((uint8_t *)_borrow{i});"
            drops.append(f"if (_borrow{i} != 0) {drop}" if each.conditions else drop)
        return notes, drops

    def keep_result(self, user: Signature, passed: list[str], var: str | None) -> list[str]:
        def call(*outs: str) -> str:
            return f"{user.name}({', '.join([*passed, *outs])})"

        if user.result is None or var is None:
            return [f"{call()};"]
        t, s = self.names.type(user.result), shape(user.result)
        room, value = f"{t} {var};", var
        if self.in_place and self.is_in_place(var):
            room, value = f"{t} *{var} = ({t} *)(void *){self.in_place.area};", f"(*{var})"
        match user.shape:
            case "value":
                return [f"{t} {var} = {call()};"]
            case "option":
                return [room, f"{dot(value, 'is_some')} = {call(address_of(dot(value, 'val')))};"]
            case "result":
                assert isinstance(s, Sum)
                failed, payload = dot(value, "is_err"), dot(value, "val")
                outs = [(c.type, n) for c, n in zip(s.cases, ("ok", "err"), strict=True) if c.type]
                if len(outs) < 2:
                    return [room, f"{failed} = !{call(*(f'&{payload}.{n}' for _, n in outs))};"]
                # Locals apart, as the user may write to both before deciding; the members share their bytes.
                lines = [room, *(f"{self.names.type(of)} {var}_{n};" for of, n in outs)]
                lines.append(f"{failed} = !{call(*(f'&{var}_{n}' for _, n in outs))};")
                for of, n in outs:
                    lines += self.assign_if(f"{'' if n == 'err' else '!'}{failed}", of, f"{payload}.{n}", f"{var}_{n}")
                return lines
            case _:
                return [room, f"{call(address_of(value))};"]

    def leave(self, value: str) -> list[str]:
        returns = self.frame.returns
        if returns is None:
            return [f"return {value};"]
        match returns.shape:
            case "pointer" if self.in_place:
                return []
            case "pointer":
                return [f"*ret = {value};"]
            case "option" | "result":
                assert returns.result
                s = shape(returns.result)
                assert isinstance(s, Sum)
                return self.leave_by_case(s, value)
            case _:
                return [f"return {value};"]

    def leave_by_case(self, s: Sum, value: str) -> list[str]:
        """Return true with `*ret` filled, or false with `*err` where a result has one."""
        first, second = (case.type for case in s.cases)
        if s.sugar == "option":
            fine = f"{value}.is_some"
            leaves = [(second, fine, "(*ret)", f"{value}.val")]
        else:
            failed, fine = f"{value}.is_err", f"!{value}.is_err"
            leaves = [(first, fine, "(*ret)", f"{value}.val.ok"), (second, failed, "(*err)", f"{value}.val.err")]
        assignments = [self.assign_if(condition, t, target, source) for t, condition, target, source in leaves if t]
        return [*(line for lines in assignments for line in lines), f"return {fine};"]

    def assign_if(self, condition: str, t: Type, target: str, source: str) -> list[str]:
        """``if (condition) target = source;`` for a source that was written member by member just before."""
        match shape(t):
            case Text() | Seq():
                # So is it read: a processor cannot forward two narrow stores to the wide load that copies both.
                sets = [f"{dot(target, member)} = {dot(source, member)};" for member in ("ptr", "len")]
                return [f"if ({condition}) {{", *indent(sets), "}"]
            case _:
                return [f"if ({condition}) {target.removeprefix('(').removesuffix(')')} = {source};"]

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def by_reference(self, value: str) -> str:
        return address_of(value)

    def owner(self, owner: str) -> str:
        return self.names.prefix(owner)

    def returned(self, s: Subroutine) -> str:
        return self.names.definition(s.type)

    def value_parameter(self, s: Subroutine) -> str:
        return f"const {self.names.definition(s.type)} *{VALUE}"

    def arena_parameter(self) -> str:
        return "sb_arena *_arena"


def dot(value: str, member: str) -> str:
    """``value.member``, through an arrow where the value is what a pointer points to."""
    return f"{value[2:-1]}->{member}" if value.startswith("(*") else f"{value}.{member}"


def address_of(value: str) -> str:
    """``&value``, or the pointer where the value is what it points to."""
    return value[2:-1] if value.startswith("(*") else f"&{value}"
