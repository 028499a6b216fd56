"""Object files as values, whatever their format, and what may be changed in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from symbuild.frozen import frozen, nominal

Format = Literal["elf", "macho", "coff", "wasm", "bitcode"]

# Names need not be UTF-8; whatever they are, they come out as they went in.
ENCODING, ERRORS = "utf-8", "surrogateescape"

# The priority of initialisers that ask for none.
LAST = 65535

NO_NAMES: Mapping[str, str] = {}
NO_PRIORITIES: Mapping[int, int] = {}
NO_CONTENTS: Mapping[str, bytes] = {}


# What compilers put before a name in C is taken off; before one that has no prefix stands this, as in LLVM.
_UNPREFIXED = "\1"


def c_name(name: str, prefix: str) -> str:
    """A symbol's name as C has it, where the platform puts a prefix before those."""
    return name.removeprefix(prefix) if name.startswith(prefix) else _UNPREFIXED + name


def linker_name(name: str, prefix: str) -> str:
    """What :func:`c_name` made a name of."""
    return name.removeprefix(_UNPREFIXED) if name.startswith(_UNPREFIXED) else prefix + name


@frozen
class ObjectSymbol:
    """A name that a linker looks up in other files. ``weak``: it gives way, or may be missing."""

    name: str
    defined: bool
    weak: bool = False


@frozen
class Import:
    """What a wasm object has the host provide for an undefined function, unless a linker finds a definition."""

    symbol: str
    module: str
    name: str


@frozen
class Export:
    """A name under which wasm's linker exports a function, and the function's symbol."""

    name: str
    symbol: str


@nominal
class ObjectFile:
    """One relocatable file, or member of an archive.

    ``name`` is for messages and files made of it. ``target`` is equal where objects can be linked together. ``groups``
    are names by which a linker keeps one of several equal sections (COMDAT). ``priorities`` are those of initialisers,
    which run in ascending order; those that ask for none have :data:`LAST`. ``hidden_code``: what the file holds in
    place of machine code, in words; such code names symbols where they cannot be changed. ``locals``: names inside a
    module of intermediate code. ``prefix`` is what the linker's names of C's functions begin with.
    """

    name: str
    data: bytes
    format: Format
    target: str
    symbols: tuple[ObjectSymbol, ...]
    groups: frozenset[str] = frozenset()
    sections: tuple[str, ...] = ()
    wit: bytes | None = None
    priorities: frozenset[int] = frozenset()
    imports: tuple[Import, ...] = ()
    exports: tuple[Export, ...] = ()
    hidden_code: str = ""
    locals: frozenset[str] = frozenset()
    prefix: str = ""

    @property
    def defined(self) -> frozenset[str]:
        """Names that this file gives to others."""
        return frozenset(s.name for s in self.symbols if s.defined)

    @property
    def wanted(self) -> frozenset[str]:
        """Names that this file has from elsewhere."""
        return frozenset(s.name for s in self.symbols if not s.defined)


@frozen
class Changes:
    """New names of symbols (and COMDAT groups) and of sections, new contents of sections, all by the old name; and new
    priorities of initialisers, by the old ones.

    A symbol that is defined under a new name cannot be exported by a linker any more. ``exports`` are the wasm exports
    that stay, None for all.
    """

    symbols: Mapping[str, str] = NO_NAMES
    priorities: Mapping[int, int] = NO_PRIORITIES
    sections: Mapping[str, str] = NO_NAMES
    contents: Mapping[str, bytes] = NO_CONTENTS
    exports: frozenset[str] | None = None
