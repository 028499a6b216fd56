"""The glue tree in C: one piece of C a node, no decision about any of them.

The result also compiles as C++: no compound literals, no designated initialisers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from symbuild.abi.nodes import (
    ADDRESS,
    VALUE,
    Arg,
    Arm,
    Block,
    Branch,
    BranchArm,
    Buffer,
    CallCore,
    CallSubroutine,
    CallUser,
    CheckRange,
    CheckScalar,
    Coerce,
    Const,
    Dispose,
    Each,
    EachIn,
    EachOut,
    Encode,
    EndScratch,
    Expr,
    FromCore,
    Get,
    Let,
    Load,
    LoadValue,
    Make,
    Match,
    Receive,
    Release,
    Return,
    SeqCopy,
    SeqLength,
    SeqPointer,
    Stmt,
    Store,
    StoreValue,
    Subroutine,
    SubroutineBody,
    ToCore,
    Var,
)
from symbuild.abi.walk import Subroutines
from symbuild.abi.width import Width
from symbuild.bindings.c.in_place import InPlace
from symbuild.bindings.c.names import Names
from symbuild.bindings.c.signature import Signature
from symbuild.bindings.casing import snake
from symbuild.frozen import frozen
from symbuild.model.types import Bits, FixedSeq, Product, Scalar, Seq, Sum, Text, Type, shape

CORE = {"i32": "int32_t", "i64": "int64_t", "f32": "float", "f64": "double", "ptr": "uint8_t *", "len": "size_t"}


@frozen
class Frame:
    """The C function around a block of glue.

    ``args`` are the user's parameters as expressions; ``core`` the function at the ABI that is called; ``user`` the
    user's function that is called; ``returns`` tells how a result leaves: as the signature's, or as it is. ``where`` is
    the expression of a subroutine's caller for what traps report, ``arena`` that of the arena.
    """

    args: tuple[str, ...] = ()
    core: str = ""
    user: Signature | None = None
    returns: Signature | None = None
    where: str = "_where"
    arena: str = "&_arena"


class Speller:
    """Spells blocks of glue for one world. ``in_place`` is a result that lies in the return area from the start."""

    def __init__(self, names: Names, subroutines: Subroutines, frame: Frame, in_place: InPlace | None = None) -> None:
        self.names = names
        self.subroutines = subroutines
        self.frame = frame
        self.in_place = in_place

    # -- expressions ---------------------------------------------------------------------------------------------------
    def expr(self, e: Expr) -> str:
        """An expression that may stand anywhere an argument may."""
        match e:
            case Var(name):
                return "(*_value)" if name == VALUE else name
            case Arg(index):
                return self.frame.args[index]
            case Const(value, core):
                return "NULL" if core == "ptr" else str(value)
            case Load(access, address, offset):
                return f"sb_load_{access}({self.at(address, offset)})"
            case FromCore(t, value, where):
                return self.from_core(t, self.expr(value), self.where(where))
            case ToCore(t, value):
                return self.to_core(t, self.expr(value))
            case Coerce(source, target, value):
                return f"sb_{source}_as_{target}({self.expr(value)})"
            case Get(t, value, index):
                return self.get(t, self.expr(value), index)
            case SeqPointer(t, value):
                return f"sb_lend({self.member(value, 'ptr')}, {self.elem_align(t)})"
            case SeqLength(_, value):
                return self.member(value, "len")
            case SeqCopy(t, value):
                pointer, length = self.member(value, "ptr"), self.member(value, "len")
                return f"sb_copy({pointer}, {length}, sizeof *{pointer}, {self.elem_align(t)}, {self.where(None)})"
            case unknown:
                assert_never(unknown)

    def at(self, address: Expr, offset: Width) -> str:
        """An address and an offset."""
        base = self.expr(address)
        return base if offset == Width(0, 0) else f"{base} + {width(offset)}"

    def from_core(self, t: Type, value: str, where: str) -> str:
        """A core value as the C value of a scalar, flags, enum or handle."""
        match shape(t):
            case Scalar("bool"):
                return f"({value} != 0)"
            case Scalar("char"):
                return f"sb_char({value}, {where})"
            case Scalar("f32" | "f64"):
                return value
            case Sum(cases):
                return f"({self.names.type(t)})sb_index({value}, {len(cases)}, {where})"
            case _:
                return f"({self.names.type(t)}){value}"

    def to_core(self, t: Type, value: str) -> str:
        """The C value of a scalar, flags, enum or handle as a core value."""
        match shape(t):
            case Scalar("f32" | "f64"):
                return value
            case Scalar("u64" | "s64"):
                return f"(int64_t){value}"
            case _:
                return f"(int32_t){value}"

    def get(self, t: Type, value: str, index: int) -> str:
        """A part of a value."""
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

    def member(self, value: Expr, name: str) -> str:
        """A member of a struct."""
        return dot(self.expr(value), name)

    def elem_align(self, t: Type) -> str:
        """The alignment of a list's elements, as an expression."""
        match shape(t):
            case Seq(elem):
                # sizeof and offsets agree with the ABI's, so the compiler's alignment does too.
                return f"SB_ALIGNOF({self.names.type(elem)})"
            case _:
                return "2" if self.names.options.utf16 else "1"

    def where(self, where: str | None) -> str:
        """What a trap reports, as an expression."""
        return self.frame.where if where is None else c_string(where)

    # -- statements ----------------------------------------------------------------------------------------------------
    def block(self, block: Block) -> list[str]:
        """The lines of a block."""
        return [line for statement in block for line in self.statement(statement)]

    def statement(self, s: Stmt) -> list[str]:
        """The lines of one statement."""
        match s:
            case Let(var, value, core):
                return [f"{declare(CORE[core], var)} = {self.expr(value)};"]
            case Store(access, address, offset, value):
                return [f"sb_store_{access}({self.at(address, offset)}, {self.expr(value)});"]
            case StoreValue(value=Var(name)) | LoadValue(name) if self.is_in_place(name):
                return []
            case StoreValue(t, address, offset, value):
                source = self.expr(value)
                return [f"memcpy({self.at(address, offset)}, {address_of(source)}, sizeof({self.names.type(t)}));"]
            case LoadValue(var, t, address, offset):
                return [f"{self.names.type(t)} {var};", f"memcpy(&{var}, {self.at(address, offset)}, sizeof {var});"]
            case Make(var, t, parts):
                return self.make(var, t, [self.expr(p) for p in parts])
            case Match():
                return self.match(s)
            case Branch():
                return self.branch(s)
            case Buffer(var) if self.in_place and var == self.in_place.area:
                return self.result_area(self.in_place)
            case Buffer():
                return self.buffer(s)
            case Encode(var, length, _, value, given, where):
                arena = "NULL" if given else self.frame.arena
                pointer, units = self.member(value, "ptr"), self.member(value, "len")
                call = f"sb_utf16_lower({pointer}, {units}, &{length}, {arena}, {self.where(where)})"
                return [f"size_t {length};", f"uint8_t *{var} = {call};"]
            case EachOut():
                return self.each_out(s)
            case EachIn():
                return self.each_in(s)
            case Each(base, count, stride, slot, body):
                return self.loop(self.expr(base), self.expr(count), stride, slot, self.block(body))
            case Receive():
                return self.receive(s)
            case CheckRange(pointer, count, size, align, where):
                args = f"{self.expr(pointer)}, {self.expr(count)}, {width(size)}, {width(align)}, {self.where(where)}"
                return [f"sb_check_range({args});"]
            case CheckScalar():
                return [self.check_scalar(s)]
            case Release(pointer, count, _, _):
                return [f"sb_release({self.expr(pointer)}, {self.expr(count)});"]
            case Dispose(t, value):
                return [f"{self.names.free_function(t)}({address_of(self.expr(value))});"]
            case CallSubroutine():
                return [self.call_subroutine(s)]
            case CallCore(args, var, core):
                call = f"{self.frame.core}({', '.join(map(self.expr, args))});"
                return [f"{declare(CORE[core], var)} = {call}" if var and core else call]
            case CallUser(args, var):
                return self.call_user([self.expr(a) for a in args], var)
            case EndScratch():
                return [f"sb_arena_free({self.frame.arena});"]
            case Return(value):
                return self.leave(None if value is None else self.expr(value))
            case unknown:
                assert_never(unknown)

    def make(self, var: str, t: Type, parts: list[str]) -> list[str]:
        match shape(t):
            case Bits(labels) if len(labels) <= 64:
                low, high = parts
                return [f"{self.names.type(t)} {var} = (uint64_t)(uint32_t){high} << 32 | (uint32_t){low};"]
            case Bits():
                targets = [f"{var}.words[{i}]" for i in range(len(parts))]
                parts = [f"(uint32_t){p}" for p in parts]
            case _:
                targets = [self.get(t, var, i) for i in range(len(parts))]
        sets = [f"{target} = {part};" for target, part in zip(targets, parts, strict=True)]
        return [f"{self.names.type(t)} {var};", *sets]

    def match(self, s: Match) -> list[str]:
        subject = self.expr(s.subject)
        arms = [self.arm(s, arm, subject) for arm in s.arms]
        lines = [f"{declare(CORE[core], name)};" for name, core in s.out]
        return [*lines, *self.choose(s.type, dot(subject, self.names.tag(s.type)), arms, self.bad_tag())]

    def arm(self, s: Match, arm: Arm, subject: str) -> list[str]:
        payload = s.type.cases[arm.case].type
        lines = []
        if arm.bind and payload:
            path = dot(subject, self.names.payload(s.type, arm.case))
            lines.append(f"const {self.names.type(payload)} {arm.bind} = {path};")
        yields = [f"{name} = {self.expr(y)};" for (name, _), y in zip(s.out, arm.yields, strict=False)]
        return [*lines, *self.block(arm.body), *yields]

    def bad_tag(self) -> str:
        # The user's own value, not a peer's: still better a trap here than garbage there.
        return f'sb_trap_at({self.frame.where}, "tag of a variant out of range");'

    def choose(self, t: Sum, tag: str, arms: list[list[str]], default: str) -> list[str]:
        """A choice on a C value's tag: an if for the two cases of an option or result, else a switch."""
        if t.sugar == "option":
            arms = arms[::-1]  # is_some is the tag of case 1
        if t.sugar in ("option", "result"):
            lines = [f"if ({'!' if t.sugar == 'result' else ''}{tag}) {{", *indent(arms[0])]
            return [*lines, "} else {", *indent(arms[1]), "}"] if arms[1] else [*lines, "}"]
        return switch(tag, arms, default)

    def branch(self, s: Branch) -> list[str]:
        where = self.where(s.where)
        if s.var is None and not any(arm.body for arm in s.arms):
            return [f"sb_index({self.expr(s.index)}, {len(s.arms)}, {where});"]
        lines = [f"{self.names.type(s.named)} {s.var} = SB_ZERO;"] if s.var else []
        arms = [self.branch_arm(s, arm) for arm in s.arms]
        return [*lines, *switch(self.expr(s.index), arms, f'sb_trap_at({where}, "case out of range");')]

    def branch_arm(self, s: Branch, arm: BranchArm) -> list[str]:
        lines = self.block(arm.body)
        if s.var is None:
            return lines
        tag = {"option": "false" if arm.case == 0 else "true", "result": "false" if arm.case == 0 else "true"}
        lines.append(f"{s.var}.{self.names.tag(s.type)} = {tag.get(s.type.sugar, str(arm.case))};")
        if arm.payload is not None:
            lines.append(f"{s.var}.{self.names.payload(s.type, arm.case)} = {self.expr(arm.payload)};")
        return lines

    def buffer(self, b: Buffer) -> list[str]:
        count, size, align = self.expr(b.count), width(b.size), width(b.align)
        match b.life:
            case "frame":
                return [f"SB_ALIGNED(8) uint8_t {b.var}[{size}];"]
            case "static":
                return [f"static SB_ALIGNED(8) uint8_t {b.var}[{size}];"]
            case "given":
                return [f"uint8_t *{b.var} = sb_alloc({count}, {size}, {align}, {self.frame.where});"]
            case "scratch":
                args = f"{self.frame.arena}, {count}, {size}, {align}, {self.frame.where}"
                return [f"uint8_t *{b.var} = sb_arena_alloc({args});"]

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

    def loop(self, base: str, count: str, stride: Width, slot: str, body: list[str]) -> list[str]:
        index = f"_i{slot.removeprefix('_at')}"
        step = f"uint8_t *{slot} = {base} + {index} * {width(stride)};"
        return [f"for (size_t {index} = 0; {index} < {count}; {index}++) {{", *indent([step, *body]), "}"]

    def each_out(self, s: EachOut) -> list[str]:
        value = self.expr(s.value)
        index = f"_i{s.slot.removeprefix('_at')}"
        elem = f"const {self.names.type(s.type.elem)} {s.elem} = {dot(value, 'ptr')}[{index}];"
        return self.loop(self.expr(s.base), dot(value, "len"), s.stride, s.slot, [elem, *self.block(s.body)])

    def each_in(self, s: EachIn) -> list[str]:
        elem, count = self.names.type(s.type.elem), self.expr(s.count)
        index = f"_i{s.slot.removeprefix('_at')}"
        args = f"{count}, sizeof({elem}), SB_ALIGNOF({elem}), {self.frame.where}"
        block = f"sb_arena_alloc({self.frame.arena}, {args})" if s.mode == "view" else f"sb_alloc({args})"
        item = f"{s.var}.ptr[{index}] = {self.expr(s.item)};"
        return [
            f"{self.names.type(s.named)} {s.var};",
            f"{s.var}.len = {count};",
            f"{s.var}.ptr = ({elem} *)(void *){block};",
            *self.loop(self.expr(s.base), count, s.stride, s.slot, [*self.block(s.body), item]),
        ]

    def receive(self, s: Receive) -> list[str]:
        pointer, count, where = self.expr(s.pointer), self.expr(s.count), self.where(s.where)
        lines = [f"{self.names.type(s.named)} {s.var};"]
        if isinstance(s.type, Text) and self.names.options.utf16:
            arena = self.frame.arena if s.mode == "view" else "NULL"
            return [*lines, f"{s.var}.ptr = sb_utf16_lift({pointer}, {count}, &{s.var}.len, {arena}, {where});"]
        elem = "uint8_t" if isinstance(s.type, Text) else self.names.type(s.type.elem)
        if s.mode == "copy":
            pointer = f"sb_copy({pointer}, {count}, sizeof({elem}), SB_ALIGNOF({elem}), {where})"
        cast = "" if elem == "uint8_t" else f"({elem} *)(void *)"
        return [*lines, f"{s.var}.ptr = {cast}{pointer};", f"{s.var}.len = {count};"]

    def check_scalar(self, s: CheckScalar) -> str:
        place, where = self.at(s.address, s.offset), self.where(s.where)
        match shape(s.type):
            case Scalar("bool"):
                return f"sb_mend_bool({place});" if s.mend else f"sb_check_bool({place}, {where});"
            case Scalar():
                return f"sb_char(sb_load_{s.access}({place}), {where});"
            case Sum(cases):
                return f"sb_index(sb_load_{s.access}({place}), {len(cases)}, {where});"
            case other:
                raise AssertionError(f"every value of {other} is valid")

    def call_subroutine(self, s: CallSubroutine) -> str:
        args = [self.at(s.address, s.offset)]
        if s.value is not None:
            args.append(address_of(self.expr(s.value)))
        if self.subroutines.bodies[s.subroutine].uses_scratch:
            args.append(self.frame.arena)
        args.append(self.where(s.where))
        call = f"{self.subroutine_name(s.subroutine)}({', '.join(args)});"
        return f"{self.names.definition(s.subroutine.type)} {s.var} = {call}" if s.var else call

    def call_user(self, args: list[str], var: str | None) -> list[str]:
        user = self.frame.user
        assert user
        passed = []
        for parameter, value in zip(user.parameters, args, strict=True):
            if parameter.maybe:
                passed.append(f"{value}.is_some ? &{value}.val : NULL")
            else:
                passed.append(f"&{value}" if parameter.by_pointer else value)
        return self.keep_result(user, passed, var)

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

    def leave(self, value: str | None) -> list[str]:
        returns = self.frame.returns
        if value is None:
            return []
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
    def subroutine_name(self, s: Subroutine) -> str:
        """``_view_ns_pkg_iface_type`` and the like."""
        verb = {
            "read": s.mode,
            "write": "give" if s.given else "lend",
            "check": "mend" if s.mode == "adopt" else "check",
        }
        owner = self.names.prefix(s.type.owner)
        return f"{self.subroutines.prefix}{verb.get(s.verb, s.verb)}_{owner}_{snake(s.type.name)}"

    def subroutine_head(self, body: SubroutineBody) -> str:
        """The prototype of a subroutine's function."""
        s = body.subroutine
        t = self.names.definition(s.type)
        value = [f"const {t} *{VALUE}"] if s.verb == "write" else []
        arena = ["sb_arena *_arena"] if body.uses_scratch else []
        params = ", ".join([f"uint8_t *{ADDRESS}", *value, *arena, "const char *_where"])
        return f"static {t if s.verb == 'read' else 'void'} {self.subroutine_name(s)}({params})"


def switch(index: str, arms: list[list[str]], default: str) -> list[str]:
    """A switch with an arm for each number from 0."""
    lines = [f"switch ({index}) {{"]
    for i, arm in enumerate(arms):
        lines += [f"  case {i}: {{", *indent(indent([*arm, "break;"])), "  }"]
    return [*lines, "  default:", f"    {default}", "}"]


def indent(lines: Iterable[str]) -> list[str]:
    """Lines two columns further right."""
    return [f"  {line}" for line in lines]


def width(w: Width) -> str:
    """A number, or one for each pointer width."""
    return str(w.w32) if w.w32 == w.w64 else f"SB_PTR({w.w32}, {w.w64})"


def dot(value: str, member: str) -> str:
    """``value.member``, through an arrow where the value is what a pointer points to."""
    return f"{value[2:-1]}->{member}" if value.startswith("(*") else f"{value}.{member}"


def address_of(value: str) -> str:
    """``&value``, or the pointer where the value is what it points to."""
    return value[2:-1] if value.startswith("(*") else f"&{value}"


def declare(c_type: str, name: str) -> str:
    """A declaration without its semicolon."""
    return f"{c_type}{name}" if c_type.endswith("*") else f"{c_type} {name}"


def c_string(text: str) -> str:
    """A C string literal. WIT names are ASCII and need no escapes."""
    return f'"{text}"'
