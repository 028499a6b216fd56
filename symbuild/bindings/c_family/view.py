"""What the templates of C and C++ print alike: definitions around blocks of glue, and the symbols they have."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.flatten import CoreSignature
from symbuild.abi.glue import Glue, core_param
from symbuild.abi.mangle import ROOT, bound_symbol, export_name, import_name, post_return_name, symbol
from symbuild.abi.nodes import Block, Branch, CallSubroutine, Each, EachIn, EachOut, Encode, Match, Stmt
from symbuild.bindings.c_family.core import CORE, CoreSpeller, c_string, declare
from symbuild.frozen import frozen


@frozen
class Definition:
    """A function: its prototype without a semicolon, its lines, and a declaration it needs before.

    ``place`` is a string literal: what traps call the function.
    """

    head: str
    lines: tuple[str, ...]
    declaration: str = ""
    place: str = ""


def wit_place(module: str, function: str) -> str:
    """What traps call a function."""
    return function if module == ROOT else f"{module}#{function}"


def import_symbol(module: str, function: str, *, bound: bool) -> tuple[str, str]:
    """The symbol of an imported function, private to the component where ``bound``, and what declares it to be that."""
    linker_name = symbol(module, function)
    linker_name = bound_symbol(linker_name) if bound else linker_name
    names = (linker_name, *import_name(module, function))
    return linker_name, f"SB_IMPORT({', '.join(map(c_string, names))})"


def core_head(name: str, s: CoreSignature, *, named: bool = False, none: str = "void") -> str:
    """The prototype of a core function; ``none`` stands for no parameters."""
    params = [declare(CORE[c], core_param(i)) if named else CORE[c].rstrip() for i, c in enumerate(s.params)]
    return f"{declare(CORE[s.result] if s.result else 'void', name)}({', '.join(params) or none})"


def canonical_definitions(
    module: str, function: str, head: str, name: str, lines: tuple[str, ...], post_return: tuple[str, ...]
) -> tuple[Definition, ...]:
    """The Canonical ABI's core exports: the function, whose prototype is ``head``, and what frees its result if any."""
    place = c_string(wit_place(module, function))
    attribute = f"SB_EXPORT_CANONICAL({c_string(export_name(module, function))})"
    export = Definition(f"{attribute} {head}", lines, place=place)
    if not post_return:
        return (export,)
    attribute = f"SB_EXPORT_CANONICAL({c_string(post_return_name(module, function))})"
    head = f"{attribute} void _post_{name}(uint8_t *{core_param(0)})"
    return (export, Definition(head, post_return, place=place))


def subroutine_definitions(speller: CoreSpeller) -> tuple[Definition, ...]:
    """The functions of the subroutines that glue has asked for."""
    found = []
    for body in speller.subroutines.bodies.values():
        lines = speller.block(body.body)
        head = speller.subroutine_head(body)
        given = [name for name in ("_where", "_call") if f"*{name}" in head]
        unused = [f"(void){name};" for name in given if not any(name in line for line in lines)]
        found.append(Definition(head, (*unused, *lines)))
    return tuple(found)


def is_small(glue: Glue) -> bool:
    """Whether a wrapper may be inline in the header: no loop, no function of the source, no arena, and short."""
    statements = list(_statements(glue.body))
    return not glue.uses_scratch and not any(isinstance(s, _BIG) for s in statements) and len(statements) <= 24


_BIG = (CallSubroutine, Each, EachIn, EachOut, Encode)


def _statements(block: Block) -> Iterator[Stmt]:
    for statement in block:
        yield statement
        if isinstance(statement, Match | Branch):
            for arm in statement.arms:
                yield from _statements(arm.body)
