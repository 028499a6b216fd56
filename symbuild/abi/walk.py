"""The one walk over types: read, write, free and check a value at a place. Every piece of glue is made of these.

A language tells the walk what ``Traits`` says and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import count
from typing import Literal, assert_never

from symbuild.abi.convention import Convention
from symbuild.abi.flatten import Core
from symbuild.abi.layout import (
    SCALAR_ACCESS,
    HandleForm,
    bits_access,
    bits_words,
    discriminant_access,
    extent,
)
from symbuild.abi.nodes import (
    ADDRESS,
    VALUE,
    Apart,
    Arm,
    Block,
    Branch,
    BranchArm,
    Buffer,
    CallSubroutine,
    CheckHandle,
    CheckRange,
    CheckScalar,
    Const,
    Dispose,
    Each,
    EachIn,
    EachOut,
    Encode,
    Expr,
    FromCore,
    FromHandle,
    Get,
    HandleCheck,
    Let,
    LoadValue,
    Make,
    MarkGiven,
    Mode,
    Receive,
    Release,
    Return,
    Role,
    SeqCopy,
    SeqLength,
    SeqPointer,
    Stmt,
    StoreValue,
    Subroutine,
    SubroutineBody,
    ToCore,
    ToHandle,
    Var,
)
from symbuild.abi.place import Memory, Sink, Source
from symbuild.abi.resources import handles_in, holds_object
from symbuild.abi.width import Width
from symbuild.frozen import frozen
from symbuild.model.types import (
    Bits,
    Channel,
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

BYTE = Width(1, 1)


@frozen
class Traits:
    """What a language lets the walk do.

    ``same_bytes``: the language holds a value of this type in memory as the very bytes of the ABI, so it is passed or
    received whole. ``utf8``: its strings are UTF-8 in a row, so their bytes need no encoding; where it keeps pointer
    and length is its own business, unless a string is ``same_bytes`` too. ``views``: its exports take lent strings and
    lists as they are, without a copy. ``moves``: its strings and lists live in the ABI's allocator, so one that is
    handed over is moved, not copied.

    What a language with more than one form of a type tells besides: ``lent_bytes`` stands for ``same_bytes`` where a
    value is lent or viewed (C++ owns a list of strings that are the ABI's, but lends a list of std::string_view).
    ``shallow_views``: views end at options, results, variants and records, which own what is in them. ``parts_move``:
    a value that is handed over gives its strings and lists away one by one, and Dispose destroys the rest.
    ``in_place``: a list that changes hands, and whose elements are not the ABI's bytes, may be converted where it lies,
    should an element take as much room in both; it is for the language to find out. ``keeps_borrows``: a borrow of
    another component's resource is an object, which the arena keeps until the call is over.
    """

    same_bytes: Callable[[Type], bool]
    utf8: bool
    views: bool
    moves: bool
    lent_bytes: Callable[[Type], bool] | None = None
    shallow_views: bool = False
    parts_move: bool = False
    in_place: bool = False
    keeps_borrows: bool = False


def is_enum(t: Sum) -> bool:
    """Whether the language's value is the index of the case."""
    return t.sugar == "enum"


@cache
def owns_memory(t: Type) -> bool:
    """Whether a value of ``t`` refers to memory besides its own bytes."""
    match shape(t):
        case Text() | Seq():
            return True
        case FixedSeq(elem, _):
            return owns_memory(elem)
        case Product(fields):
            return any(owns_memory(f.type) for f in fields)
        case Sum(cases):
            return any(c.type is not None and owns_memory(c.type) for c in cases)
        case Scalar() | Bits() | Handle() | Channel():
            return False
        case unknown:
            assert_never(unknown)


@cache
def has_invalid_bits(t: Type, handles: bool) -> bool:
    """Whether some bytes are no value of ``t``, so that what a peer sends is checked before it is used whole.

    ``handles``: those of a handle too.
    """
    match shape(t):
        case Scalar(name):
            return name in ("bool", "char")
        case Text() | Seq():
            return True  # a pointer may be null or out of line
        case FixedSeq(elem, _):
            return has_invalid_bits(elem, handles)
        case Product(fields):
            return any(has_invalid_bits(f.type, handles) for f in fields)
        case Sum():
            return True
        case Handle():
            return handles
        case Bits() | Channel():
            return False
        case unknown:
            assert_never(unknown)


@cache
def holds_bool(t: Type) -> bool:
    """Whether a bool lies among the value's own bytes: any non-zero byte is true, but not every language agrees."""
    match shape(t):
        case Scalar(name):
            return name == "bool"
        case FixedSeq(elem, _):
            return holds_bool(elem)
        case Product(fields):
            return any(holds_bool(f.type) for f in fields)
        case Sum(cases):
            return any(c.type is not None and holds_bool(c.type) for c in cases)
        case Text() | Seq() | Bits() | Handle() | Channel():
            return False
        case unknown:
            assert_never(unknown)


def _ends_views(t: Type) -> bool:
    match shape(t):
        case Product(_, sugar):
            return sugar == "record"
        case Sum():
            return True
        case _:
            return False


def _is_scalar(t: Type) -> bool:
    match shape(t):
        case Scalar() | Handle() | Channel():
            return True
        case Bits() as b:
            return bits_words(b) == 1
        case Sum() as s:
            return is_enum(s)
        case _:
            return False


def _told_apart(h: Handle, verb: Apart) -> bool:
    return is_exported(h.resource) and h.owned is not (verb == "meet")


class Subroutines:
    """The verbs on named types that glue has asked for; each is built once, before what calls it.

    ``prefix`` begins the names of their functions: one file may hold those of both ABIs.
    """

    def __init__(self, prefix: str = "_") -> None:
        self.prefix = prefix
        self.bodies: dict[Subroutine, SubroutineBody] = {}


class Walk:
    """Builds one block of glue. ``where`` is the place that traps report from here on."""

    def __init__(self, row: Convention, traits: Traits, subroutines: Subroutines) -> None:
        self.row = row
        self.handle: HandleForm = row.handle
        self.traits = traits
        self.subroutines = subroutines
        self.where: str | None = None
        self.uses_scratch = False
        self._expanding: TypeDef | None = None
        self._body: list[Stmt] = []
        self._numbers = count()

    @property
    def body(self) -> Block:
        """What was emitted so far."""
        return tuple(self._body)

    def name(self, hint: str) -> str:
        """A fresh name."""
        return f"_{hint}{next(self._numbers)}"

    def emit(self, statement: Stmt) -> None:
        """Add a statement."""
        self._body.append(statement)

    def let(self, hint: str, value: Expr, core: Core) -> Expr:
        """A name for a core value, unless it is as good as one already."""
        if isinstance(value, Var | Const):
            return value
        name = self.name(hint)
        self.emit(Let(name, value, core))
        return Var(name)

    def nested(self, build: Callable[[], Expr | None]) -> tuple[Block, Expr | None]:
        """Run ``build`` into a block of its own."""
        outer, self._body = self._body, []
        found = build()
        block, self._body = tuple(self._body), outer
        return block, found

    def memory(self, address: Expr) -> Memory:
        """The place at an address."""
        return Memory(self.handle, address)

    # -- read: ABI -> language -----------------------------------------------------------------------------------------
    def read(self, t: Type, at: Source, mode: Mode) -> Expr:
        """The language's value of what lies at ``at``."""
        if mode == "view" and self.traits.shallow_views and _ends_views(t):
            mode = "copy"
        if isinstance(at, Memory) and not _is_scalar(t):
            if self._reads_whole(t, mode):
                return self._load_value(t, at, mode)
            if (definition := self._subroutine_of(t)) is not None:
                return self._call(Subroutine("read", definition, mode), at, result=True)
        match shape(t):
            case Scalar(name):
                return FromCore(t, at.get(SCALAR_ACCESS[name]), self.where)
            case Handle() as h:
                return self._read_handle(t, h, at)
            case Channel():
                return FromCore(t, at.get(self._handle_access()), self.where)
            case Bits() as b:
                return self._read_bits(t, b, at)
            case Text() as s:
                return self._read_text(t, s, at, mode)
            case Seq() as s:
                return self._read_seq(t, s, at, mode)
            case FixedSeq(elem, n):
                return self._make(t, [self.read(elem, part, mode) for part in at.parts([elem] * n)], mode)
            case Product(fields):
                places = zip(fields, at.parts(f.type for f in fields), strict=True)
                return self._make(t, [self.read(f.type, part, mode) for f, part in places], mode)
            case Sum() as s if is_enum(s):
                return FromCore(t, at.get(discriminant_access(s)), self.where)
            case Sum() as s:
                return self._read_sum(t, s, at, mode)
            case unknown:
                assert_never(unknown)

    def _reads_whole(self, t: Type, mode: Mode) -> bool:
        same = self._lent_bytes if mode == "view" else self._same_bytes
        if not same(t):
            return False
        if mode == "adopt":
            return self.traits.moves or not owns_memory(t)
        # What is lent cannot be mended in place; a view of a list of bools is the one case that must trap instead.
        return not holds_bool(t) and (mode == "view" or not owns_memory(t))

    def _load_value(self, t: Type, at: Memory, mode: Mode) -> Expr:
        self.check(t, at, mend=mode == "adopt")
        name = self.name("got")
        self.emit(LoadValue(name, t, at.address, at.offset, mode))
        return Var(name)

    def _read_bits(self, t: Type, b: Bits, at: Source) -> Expr:
        if bits_words(b) == 1:
            return FromCore(t, at.get(bits_access(b)), self.where)
        return self._make(t, [word.get("i32") for word in at.parts([Scalar("u32")] * bits_words(b))], "copy")

    def _read_text(self, t: Type, s: Text, at: Source, mode: Mode) -> Expr:
        pointer, length = self._pair(at)
        self.emit(CheckRange(pointer, length, BYTE, BYTE, self.where))
        if mode == "view" and not self.traits.utf8:
            self.uses_scratch = True
        adopts = mode == "adopt" and self.traits.utf8 and self.traits.moves
        name = self.name("text")
        received: Mode = "copy" if mode == "adopt" and not adopts else mode
        self.emit(Receive(name, s, t, pointer, length, received, self.where))
        if mode == "adopt" and not adopts:
            self.emit(Release(pointer, length, BYTE, BYTE))
        return Var(name)

    def _read_seq(self, t: Type, s: Seq, at: Source, mode: Mode) -> Expr:
        pointer, length = self._pair(at)
        size, align = extent(s.elem, self.handle)
        self.emit(CheckRange(pointer, length, size, align, self.where))
        name = self.name("list")
        received = self._receives_elements(s.elem, mode)
        if received is not None:
            self._check_elements(s.elem, pointer, length, size, mend=mode == "adopt")
            self.emit(Receive(name, s, t, pointer, length, received, self.where))
            adopted = received == "adopt"
        else:
            self.uses_scratch |= mode == "view"
            slot = self.name("at")
            body, item = self.nested(lambda: self.read(s.elem, self.memory(Var(slot)), mode))
            assert item is not None
            adopted = mode == "adopt" and self.traits.in_place
            release = Release(pointer, length, size, align) if adopted else None
            self.emit(EachIn(name, s, t, pointer, length, size, slot, body, item, mode, release))
        if mode == "adopt" and not adopted:
            self.emit(Release(pointer, length, size, align))
        return Var(name)

    def _receives_elements(self, elem: Type, mode: Mode) -> Mode | None:
        """How a list is received in one piece; None where it is read element by element."""
        if not self._same_bytes(elem):
            return None
        match mode:
            case "view":
                return "view"
            case "adopt" if self.traits.moves:
                return "adopt"
            case "adopt":
                return None if owns_memory(elem) else "copy"
            case "copy":
                return None if owns_memory(elem) or holds_bool(elem) else "copy"

    def _read_sum(self, t: Type, s: Sum, at: Source, mode: Mode) -> Expr:
        name = self.name("sum")
        arms = []
        for i, case in enumerate(s.cases):
            body, payload = self.nested(partial(self._read_payload, case.type, at.payload(s, i), mode))
            arms.append(BranchArm(i, body, payload))
        self.emit(Branch(s, t, at.get(discriminant_access(s)), tuple(arms), name, self.where))
        return Var(name)

    def _read_payload(self, t: Type | None, at: Source, mode: Mode) -> Expr | None:
        return self.read(t, at, mode) if t else None

    def _make(self, t: Type, parts: list[Expr], mode: Mode) -> Expr:
        name = self.name("made")
        self.emit(Make(name, t, tuple(parts), mode))
        return Var(name)

    def _pair(self, at: Source) -> tuple[Expr, Expr]:
        pointer, length = at.pair()
        return self.let("ptr", pointer, "ptr"), self.let("len", length, "len")

    def _read_handle(self, t: Type, h: Handle, at: Source) -> Expr:
        role = self._role(h)
        drops = role == "borrow" and self.row.drops_borrows
        self.uses_scratch |= role == "borrow" and self.traits.keeps_borrows
        return FromHandle(t, role, at.get(self._handle_access()), self._handle_check(h), drops, self.where)

    def _role(self, h: Handle) -> Role:
        if h.owned:
            return "own"
        if not is_exported(h.resource):
            return "borrow"
        return "object" if self.row.own_borrow == "handle" else "rep"

    def _handle_check(self, h: Handle) -> HandleCheck:
        if not self.row.checks_handles:
            return "none"
        return "maker" if is_exported(h.resource) else "null"

    def _handle_access(self) -> Literal["ptr", "i32"]:
        return "ptr" if self.handle == "pointer" else "i32"

    def _same_bytes(self, t: Type) -> bool:
        """Whether the language's bytes are the ABI's: where handles reach it as objects, those are not."""
        return self.traits.same_bytes(t) and not self._shows_objects(t)

    def _shows_objects(self, t: Type) -> bool:
        return self.row.own_borrow == "handle" and holds_object(t)

    # -- write: language -> ABI ----------------------------------------------------------------------------------------
    def write_whole(self, t: Type, value: Expr, to: Sink, *, given: bool) -> None:
        """Write a value; one that is given away is moved where the language can, else copied and destroyed."""
        whole = self.traits.moves and self._same_bytes(t)
        self.write(t, value, to, given=given, moved=given and (whole or self._moves_parts()))
        if given and owns_memory(t) and not whole:
            self.emit(Dispose(t, value))

    def write(self, t: Type, value: Expr, to: Sink, *, given: bool, moved: bool) -> None:
        """Write ``value`` to ``to``: lent, or given to the receiver by moving or by copying."""
        if isinstance(to, Memory) and not _is_scalar(t):
            if self._writes_whole(t, given=given, moved=moved):
                self.emit(StoreValue(t, to.address, to.offset, value, given))
                return
            if (definition := self._subroutine_of(t)) is not None:
                self._call(Subroutine("write", definition, given=given), to, value=value)
                return
        match shape(t):
            case Scalar(name):
                to.put(self, SCALAR_ACCESS[name], ToCore(t, value))
            case Handle() as h:
                core = self._handle_access()
                to.put(self, core, ToHandle(t, self._role(h), value, core))
            case Channel():
                to.put(self, self._handle_access(), ToCore(t, value))
            case Bits() as b:
                self._write_bits(t, b, value, to)
            case Text():
                self._write_text(t, value, to, given=given, moved=moved)
            case Seq() as s:
                self._write_seq(t, s, value, to, given=given, moved=moved)
            case FixedSeq(elem, n):
                for i, part in enumerate(to.parts([elem] * n)):
                    self.write(elem, Get(t, value, i), part, given=given, moved=moved)
            case Product(fields):
                for i, (f, part) in enumerate(zip(fields, to.parts(f.type for f in fields), strict=True)):
                    self.write(f.type, Get(t, value, i), part, given=given, moved=moved)
            case Sum() as s if is_enum(s):
                to.put(self, discriminant_access(s), ToCore(t, value))
            case Sum() as s:
                self._write_sum(t, s, value, to, given=given, moved=moved)
            case unknown:
                assert_never(unknown)

    def _writes_whole(self, t: Type, *, given: bool, moved: bool) -> bool:
        if not given:
            return self._lent_bytes(t)
        return self._same_bytes(t) and (moved or not owns_memory(t))

    def _lent_bytes(self, t: Type) -> bool:
        same = self.traits.lent_bytes or self.traits.same_bytes
        return same(t) and not self._shows_objects(t)

    def _moves_parts(self) -> bool:
        return self.traits.moves and self.traits.parts_move

    def _write_bits(self, t: Type, b: Bits, value: Expr, to: Sink) -> None:
        if bits_words(b) == 1:
            to.put(self, bits_access(b), ToCore(t, value))
            return
        for i, word in enumerate(to.parts([Scalar("u32")] * bits_words(b))):
            word.put(self, "i32", Get(t, value, i))

    def _write_text(self, t: Type, value: Expr, to: Sink, *, given: bool, moved: bool) -> None:
        if self.traits.utf8:
            to.put_pair(self, self._elements(t, value, given=given, moved=moved), SeqLength(t, value))
            return
        # Another encoding: its length is known only once it is encoded, so the speller binds both.
        self.uses_scratch |= not given
        name, length = self.name("utf"), self.name("len")
        self.emit(Encode(name, length, t, value, given, self.where))
        to.put_pair(self, Var(name), Var(length))

    def _write_seq(self, t: Type, s: Seq, value: Expr, to: Sink, *, given: bool, moved: bool) -> None:
        if self._writes_whole(s.elem, given=given, moved=moved):
            to.put_pair(self, self._elements(t, value, given=given, moved=moved), SeqLength(t, value))
            return
        size, align = extent(s.elem, self.handle)
        length = self.let("len", SeqLength(t, value), "len")
        buffer, elem, slot = self.name("buffer"), self.name("elem"), self.name("at")
        self.uses_scratch |= not given
        block = Buffer(buffer, length, size, align, "given" if given else "scratch")
        in_place = moved and self.traits.in_place
        if not in_place:
            self.emit(block)
        body, _ = self.nested(lambda: self.write(s.elem, Var(elem), self.memory(Var(slot)), given=given, moved=moved))
        self.emit(EachOut(s, t, value, Var(buffer), size, elem, slot, body, block if in_place else None))
        to.put_pair(self, Var(buffer), length)

    def _elements(self, t: Type, value: Expr, *, given: bool, moved: bool) -> Expr:
        return SeqCopy(t, value) if given and not moved else SeqPointer(t, value, moved)

    def _write_sum(self, t: Type, s: Sum, value: Expr, to: Sink, *, given: bool, moved: bool) -> None:
        def fill(i: int, discriminant: Sink, payload: Sink) -> Arm:
            of = s.cases[i].type
            bind = self.name("case") if of else None

            def build() -> None:
                discriminant.put(self, discriminant_access(s), Const(i))
                if of and bind:
                    self.write(of, Var(bind), payload, given=given, moved=moved)

            body, _ = self.nested(build)
            return Arm(i, bind, body)

        to.match(self, s, t, value, fill)

    # -- free: give back what an ABI value refers to -------------------------------------------------------------------
    def free(self, t: Type, at: Source) -> None:
        """Free every block that the value at ``at`` refers to."""
        if not owns_memory(t):
            return
        if isinstance(at, Memory) and (definition := self._subroutine_of(t)) is not None:
            self._call(Subroutine("free", definition), at)
            return
        match shape(t):
            case Text():
                self.emit(Release(*at.pair(), BYTE, BYTE))
            case Seq(elem):
                pointer, length = self._pair(at)
                size, align = extent(elem, self.handle)
                self._each(pointer, length, size, lambda slot: self.free(elem, slot))
                self.emit(Release(pointer, length, size, align))
            case FixedSeq(elem, n):
                for part in at.parts([elem] * n):
                    self.free(elem, part)
            case Product(fields):
                for f, part in zip(fields, at.parts(f.type for f in fields), strict=True):
                    self.free(f.type, part)
            case Sum() as s:
                self._branch(t, s, at, self.free)
            case Scalar() | Bits() | Handle() | Channel():
                pass
            case unknown:
                assert_never(unknown)

    # -- check: trap on bytes that are no value ------------------------------------------------------------------------
    def check(self, t: Type, at: Source, *, mend: bool) -> None:
        """Trap unless the bytes at ``at`` are a value of ``t``, all that it refers to included."""
        assert isinstance(at, Memory), "flat values are checked as they are read"
        if not has_invalid_bits(t, self.row.checks_handles):
            return
        if (definition := self._subroutine_of(t)) is not None:
            self._call(Subroutine("check", definition, "adopt" if mend else "view"), at)
            return
        match shape(t):
            case Scalar(name):
                self.emit(CheckScalar(t, SCALAR_ACCESS[name], at.address, at.offset, mend, self.where))
            case Text():
                self.emit(CheckRange(*self._pair(at), BYTE, BYTE, self.where))
            case Seq(elem):
                pointer, length = self._pair(at)
                size, align = extent(elem, self.handle)
                self.emit(CheckRange(pointer, length, size, align, self.where))
                self._check_elements(elem, pointer, length, size, mend=mend)
            case FixedSeq(elem, n):
                for part in at.parts([elem] * n):
                    self.check(elem, part, mend=mend)
            case Product(fields):
                for f, part in zip(fields, at.parts(f.type for f in fields), strict=True):
                    self.check(f.type, part, mend=mend)
            case Sum() as s if is_enum(s):
                self.emit(CheckScalar(t, discriminant_access(s), at.address, at.offset, mend, self.where))
            case Sum() as s:
                self._branch(t, s, at, partial(self.check, mend=mend))
            case Handle() as h:
                check = self._handle_check(h)
                self.emit(CheckHandle(t, at.get(self._handle_access()), check, self.where))
            case Bits() | Channel():
                pass
            case unknown:
                assert_never(unknown)

    def _check_elements(self, elem: Type, pointer: Expr, length: Expr, size: Width, *, mend: bool) -> None:
        if has_invalid_bits(elem, self.row.checks_handles):
            self._each(pointer, length, size, lambda slot: self.check(elem, slot, mend=mend))

    def _each(self, pointer: Expr, length: Expr, size: Width, act: Callable[[Memory], None]) -> None:
        slot = self.name("at")
        body, _ = self.nested(lambda: act(self.memory(Var(slot))))
        if body:
            self.emit(Each(pointer, length, size, slot, body))

    def _branch(self, t: Type, s: Sum, at: Source, act: Callable[[Type, Source], None]) -> None:
        arms = []
        for i, case in enumerate(s.cases):
            body = self.nested(partial(act, case.type, at.payload(s, i)))[0] if case.type else ()
            arms.append(BranchArm(i, body))
        self.emit(Branch(s, t, at.get(discriminant_access(s)), tuple(arms), None, self.where))

    # -- tell apart: a handle that is lent is not given in the same call -----------------------------------------------
    def tell_apart(self, verb: Apart, t: Type, at: Source) -> None:
        """Do ``verb`` for every handle of the component's own in the value at ``at``: "meet" for those that are lent,
        else for those that are given.
        """
        if not any(_told_apart(h, verb) for h in handles_in(t)):
            return
        if isinstance(at, Memory) and (definition := self._subroutine_of(t)) is not None:
            self._call(Subroutine(verb, definition), at)
            return
        match shape(t):
            case Handle():
                handle = at.get(self._handle_access())
                if verb == "meet":
                    self.emit(CheckHandle(t, handle, "maker", self.where))
                else:
                    self.emit(MarkGiven(t, handle, verb == "mark", self.where))
            case Seq(elem):
                pointer, length = self._pair(at)
                size, align = extent(elem, self.handle)
                self.emit(CheckRange(pointer, length, size, align, self.where))
                self._each(pointer, length, size, lambda slot: self.tell_apart(verb, elem, slot))
            case FixedSeq(elem, n):
                for part in at.parts([elem] * n):
                    self.tell_apart(verb, elem, part)
            case Product(fields):
                for f, part in zip(fields, at.parts(f.type for f in fields), strict=True):
                    self.tell_apart(verb, f.type, part)
            case Sum() as s:
                self._branch(t, s, at, partial(self.tell_apart, verb))
            case Scalar() | Text() | Bits() | Channel():
                pass
            case unknown:
                assert_never(unknown)

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def _subroutine_of(self, t: Type) -> TypeDef | None:
        """The definition whose verbs stand in functions of their own; None for what is spelled out on the spot."""
        if not isinstance(t, Named):
            return None
        definition = origin(t.definition)
        # A scalar or a string is spelled in a line: nothing is gained by a function.
        small = _is_scalar(t) or isinstance(definition.body, Text)
        return None if small or definition is self._expanding else definition

    def _call(self, subroutine: Subroutine, at: Memory, *, value: Expr | None = None, result: bool = False) -> Expr:
        body = self._built(subroutine)
        self.uses_scratch |= body.uses_scratch
        name = self.name("got")
        self.emit(CallSubroutine(subroutine, at.address, at.offset, self.where, value, name if result else None))
        return Var(name)

    def _built(self, subroutine: Subroutine) -> SubroutineBody:
        known = self.subroutines.bodies
        if subroutine not in known:
            inner = self.fresh()
            inner._expanding = subroutine.type
            inner._expand(subroutine)
            known[subroutine] = SubroutineBody(subroutine, inner.body, inner.uses_scratch)
        return known[subroutine]

    def fresh(self) -> Walk:
        """A walk of the same kind with nothing emitted."""
        return Walk(self.row, self.traits, self.subroutines)

    def _expand(self, subroutine: Subroutine) -> None:
        t, at = Named(subroutine.type), self.memory(Var(ADDRESS))
        match subroutine.verb:
            case "read":
                self.emit(Return(self.read(t, at, subroutine.mode)))
            case "write":
                moved = subroutine.given and self._moves_parts()
                self.write(t, Var(VALUE), at, given=subroutine.given, moved=moved)
            case "free":
                self.free(t, at)
            case "check":
                self.check(t, at, mend=subroutine.mode == "adopt")
            case "mark" | "meet" | "unmark" as verb:
                self.tell_apart(verb, t, at)
            case "pack" | "take":
                raise AssertionError("messages are walked by a walk of their own")
