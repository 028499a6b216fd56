"""The glue tree in Python, for a host of the component on wasm: no decision about any node.

A place to write to is a block and an offset in it, as addresses are known only once everything is converted
(``symbuild/runtime/wasm_package``); one to read from is an address in the memory ``_m``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symbuild.abi.flatten import Core
from symbuild.abi.layout import ACCESS_SIZE, SCALAR_ACCESS, Access
from symbuild.abi.nodes import (
    ADDRESS,
    VALUE,
    Arg,
    Block,
    Branch,
    BranchArm,
    Buffer,
    CallCore,
    CallSubroutine,
    CheckRange,
    Coerce,
    Const,
    Dispose,
    EachIn,
    EachOut,
    Encode,
    EndScratch,
    Expr,
    FromCore,
    FromHandle,
    Get,
    Let,
    Load,
    Make,
    Match,
    Receive,
    Return,
    SeqCopy,
    SeqLength,
    Stmt,
    Store,
    Subroutine,
    SubroutineBody,
    ToCore,
    ToHandle,
    Var,
)
from symbuild.abi.resources import handles_in
from symbuild.abi.width import Width
from symbuild.bindings.casing import snake
from symbuild.bindings.python.types import ERR, OK, SOME, Types, field_name, is_number, is_wrapped
from symbuild.frozen import frozen
from symbuild.model.types import Bits, FixedSeq, Handle, Named, Product, Scalar, Seq, Sum, Text, Type, origin, shape

POINTER = 4
# The runtime's name for how a scalar lies in memory.
_STRUCT: dict[Access, str] = {
    **{access: access.upper() for access in SCALAR_ACCESS.values()},
    "ptr": "I32",
    "len": "I32",
}
# Numbers in a row: the code of `array` and of memoryview, and the codes of buffers that hold such numbers.
_CODES = {
    "u8": ("B", "Bc"),
    "s8": ("b", "b"),
    "u16": ("H", "H"),
    "s16": ("h", "h"),
    "u32": ("I", "IL"),
    "s32": ("i", "il"),
    "u64": ("Q", "LQ"),
    "s64": ("q", "lq"),
    "f32": ("f", "f"),
    "f64": ("d", "d"),
}
_WHERE = "_where"
# The variable for what a function without a result returns.
NOTHING = "_nothing"


@frozen
class Frame:
    """The Python function around a block of glue.

    ``core`` is the function at the ABI; it is entered, and left once the result is read, where ``enters``. ``raises``
    is the variable of a result that is no value: what is in it is returned or raised. ``gives``: owned handles are
    among the arguments. ``owns``: numbers are received as a memoryview. A subroutine has no ``core``.
    """

    core: str = ""
    enters: bool = False
    gives: bool = False
    raises: str | None = None
    owns: bool = False


class WasmSpeller:
    """Spells blocks of glue for one world."""

    def __init__(self, types: Types, frame: Frame) -> None:
        self.types = types
        self.frame = frame
        # Where to write: the variables of a block and of the offset in it, by the name that glue has for the place.
        self._places: dict[str, tuple[str, str]] = {ADDRESS: ("_to", ADDRESS)}
        self._reads = False
        # Sequences that were converted, by the value that they were.
        self._sequences: dict[str, str] = {}

    # -- expressions ---------------------------------------------------------------------------------------------------
    def expr(self, e: Expr) -> str:
        """An expression that may stand anywhere an argument may."""
        match e:
            case Var(name):
                return name
            case Arg(index):
                return f"_a{index}"
            case Const(value, _):
                return str(value)
            case Load(access, address, offset):
                return f"{_STRUCT[access]}.unpack_from(_m, {self.at(address, offset)})[0]"
            case FromCore(t, value, where):
                return self.from_core(t, self.expr(value), self.where(where))
            case ToCore(t, value):
                return self.to_core(t, self.expr(value))
            case Coerce(source, target, value):
                return _coerced(source, target, self.expr(value))
            case Get(t, value, index):
                return self.part(t, self.expr(value), index)
            case SeqCopy(t, value):
                return self.sequence(t, self.expr(value))
            case SeqLength(_, value):
                return f"{self._sequences[self.expr(value)]}.count"
            case ToHandle(t, role, value, _) if self.types.is_provided(t):
                how = "give" if role == "own" else "lend"
                return f"_{how}(_call, {self.types.provided_number(t)}, {self.expr(value)})"
            case FromHandle(t, role, value, _, _, _) if self.types.is_provided(t):
                how = "given" if role == "own" else "lent"
                return f"_{how}({self.types.provided_number(t)}, {self.expr(value)})"
            case ToHandle(t, role, value, _):
                args = f"{self.expr(value)}, {self.cls(t)}"
                return f"_call.give({args}, {_key(t)})" if role == "own" else f"_call.lend({args})"
            case FromHandle(t, _, value, _, _, _):
                return f"_component.made({self.cls(t)}, {_key(t)}, {self.expr(value)})"
            case _:
                raise AssertionError(f"a host has no {type(e).__name__}")

    def sequence(self, t: Type, value: str) -> str:
        """A list of numbers, converted where it stands: its length is asked for after its address."""
        assert not isinstance(shape(t), Text), "texts are encoded"
        code, formats = _CODES[_number_of(t)]
        name = self._sequences[value] = f"_numbers{len(self._sequences)}"
        return f'({name} := numbers({value}, "{code}", "{formats}", {_WHERE}))'

    def cls(self, t: Type, case: int = 0) -> str:
        """The class of a type, or of a case of it."""
        return f"_classes[{self.types.number(t) + case}]"

    def at(self, address: Expr, offset: Width) -> str:
        """An address in memory and an offset."""
        base, width = self.expr(address), offset.at(POINTER)
        return f"{base} + {width}" if width else base

    def where(self, where: str | None) -> str:
        """What an exception reports."""
        return _WHERE if where is None else f'"{where}"'

    def part(self, t: Type, value: str, index: int) -> str:
        """A part of a value."""
        match shape(t):
            case Product(fields, "record"):
                return f'field({value}, {self.cls(t)}, "{field_name(fields[index].name)}", {_WHERE})'
            case Product(fields):
                return f"item({value}, {len(fields)}, {index}, {_WHERE})"
            case FixedSeq(_, count):
                return f"element({value}, {count}, {index}, {_WHERE})"
            case Bits():
                return f"number({value}, {self.cls(t)}, {_WHERE}) >> {32 * index} & 0xFFFFFFFF"
            case other:
                raise AssertionError(f"no part {index} in {other}")

    def from_core(self, t: Type, value: str, where: str) -> str:
        """A core value as the value of a scalar, flags or enum."""
        match shape(t):
            case Scalar("bool"):
                return f"({value} != 0)"
            case Scalar("char"):
                return f"from_char({value}, {where})"
            case Scalar("f32" | "f64" | "u32" | "u64"):
                return value
            case Scalar(name):
                bits = int(name[1:])
                mask, sign = (1 << bits) - 1, 1 << (bits - 1)
                cut = value if bits >= 32 else f"({value} & {mask:#x})"
                return f"(({cut} ^ {sign:#x}) - {sign:#x})" if name.startswith("s") else cut
            case Sum():
                return f"member(_details[{self.types.number(t)}], {value}, {where})"
            case Bits(labels):
                return f"{self.cls(t)}({value} & {(1 << len(labels)) - 1:#x})"
            case other:
                raise AssertionError(f"{other} is no scalar")

    def to_core(self, t: Type, value: str) -> str:
        """The value of a scalar, flags or enum as a core value."""
        match shape(t):
            case Scalar(name):
                return f"to_{name}({value}, {_WHERE})"
            case Sum() | Bits():
                return f"number({value}, {self.cls(t)}, {_WHERE})"
            case other:
                raise AssertionError(f"{other} is no scalar")

    # -- statements ----------------------------------------------------------------------------------------------------
    def block(self, block: Block) -> list[str]:
        """The lines of a block: what follows a call whose result is read stands in the `try` of the call."""
        lines: list[str] = []
        for i, statement in enumerate(block):
            lines += self.statement(statement)
            if isinstance(statement, CallCore) and self.frame.enters:
                rest = self.block(block[i + 1 :])
                leave = f"{self.frame.core}.leave({statement.var or NOTHING})"
                return [*lines, "try:", *indent(rest or ["pass"]), "finally:", *indent([leave])]
        return lines

    def statement(self, s: Stmt) -> list[str]:
        """The lines of one statement."""
        match s:
            case Let(var, SeqLength(t, value), _) if not _is_numbers(t):
                return self.taken(var, t, self.expr(value))
            case Let(var, value, _):
                return [f"{var} = {self.expr(value)}"]
            case Store(access, address, offset, value):
                return self.store(access, address, offset, value)
            case CheckRange(pointer, count, size, align, where):
                args = (self.expr(pointer), self.expr(count), size.at(POINTER), align.at(POINTER), self.where(where))
                return [f"in_range(_m, {', '.join(map(str, args))})"]
            case Buffer(var, count, size, align):
                self._places[var] = (var, "0")
                return [f"{var} = room({self.expr(count)}, {size.at(POINTER)}, {align.at(POINTER)})"]
            case Encode(var, length, _, value, _, _):
                return [f"{var} = text({self.expr(value)}, {_WHERE})", f"{length} = {var}.count"]
            case EachOut():
                return self.each_out(s)
            case EachIn():
                return self.each_in(s)
            case Match():
                return self.match(s)
            case Branch():
                return self.branch(s)
            case Make(var, t, parts):
                return [f"{var} = {self.made(t, list(map(self.expr, parts)))}"]
            case Receive(var, t, _, pointer, count):
                return [f"{var} = {self.received(t, self.expr(pointer), self.expr(count))}"]
            case CallSubroutine():
                return [self.call_subroutine(s)]
            case CallCore(args, var, _):
                return self.call_core(list(map(self.expr, args)), var)
            case Return(value):
                return [] if value is None else [f"return {self.expr(value)}"]
            case EndScratch() | Dispose():
                return []
            case _:
                raise AssertionError(f"a host has no {type(s).__name__}")

    def taken(self, var: str, t: Type, value: str) -> list[str]:
        """What a sequence holds now, and how many."""
        of = shape(t)
        taker = "entries" if isinstance(of, Seq) and of.sugar == "map" else "elements"
        items = self._sequences[value] = f"_items{var.removeprefix('_len')}"
        return [f"{items} = {taker}({value}, {_WHERE})", f"{var} = len({items})"]

    def store(self, access: Access, address: Expr, offset: Width, value: Expr) -> list[str]:
        """Write a scalar, or the address of a block."""
        block, at = self.place(address, offset)
        if access == "ptr":
            return [f"{block}.put({at}, {self.expr(value)})"]
        # A signed number comes as one of 32 bits without a sign.
        cut = {"s8": ("U8", " & 0xff"), "s16": ("U16", " & 0xffff")}
        of, mask = cut.get(access, (_STRUCT[access], ""))
        return [f"{of}.pack_into({block}.data, {at}, {self.expr(value)}{mask})"]

    def place(self, address: Expr, offset: Width) -> tuple[str, str]:
        """The block that an address to write to is in, and the offset in it."""
        assert isinstance(address, Var), "a place to write to has a name"
        block, base = self._places[address.name]
        at = f"{base} + {offset.at(POINTER)}" if offset.at(POINTER) and base != "0" else base
        return block, str(offset.at(POINTER)) if base == "0" else at

    def each_out(self, s: EachOut) -> list[str]:
        """For each element of a sequence, whose elements were taken just now, run the body."""
        block, _ = self.place(s.base, Width(0, 0))
        self._places[s.slot] = (block, s.slot)
        items, stride = self._sequences[self.expr(s.value)], s.stride.at(POINTER)
        head = f"for {s.slot}, {s.elem} in zip(range(0, {stride} * len({items}), {stride}), {items}):"
        return [head if stride else f"for {s.elem} in {items}:", *indent(self.block(s.body) or ["pass"])]

    def each_in(self, s: EachIn) -> list[str]:
        """A list of what the body finds."""
        base, stride = self.expr(s.base), s.stride.at(POINTER)
        head = f"for {s.slot} in range({base}, {base} + {stride} * {self.expr(s.count)}, {stride}):"
        loop = [head, *indent([*self.block(s.body), f"{s.var}.append({self.expr(s.item)})"])]
        whole = [f"{s.var} = dict({s.var})"] if s.type.sugar == "map" else []
        return [f"{s.var} = []", *loop, *whole]

    def match(self, s: Match) -> list[str]:
        """A choice by the case of a value, whose arms set the variables of ``out``."""
        subject = self.expr(s.subject)
        arms = []
        for arm in s.arms:
            lines = [f"{arm.bind} = {self.payload(s, arm.case, subject)}"] if arm.bind else []
            yields = [f"{name} = {self.expr(y)}" for (name, _), y in zip(s.out, arm.yields, strict=False)]
            arms.append([*lines, *self.block(arm.body), *yields])
        if s.type.sugar == "option":
            none, some = arms
            return [f"if {subject} is None:", *indent(none or ["pass"]), "else:", *indent(some or ["pass"])]
        first = self.types.number(s.named)
        return switch(f"case({subject}, _classes[{first}:{first + len(arms)}], {_WHERE})", _case_of(s), arms)

    def payload(self, s: Match, case: int, subject: str) -> str:
        """What is in a value of a case."""
        if s.type.sugar != "option":
            return f"{subject}.value"
        return f'field({subject}, _classes[{SOME}], "value", {_WHERE})' if is_wrapped(s.type) else subject

    def branch(self, s: Branch) -> list[str]:
        """A choice by a discriminant, which finds a value."""
        assert s.var and not s.out, "a host reads values, and checks none apart"
        arms = [self.branch_arm(s, s.var, arm) for arm in s.arms]
        broken = f'broken({self.where(s.where)}, "case out of range")'
        return switch(self.expr(s.index), f"{s.var}_case", arms, broken)

    def branch_arm(self, s: Branch, var: str, arm: BranchArm) -> list[str]:
        """One case of a branch."""
        payload = self.expr(arm.payload) if arm.payload is not None else None
        if var == self.frame.raises and arm.case:
            return [*self.block(arm.body), f"raise _classes[{ERR}]({payload})"]
        body = self.block(arm.body)
        return [*body, f"{var} = {self.found(s, var, arm.case, payload)}"]

    def found(self, s: Branch, var: str, case: int, payload: str | None) -> str:
        """The value that a case and its payload are."""
        match s.type.sugar:
            case "option":
                return f"_classes[{SOME}]({payload})" if case and is_wrapped(s.type) else payload or "None"
            case "result" if var == self.frame.raises:
                return payload or "None"
            case "result":
                return f"_classes[{OK + case}]({payload})"
            case _:
                return f"{self.cls(s.named, case)}({payload or ''})"

    def made(self, t: Type, parts: Sequence[str]) -> str:
        """A value of its parts."""
        listed = ", ".join(parts)
        match shape(t):
            case Bits(labels):
                words = " | ".join(f"{part} << {32 * i}" for i, part in enumerate(parts))
                return f"{self.cls(t)}(({words}) & {(1 << len(labels)) - 1:#x})"
            case Product(_, "record"):
                return f"{self.cls(t)}({listed})"
            case Product():
                return f"({listed},)" if len(parts) == 1 else f"({listed})"
            case FixedSeq():
                return f"[{listed}]"
            case other:
                raise AssertionError(f"{other} is made of no parts")

    def received(self, t: Text | Seq, pointer: str, count: str) -> str:
        """A string or numbers, copied."""
        if isinstance(t, Text):
            return f'str(_m[{pointer} : {pointer} + {count}], "utf-8")'
        code, size = _CODES[_number_of(t)][0], ACCESS_SIZE[_access_of(t)]
        if self.frame.owns:
            return f'owned("{code}", _m[{pointer} : {pointer} + {size} * {count}])'
        if code == "B":
            return f"bytes(_m[{pointer} : {pointer} + {count}])"
        return f'_m[{pointer} : {pointer} + {size} * {count}].cast("{code}").tolist()'

    def call_core(self, args: list[str], var: str | None) -> list[str]:
        """Convert all arguments, and only then call."""
        lines: list[str] = []
        if self.frame.gives:
            lines = [*(f"_given{i} = {arg}" for i, arg in enumerate(args)), "_call.made()"]
            args = [f"_given{i}" for i in range(len(args))]
        passed = ", ".join(args)
        if self.frame.enters:
            return [*lines, f"{var or NOTHING}, _m = {self.frame.core}.enter({passed})"]
        call = f"{self.frame.core}({passed})"
        return [*lines, f"{var} = {call}" if var else call]

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def call_subroutine(self, s: CallSubroutine) -> str:
        """Run a verb in its own function."""
        name, where = subroutine_name(s.subroutine), self.where(s.where)
        if s.value is None:
            return f"{s.var} = {name}(_m, {self.at(s.address, s.offset)}, {where})"
        block, at = self.place(s.address, s.offset)
        call = ["_call"] if _holds_handles(s.subroutine) else []
        return f"{name}({', '.join([block, at, self.expr(s.value), *call, where])})"

    def subroutine(self, body: SubroutineBody) -> list[str]:
        """A subroutine's function."""
        s = body.subroutine
        if s.verb == "read":
            return [f"def {subroutine_name(s)}(_m, {ADDRESS}, {_WHERE}):", *indent(self.block(body.body))]
        params = ["_to", ADDRESS, VALUE, *(["_call"] if _holds_handles(s) else []), _WHERE]
        return [f"def {subroutine_name(s)}({', '.join(params)}):", *indent(self.block(body.body) or ["pass"])]


def subroutine_name(s: Subroutine) -> str:
    """``_read_ns_pkg_iface_type`` and the like."""
    return f"_{s.verb}_{snake(s.type.owner)}_{snake(s.type.name)}"


def switch(index: str, var: str, arms: list[list[str]], default: str | None = None) -> list[str]:
    """A choice by a number from 0; without ``default`` it is one of the arms'."""
    lines = [f"{var} = {index}"]
    for i, arm in enumerate(arms):
        last = default is None and i == len(arms) - 1
        head = "else:" if last and i else f"{'elif' if i else 'if'} {var} == {i}:"
        lines += [head, *indent(arm or ["pass"])]
    return [*lines, "else:", *indent([default])] if default else lines


def indent(lines: Iterable[str]) -> list[str]:
    """Lines one level further in."""
    return [f"    {line}" for line in lines]


def _case_of(s: Match) -> str:
    """The variable for the case that a value is of."""
    bound = next((arm.bind for arm in s.arms if arm.bind), None) or (s.out[0][0] if s.out else "_chosen")
    return f"{bound}_of"


def _coerced(source: Core, target: Core, value: str) -> str:
    """A core value carried as another: unsigned numbers are wider as they are, and blocks stay blocks."""
    if source in ("f32", "f64"):
        return f"bits{source[1:]}({value})"
    if target in ("f32", "f64"):
        return f"float{target[1:]}({value})"
    return f"({value} & 0xFFFFFFFF)" if source == "i64" else value


def _key(t: Type) -> str:
    """What the runtime knows a resource by: the interface that the component exports it of, and its name."""
    of = shape(t)
    assert isinstance(of, Handle)
    resource = origin(of.resource)
    return f'("{resource.owner.removeprefix("export ")}", "{resource.name}")'


def _holds_handles(s: Subroutine) -> bool:
    return bool(handles_in(Named(s.type)))


def _is_numbers(t: Type) -> bool:
    of = shape(t)
    return isinstance(of, Seq) and is_number(of.elem)


def _number_of(t: Type) -> str:
    of = shape(t)
    assert isinstance(of, Seq)
    elem = shape(of.elem)
    assert isinstance(elem, Scalar)
    return elem.name


def _access_of(t: Type) -> Access:
    of = shape(t)
    assert isinstance(of, Seq)
    elem = shape(of.elem)
    assert isinstance(elem, Scalar)
    return SCALAR_ACCESS[elem.name]
