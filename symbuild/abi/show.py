"""Layouts, signatures and glue as text: what ``symbuild show layout|glue`` prints and bug reports quote.

A number that depends on the width of a pointer is shown for both, ``4|8``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from symbuild.abi import nodes as n
from symbuild.abi.flatten import Core, CoreSignature, flatten
from symbuild.abi.glue import Glue
from symbuild.abi.layout import Access, HandleForm, discriminant_access, extent, offsets, payload_offset
from symbuild.abi.width import ZERO, Width, both
from symbuild.model.show import type_text
from symbuild.model.types import Product, Scalar, ScalarName, Sum, Type, shape

_INDENT = "  "
_COLUMNS = ("offset", "size", "align", "")


# ---- layout ----------------------------------------------------------------------------------------------------------
def layout_text(name: str, t: Type, handle: HandleForm) -> str:
    """A table of ``t`` and of all that lies within it: offset, size, alignment; then the core types that carry it."""
    rows = [_COLUMNS, *_layout_rows(name, t, handle, ZERO, 0)]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = ["  ".join([*(cell.rjust(w) for cell, w in zip(row, widths, strict=False)), row[3]]) for row in rows]
    return _text([*lines, f"flat: {' '.join(flatten(t, handle)) or '(nothing)'}"])


def _layout_rows(name: str, t: Type, handle: HandleForm, at: Width, depth: int) -> Iterator[tuple[str, str, str, str]]:
    size, align = extent(t, handle)
    yield _width(at), _width(size), _width(align), f"{_INDENT * depth}{name}: {type_text(t)}"
    for part, of, offset in _inside(t, handle):
        yield from _layout_rows(part, of, handle, at + offset, depth + 1)


def _inside(t: Type, handle: HandleForm) -> Iterator[tuple[str, Type, Width]]:
    match shape(t):
        case Product(fields):
            types = [f.type for f in fields]
            for f, *starts in zip(fields, offsets(types, handle, 4), offsets(types, handle, 8), strict=False):
                yield f.name, f.type, Width(*starts)
        case Sum(cases) as s if any(case.type for case in cases):
            payload = both(lambda p: payload_offset(s, handle, p))
            yield "discriminant", _discriminant(s), ZERO
            yield from ((case.name, case.type, payload) for case in cases if case.type)
        case _:
            return


def _discriminant(s: Sum) -> Scalar:
    names: dict[Access, ScalarName] = {"u8": "u8", "u16": "u16", "i32": "u32"}
    return Scalar(names[discriminant_access(s)])


def signature_text(name: str, signature: CoreSignature) -> str:
    """A core function, and where parameters and result lie if not in the signature itself."""
    notes = ["parameters behind a pointer"] if signature.spilled else []
    match signature.area:
        case "out":
            notes.append("result written behind the last")
        case "returned":
            notes.append("result behind what is returned")
        case None:
            pass
    result = f" -> {signature.result}" if signature.result else ""
    return f"{name}({', '.join(signature.params)}){result}" + (f"  // {'; '.join(notes)}" if notes else "")


# ---- glue ------------------------------------------------------------------------------------------------------------
def glue_text(glue: Glue) -> str:
    """One function's glue, statement by statement."""
    lines = [signature_text(f"{glue.function.name} [{glue.row.name}]", glue.signature), *_block(glue.body)]
    if glue.post_return is not None:
        lines += ["post-return", *_block(glue.post_return)]
    return _text(lines)


def subroutine_text(body: n.SubroutineBody) -> str:
    """A verb on a named type."""
    return _text([_subroutine(body.subroutine), *_block(body.body)])


def _subroutine(s: n.Subroutine) -> str:
    match s.verb:
        case "read" | "check":
            return f"{s.verb} {s.type.name} ({s.mode})"
        case "write":
            return f"write {s.type.name} ({_ownership(s.given)})"
        case "free" | "pack" | "take" | "mark" | "meet" | "unmark":
            return f"{s.verb} {s.type.name}"


def _block(block: n.Block) -> Iterator[str]:
    for statement in block:
        for line in _statement(statement):
            yield _INDENT + line


def _statement(s: n.Stmt) -> Iterator[str]:
    """The lines of one statement."""
    match s:
        case n.Match() | n.Branch() | n.EachOut() | n.EachIn() | n.Each() | n.Attempt():
            yield from _compound(s)
        case n.CallSubroutine() | n.CallCore() | n.CallUser() | n.EndScratch() | n.Return():
            yield _leaving(s)
        case n.Cross() | n.SendBlock() | n.TakeBlock() | n.TakeInto() | n.CheckText():
            yield _crossing(s)
        case _:
            yield _simple(s)


_Simple = (
    n.Let
    | n.Store
    | n.StoreValue
    | n.LoadValue
    | n.Make
    | n.Buffer
    | n.Encode
    | n.Receive
    | n.CheckRange
    | n.CheckScalar
    | n.CheckHandle
    | n.MarkGiven
    | n.Forward
    | n.Destroy
    | n.Release
    | n.Dispose
)


def _simple(s: _Simple) -> str:
    match s:
        case n.Let(var, value, core):
            return f"{var}: {core} = {_expr(value)}"
        case n.Store(access, address, offset, value):
            return f"store {access} {_place(address, offset)} = {_expr(value)}"
        case n.StoreValue(t, address, offset, value, given):
            return f"store {type_text(t)} {_place(address, offset)} = {_expr(value)} ({_ownership(given)})"
        case n.LoadValue(var, t, address, offset, mode):
            return f"{var} = load {type_text(t)} {_place(address, offset)} ({mode})"
        case n.Make(var, t, parts):
            return f"{var} = {type_text(t)} of ({_list(parts)})"
        case n.Buffer(var, count, size, align, life, zeroed):
            zeros = " of zeros" if zeroed else ""
            return f"{var} = {life} buffer{zeros} of {_expr(count)} * {_width(size)} aligned {_width(align)}"
        case n.Encode(var, length, _, value, given, _):
            return f"{var}, {length} = encode {_expr(value)} ({_ownership(given)})"
        case n.Receive(var, _, t, pointer, count, mode, _):
            return f"{var} = receive {type_text(t)} at {_expr(pointer)}, {_expr(count)} ({mode})"
        case n.CheckRange(pointer, count, size, align, _):
            return f"check {_expr(pointer)}, {_expr(count)} * {_width(size)} aligned {_width(align)}"
        case n.CheckScalar(t, access, address, offset, mend, _):
            return f"check {type_text(t)} {access} {_place(address, offset)}{' (mend)' if mend else ''}"
        case n.CheckHandle(t, value, check, _):
            return f"check {type_text(t)} {_expr(value)} ({check})"
        case n.MarkGiven(t, value, on, _):
            return f"{'mark' if on else 'unmark'} {type_text(t)} {_expr(value)} as given"
        case n.Forward(f, _, handle, args, _, _):
            return f"forward {f.name} to the maker of {_expr(handle)} with ({_list(args)})"
        case n.Destroy(resource, role, value):
            return f"end {resource.name} {_expr(value)} ({role})"
        case n.Release(pointer, count, size, _):
            return f"release {_expr(pointer)}, {_expr(count)} * {_width(size)}"
        case n.Dispose(t, value):
            return f"destroy {type_text(t)} {_expr(value)}"
        case unknown:
            assert_never(unknown)


def _leaving(s: n.CallSubroutine | n.CallCore | n.CallUser | n.EndScratch | n.Return) -> str:
    match s:
        case n.CallSubroutine(subroutine, address, offset, _, value, var, to, to_offset):
            got = f"{var} = " if var else ""
            what = f" = {_expr(value)}" if value else f" to {_place(to, to_offset)}" if to else ""
            return f"{got}call {_subroutine(subroutine)} {_place(address, offset)}{what}"
        case n.CallCore(args, var, core):
            return f"{f'{var}: {core} = ' if var else ''}core({_list(args)})"
        case n.CallUser(args, var):
            return f"{f'{var} = ' if var else ''}user({_list(args)})"
        case n.EndScratch():
            return "free scratch"
        case n.Return(value):
            return f"return {_expr(value)}" if value else "return"
        case unknown:
            assert_never(unknown)


def _crossing(s: n.Cross | n.SendBlock | n.TakeBlock | n.TakeInto | n.CheckText) -> str:
    match s:
        case n.Cross(phase):
            return f"// {phase}"
        case n.SendBlock(var, pointer, count, size, align, plain):
            what = f"{_expr(pointer)}, {_expr(count)} * {_width(size)} aligned {_width(align)}"
            return f"{f'{var} = ' if var else ''}send {'plain ' if plain else ''}{what}"
        case n.TakeBlock(var, count, size, align, plain):
            what = f"{_expr(count)} * {_width(size)} aligned {_width(align)}"
            return f"{var} = take {'plain ' if plain else ''}{what}"
        case n.TakeInto(address, size, align):
            return f"take {_width(size)} aligned {_width(align)} into {_expr(address)}"
        case n.CheckText(pointer, length, _):
            return f"check UTF-8 {_expr(pointer)}, {_expr(length)}"
        case unknown:
            assert_never(unknown)


def _compound(s: n.Match | n.Branch | n.EachOut | n.EachIn | n.Each | n.Attempt) -> Iterator[str]:
    match s:
        case n.Match(of, subject, named, arms, out):
            yield f"match {type_text(named)} {_expr(subject)}"
            for arm in arms:
                yield f"{_INDENT}case {of.cases[arm.case].name}{f'({arm.bind})' if arm.bind else ''}"
                yield from (_INDENT + line for line in _block(arm.body))
                yield from (_INDENT * 2 + line for line in _yields(out, arm.yields))
        case n.Branch(of, named, index, branches, var, _, out):
            yield f"{f'{var} = ' if var else ''}branch {type_text(named)} {_expr(index)}"
            for branch in branches:
                yield f"{_INDENT}case {of.cases[branch.case].name}"
                yield from (_INDENT + line for line in _block(branch.body))
                if branch.payload:
                    yield f"{_INDENT * 2}payload {_expr(branch.payload)}"
                yield from (_INDENT * 2 + line for line in _yields(out, branch.yields))
        case n.EachOut(_, _, value, base, stride, elem, slot, body, block):
            if block:
                yield f"in place, or {_simple(block)}"
            yield f"for {elem} of {_expr(value)}, {slot} from {_expr(base)} by {_width(stride)}"
            yield from _block(body)
        case n.EachIn(var, _, named, base, count, stride, slot, body, item, mode, release):
            yield f"{var} = {type_text(named)} ({mode}) for {_slots(slot, base, count, stride)}"
            yield from [*_block(body), f"{_INDENT}item {_expr(item)}"]
            if release:
                yield f"in place, or {_simple(release)}"
        case n.Each(base, count, stride, slot, body, beside):
            second = f", {beside[0]} from {_expr(beside[1])}" if beside else ""
            yield f"for {_slots(slot, base, count, stride)}{second}"
            yield from _block(body)
        case n.Attempt(ask, answer):
            yield from ["attempt", *_block(ask), "then, or on the error", *_block(answer)]
        case unknown:
            assert_never(unknown)


def _yields(out: Iterable[tuple[str, Core]], yields: Iterable[n.Expr]) -> Iterator[str]:
    for (var, core), value in zip(out, yields, strict=True):
        yield f"{var}: {core} = {_expr(value)}"


def _expr(x: n.Expr) -> str:
    match x:
        case n.Var(name):
            return name
        case n.Arg(index):
            return f"arg{index}"
        case n.Const(value, _):
            return str(value)
        case n.Load(access, address, offset):
            return f"{access} {_place(address, offset)}"
        case n.FromCore(t, value, _):
            return f"{type_text(t)}({_expr(value)})"
        case n.ToCore(_, value):
            return f"core({_expr(value)})"
        case n.Coerce(source, target, value):
            return f"{source}-to-{target}({_expr(value)})"
        case n.Get(_, value, index):
            return f"{_expr(value)}.{index}"
        case n.SeqPointer(_, value, moved):
            return f"{'moved' if moved else 'pointer'}({_expr(value)})"
        case n.SeqLength(_, value):
            return f"length({_expr(value)})"
        case n.SeqCopy(_, value):
            return f"copy({_expr(value)})"
        case n.FromHandle(t, role, value, check, drops, _):
            return f"{type_text(t)}({_expr(value)}, {role}, check {check}{', dropped at the end' if drops else ''})"
        case n.ToHandle(_, role, value):
            return f"handle({_expr(value)}, {role})"
        case n.SendHandle(t, value, _):
            return f"send {type_text(t)}({_expr(value)})"
        case n.TakeHandle(t, value, _):
            return f"take {type_text(t)}({_expr(value)})"
        case unknown:
            assert_never(unknown)


def _list(items: Iterable[n.Expr]) -> str:
    return ", ".join(map(_expr, items))


def _place(address: n.Expr, offset: Width) -> str:
    return f"[{_expr(address)} + {_width(offset)}]"


def _slots(slot: str, base: n.Expr, count: n.Expr, stride: Width) -> str:
    return f"{slot} from {_expr(base)} by {_width(stride)}, {_expr(count)} times"


def _width(width: Width) -> str:
    return str(width.w32) if width.w32 == width.w64 else f"{width.w32}|{width.w64}"


def _ownership(given: bool) -> str:
    return "given" if given else "lent"


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line.rstrip()}\n" for line in lines)
