"""Runs glue on a :class:`Heap`: the executable meaning of ``nodes.py``, and one half of the tests' oracle.

A language is its ``Traits``. Whatever it is, its values are plain Python ones (see ``reference.py``); where its bytes
are the ABI's, they pass through the reference codec, and who owns the blocks they refer to is accounted for. Glue that
leaks, frees twice, frees or writes what was lent, or trusts bytes it did not check is a :class:`Fault`. Handles that
change hands are listed, for the caller of the interpreter to compare with what it sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, assert_never

from symbuild.abi import nodes as n
from symbuild.abi.glue import Glue, core_param
from symbuild.abi.heap import CallMemory, Fault, Heap, Trap
from symbuild.abi.layout import HandleForm
from symbuild.abi.peer import Handles, Lost, Message, Peer
from symbuild.abi.reference import Allocate, Codec, Value
from symbuild.abi.scalars import CoreValue, coerce, from_core, invalid, to_core
from symbuild.abi.walk import Subroutines, Traits, owns_memory
from symbuild.abi.width import Width
from symbuild.model.types import Bits, FixedSeq, Handle, Scalar, Seq, Text, Type, TypeDef, origin, shape


@dataclass(frozen=True, slots=True)
class Language:
    """What runs the glue. ``validates``: its strings must be valid UTF-8, so received ones are looked at."""

    traits: Traits
    validates: bool


# What stands in a handle that nobody has for an operations table.
_DROPPED, _GIVEN = 0, 1
_NOBODYS = {_DROPPED: "handle of a resource that was dropped", _GIVEN: "handle that the same call gives away"}


@dataclass(frozen=True, slots=True)
class Machine:
    """One component: a memory, a language, and the subroutines its glue calls.

    A handle is the address of two words, as in symmetric-abi.md, section 5: its maker's operations table (0: the object
    is gone) and the object. ``operations`` are the addresses of this component's own tables, None for a caller that
    goes by the component's view of its world but is not the component; ``foreign`` the functions that the tables of
    others hold, for those it may forward to. ``given`` are the owned handles that its users' values gave up,
    ``dropped`` the borrows that its glue took out of its table at the end of a call.
    """

    heap: Heap
    language: Language
    subroutines: Subroutines
    operations: Mapping[TypeDef, int] | None = field(default_factory=dict)
    foreign: Mapping[tuple[int, str], Callable[..., CoreValue]] = field(default_factory=dict)
    given: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)

    def run_import(self, glue: Glue, args: Sequence[Value], core: Callable[..., CoreValue]) -> Value:
        """Call an imported function as the user would; ``core`` is the function at the ABI."""
        frame = Frame(self, glue.row.handle, {}, call=core, args=args, may_scratch=glue.uses_scratch)
        frame.run(glue.body)
        return frame.leave()

    def run_export(self, glue: Glue, cores: Sequence[CoreValue], user: Callable[..., Value]) -> CoreValue:
        """Call an exported function as the ABI would; ``user`` is what the component's author wrote."""
        frame = Frame(self, glue.row.handle, _core_params(cores), call=user, may_scratch=glue.uses_scratch)
        frame.owe(glue.function.result)
        frame.run(glue.body)
        return frame.leave()

    def run_over(self, glue: Glue, cores: Sequence[CoreValue], peer: Peer) -> CoreValue:
        """Call a function of another process as the ABI would."""
        frame = Frame(self, glue.row.handle, _core_params(cores), peer=peer)
        frame.run(glue.body)
        return frame.leave()

    def run_served(self, glue: Glue, asked: Message, handles: Handles, core: Callable[..., CoreValue]) -> Message:
        """Serve a call of another process; ``core`` is the function at the ABI."""
        peer = Peer(self.heap, handles, asked=asked)
        frame = Frame(self, glue.row.handle, {}, call=core, peer=peer)
        frame.run(glue.body)
        frame.leave()
        peer.incoming.forget()
        return peer.outgoing.sent()

    def run_post_return(self, glue: Glue, result: CoreValue) -> None:
        """Free what a call's result refers to."""
        assert glue.post_return is not None
        frame = Frame(self, glue.row.handle, {core_param(0): result})
        frame.run(glue.post_return)
        frame.leave()


class Frame:
    """One run of a block of glue: its variables, and the memory that ends with it."""

    def __init__(
        self,
        machine: Machine,
        handle: HandleForm,
        env: dict[str, Any],
        *,
        call: Callable[..., Any] | None = None,
        args: Sequence[Value] = (),
        where: str | None = None,
        may_scratch: bool = False,
        caller: Frame | None = None,
        peer: Peer | None = None,
    ) -> None:
        self.machine = machine
        self.heap = machine.heap
        self.traits = machine.language.traits
        self.env = env
        self._handle: HandleForm = handle
        self._call = call
        self._args = args
        self._where = where
        self._may_scratch = may_scratch
        self._peer: Peer | None = caller._peer if caller else peer
        self._result: Any = None
        self._over = False
        # A subroutine shares what lives as long as the call.
        self._memory: CallMemory = caller._memory if caller else CallMemory(machine.heap)
        self._owed: Type | None = None
        width = self.heap.pointer
        errors: Any = "strict" if machine.language.validates else "surrogateescape"
        self.codec = _Giving(self.heap, width if handle == "pointer" else 4, errors, machine.given)

    def owe(self, result: Type | None) -> None:
        """The user's result has to be moved or destroyed before the frame is left."""
        self._owed = result if result and owns_memory(result) else None

    def leave(self) -> Any:
        """See that nothing of this call is left over; returns what ``Return`` gave."""
        if self._owed:
            raise Fault("the user's result is neither moved nor destroyed")
        self._memory.end()
        return self._result

    def run(self, block: n.Block) -> None:
        """Run statements in order."""
        for statement in block:
            self._step(statement)
            if self._over:
                break

    # -- expressions ---------------------------------------------------------------------------------------------------
    def value(self, x: n.Expr) -> Any:
        """What an expression is now."""
        match x:
            case n.Var(name):
                return self.env[name]
            case n.Arg(index):
                return self._args[index]
            case n.Const(value, _):
                return value
            case n.Load(access, address, offset):
                return self.heap.load(access, self._at(address, offset))
            case n.FromCore(t, value, where):
                return self._from_core(t, self.value(value), where)
            case n.ToCore(t, value):
                return to_core(t, self.value(value))
            case n.Coerce(source, target, value):
                return coerce(source, target, self.value(value), self.heap.pointer)
            case n.Get(t, value, index):
                return self._part(t, self.value(value), index)
            case n.SeqPointer(t, value, moved):
                return self._place(t, self.value(value), self._memory.give if moved else self._memory.lend)
            case n.SeqCopy(t, value):
                return self._place(t, self.value(value), self._memory.give)
            case n.FromHandle():
                return self._from_handle(x)
            case n.ToHandle(t, role, value):
                return self._to_handle(role, self.value(value))
            case n.SendHandle(t, value, where) | n.TakeHandle(t, value, where):
                return self._cross_handle(x, t, self.value(value), where or self._where)
            case n.SeqLength(t, value):
                return len(self._bytes_of(self.value(value)) if isinstance(shape(t), Text) else self.value(value))
            case unknown:
                assert_never(unknown)

    def _at(self, address: n.Expr, offset: Width) -> int:
        found: int = self.value(address) + offset.at(self.heap.pointer)
        return found

    def _part(self, t: Type, value: Value, index: int) -> Any:
        # Flags of more than one word have their words for parts.
        return value >> 32 * index & 0xFFFF_FFFF if isinstance(shape(t), Bits) else value[index]

    def _bytes_of(self, text: str) -> bytes:
        return text.encode("utf-8", self.codec.errors)

    def _place(self, t: Type, value: Value, allocate: Callable[[int, int], int]) -> int:
        match shape(t):
            case Text():
                data = self._bytes_of(value)
                pointer = allocate(len(data), 1)
                if data:
                    self.heap.fill(pointer, data)
                return pointer
            case Seq(elem):
                return self.codec.store_list(elem, value, allocate)
            case other:
                raise Fault(f"{other} has no pointer")

    def _from_core(self, t: Type, value: CoreValue, where: str | None) -> Value:
        reason = invalid(t, value)
        if reason:
            raise Trap(reason, where or self._where)
        return from_core(t, value)

    def _from_handle(self, x: n.FromHandle) -> int:
        handle: int = self.value(x.value)
        self._check_handle(x.type, handle, x.check, x.where)
        if x.drops:
            self.machine.dropped.append(handle)
        return self._object(handle) if x.role == "object" else handle

    def _to_handle(self, role: n.Role, handle: int) -> int:
        if role == "own":
            self.machine.given.append(handle)
        return handle

    def _cross_handle(self, x: n.SendHandle | n.TakeHandle, t: Type, value: int, where: str | None) -> int:
        of, handles = shape(t), self._across.handles
        assert isinstance(of, Handle)
        return handles.send(of, value, where) if isinstance(x, n.SendHandle) else handles.take(of, value, where)

    def _check_handle(self, t: Type, handle: int, check: n.HandleCheck, where: str | None) -> None:
        of = shape(t)
        assert isinstance(of, Handle)
        if self.machine.operations is None and check == "maker":
            check = "null"
        if check == "null" and handle == 0:
            raise Trap("null handle", where or self._where)
        if check == "maker" and not self._is_own(of.resource, handle):
            self._refuse(handle, where)

    def _refuse(self, handle: int, where: str | None) -> NoReturn:
        """Trap: a handle that is none of this component's own."""
        if handle == 0:
            raise Trap("null handle", where or self._where)
        raise Trap(_NOBODYS.get(self._table(handle), "handle made by another component"), where or self._where)

    def _table(self, handle: int) -> int:
        return int(self.heap.load("ptr", handle))

    def _object(self, handle: int) -> int:
        return int(self.heap.load("ptr", handle + self.heap.pointer))

    def _is_own(self, resource: TypeDef, handle: int) -> bool:
        own = (self.machine.operations or {}).get(origin(resource))
        return handle != 0 and self._table(handle) == own

    def _mark_given(self, s: n.MarkGiven) -> None:
        of, handle = shape(s.type), self.value(s.value)
        assert isinstance(of, Handle) and self.machine.operations is not None
        if s.on:
            self._check_handle(s.type, handle, "maker", s.where)
        table = _GIVEN if s.on else self.machine.operations[origin(of.resource)]
        self.heap.fill(handle, table.to_bytes(self.heap.pointer, "little"))

    def _forward(self, s: n.Forward) -> None:
        handle: int = self.value(s.handle)
        if self._is_own(s.resource, handle):
            return
        foreign = self.machine.foreign.get((self._table(handle), s.function.name)) if handle else None
        if foreign is None:
            self._refuse(handle, s.where)
        self._result = foreign(*map(self.value, s.args))
        self._over, self._owed = True, None

    def _destroy(self, s: n.Destroy) -> None:
        assert self._call is not None
        value: int = self.value(s.value)
        if s.role == "rep":
            self._call(value)
            return
        gone = self._object(value)
        # First, so that a destructor that uses its own handle meets a trap.
        self.heap.fill(value, _DROPPED.to_bytes(self.heap.pointer, "little"))
        self._call(gone)

    def _receiving(self, mode: n.Mode) -> Callable[[int, int], None]:
        match mode:
            case "view":
                return self._memory.view
            case "adopt":
                return self.heap.take
            case "copy":
                return _no_blocks

    # -- statements ----------------------------------------------------------------------------------------------------
    def _step(self, s: n.Stmt) -> None:
        match s:
            case n.Let(var, value, _):
                self.env[var] = self.value(value)
            case n.Store(access, address, offset, value):
                self.heap.store(access, self._at(address, offset), self.value(value))
            case n.StoreValue(t, address, offset, value, given):
                allocate = self._memory.give if given else self._memory.lend
                self.codec.store(t, self.value(value), self._at(address, offset), allocate)
                # Where parts are moved one by one, Dispose settles the account.
                if given and owns_memory(t) and (t == self._owed or not self.traits.parts_move):
                    self._settle(t)
            case n.LoadValue(var, t, address, offset, mode):
                self.env[var] = self.codec.load(t, self._at(address, offset), self._receiving(mode))
            case n.Make(var, t, parts):
                self.env[var] = _make(t, [self.value(part) for part in parts])
            case n.Match():
                self._match(s)
            case n.Branch():
                self._branch(s)
            case n.Buffer():
                self._buffer(s)
            case n.Encode():
                self._encode(s)
            case n.EachOut(_, _, value, base, stride, elem, slot, body, block):
                if block:
                    self._buffer(block)
                for i, item in enumerate(self.value(value)):
                    self.env[elem] = item
                    self._slot(base, stride, slot, i, body)
            case n.EachIn():
                self._each_in(s)
            case n.Each(base, count, stride, slot, body, beside):
                for i in range(self.value(count)):
                    if beside:
                        self.env[beside[0]] = self.value(beside[1]) + i * stride.at(self.heap.pointer)
                    self._slot(base, stride, slot, i, body)
            case n.Receive():
                self._receive(s)
            case n.CheckRange():
                self._check_range(s)
            case n.CheckScalar():
                self._check_scalar(s)
            case n.CheckHandle(t, value, check, where):
                self._check_handle(t, self.value(value), check, where)
            case n.MarkGiven():
                self._mark_given(s)
            case n.Forward():
                self._forward(s)
            case n.Destroy():
                self._destroy(s)
            case n.Release(pointer, count, size, _):
                self.heap.take(self.value(pointer), self.value(count) * size.at(self.heap.pointer))
            case n.Dispose(t, _):
                self._settle(t)
            case n.CallSubroutine():
                self._subroutine(s)
            case n.CallCore(args, var, _) | n.CallUser(args, var):
                self._call_out(args, var)
            case n.EndScratch():
                self._memory.end_arena()
            case n.Return(value):
                self._result = self.value(value) if value else None
            case n.Cross(phase):
                self._cross(phase)
            case n.SendBlock():
                self._send_block(s)
            case n.TakeBlock(var, count, size, align, plain):
                width = self.heap.pointer
                taken = self._across.incoming.take(self.value(count), size.at(width), align.at(width), plain=plain)
                self.env[var] = taken
            case n.TakeInto(address, size, align):
                width = self.heap.pointer
                data = self._across.incoming.read(size.at(width), align.at(width))
                self.heap.write(self.value(address), data)
            case n.CheckText(pointer, length, where):
                self._check_text(self.heap.read(self.value(pointer), self.value(length)), where)
            case n.Attempt(ask, answer):
                self._attempt(ask, answer)
            case unknown:
                assert_never(unknown)

    @property
    def _across(self) -> Peer:
        assert self._peer, "a call between processes has a peer"
        return self._peer

    def _cross(self, phase: n.Phase) -> None:
        match phase:
            case "begin" | "reply":
                pass
            case "go":
                self._across.go()
            case "taken" | "end":
                self._across.incoming.require_end()

    def _attempt(self, ask: n.Block, answer: n.Block) -> None:
        try:
            self.run((*ask, *answer))
            self._across.incoming.require_end()
        except (Lost, Trap):
            self._across.fail()
            self.run(answer)

    def _send_block(self, s: n.SendBlock) -> None:
        width = self.heap.pointer
        data = self.heap.read(self.value(s.pointer), self.value(s.count) * s.size.at(width))
        address = self._across.outgoing.add(data, s.align.at(width), plain=s.plain)
        if s.var:
            self.env[s.var] = address

    def _settle(self, t: Type) -> None:
        if t != self._owed:
            raise Fault("what is destroyed or moved is not the user's result, or is so twice")
        self._owed = None

    def _match(self, s: n.Match) -> None:
        case, payload = self.value(s.subject)
        arm = s.arms[case]
        if arm.bind:
            self.env[arm.bind] = payload
        self.run(arm.body)
        yields = [self.value(y) for y in arm.yields]
        self.env.update(zip((name for name, _ in s.out), yields, strict=True))

    def _branch(self, s: n.Branch) -> None:
        case = self.value(s.index)
        if case >= len(s.type.cases):
            raise Trap(f"discriminant {case} is out of range", s.where or self._where)
        arm = s.arms[case]
        self.run(arm.body)
        if s.var:
            self.env[s.var] = (case, self.value(arm.payload) if arm.payload else None)
        yields = [self.value(y) for y in arm.yields]
        self.env.update(zip((name for name, _ in s.out), yields, strict=True))

    def _buffer(self, s: n.Buffer) -> None:
        size = self.value(s.count) * s.size.at(self.heap.pointer)
        align = s.align.at(self.heap.pointer)
        self.env[s.var] = (
            self._arena(size, align) if s.life == "scratch" else self._memory.allocate(size, align, s.life)
        )
        if s.zeroed:
            self.heap.fill(self.env[s.var], bytes(size))

    def _encode(self, s: n.Encode) -> None:
        try:
            data = self.value(s.value).encode("utf-8")
        except UnicodeEncodeError as error:
            raise Trap(f"string cannot be encoded: {error.reason}", s.where or self._where) from None
        pointer = self._memory.give(len(data), 1) if s.given else self._arena(len(data), 1)
        if data:
            self.heap.fill(pointer, data)
        self.env[s.var], self.env[s.length] = pointer, len(data)

    def _slot(self, base: n.Expr, stride: Width, slot: str, index: int, body: n.Block) -> None:
        self.env[slot] = self.value(base) + index * stride.at(self.heap.pointer)
        self.run(body)

    def _each_in(self, s: n.EachIn) -> None:
        items = []
        for i in range(self.value(s.count)):
            self._slot(s.base, s.stride, s.slot, i, s.body)
            items.append(self.value(s.item))
            if s.release:
                # A language that makes the list in place writes an element here.
                self.heap.fill(self.env[s.slot], b"\xa5" * s.stride.at(self.heap.pointer))
        if s.release:
            self.run((s.release,))
        if s.mode == "view":
            self._own_view(len(items))
        self.env[s.var] = items

    def _arena(self, size: int, align: int) -> int:
        if not self._may_scratch:
            raise Fault("the arena is used by glue that says it uses none")
        return self._memory.allocate(size, align, "scratch")

    def _own_view(self, size: int) -> None:
        # The language's own form of what it only views lies in the arena; how large it is does not matter.
        self._memory.view(self._arena(size, 1), size)

    def _receive(self, s: n.Receive) -> None:
        pointer, count = self.value(s.pointer), self.value(s.count)
        visit = self._receiving(s.mode)
        match s.type:
            case Seq(elem):
                self.env[s.var] = self.codec.load_list(elem, pointer, count, visit)
                size = count * self.codec.size(elem)
            case Text():
                self.env[s.var] = self._text(self.heap.read(pointer, count), s.where)
                size = count
        if isinstance(s.type, Text) and not self.traits.utf8:
            assert s.mode != "adopt", "a string in another encoding is copied"
            if s.mode == "view":
                self._own_view(count)
        elif size and s.mode != "copy":
            visit(pointer, size)

    def _text(self, data: bytes, where: str | None) -> str:
        if self.codec.errors == "strict":
            self._check_text(data, where)
        return self.codec.decode(data)

    def _check_text(self, data: bytes, where: str | None) -> None:
        try:
            data.decode()
        except UnicodeDecodeError as error:
            raise Trap(f"string is not UTF-8: {error.reason}", where or self._where) from None

    def _check_range(self, s: n.CheckRange) -> None:
        pointer, count = self.value(s.pointer), self.value(s.count)
        if count == 0:
            return
        where, width = s.where or self._where, self.heap.pointer
        if pointer == 0:
            raise Trap("null pointer", where)
        if pointer % s.align.at(width):
            raise Trap("misaligned pointer", where)
        if pointer + count * s.size.at(width) > 1 << 8 * width:
            raise Trap("list is larger than memory", where)

    def _check_scalar(self, s: n.CheckScalar) -> None:
        at = self._at(s.address, s.offset)
        value = self.heap.load(s.access, at)
        if shape(s.type) != Scalar("bool"):
            self._from_core(s.type, value, s.where)
        elif value > 1 and s.mend:
            self.heap.store(s.access, at, 1)
        elif value > 1:
            raise Trap(f"bool {value} in a list that is viewed", s.where or self._where)

    def _subroutine(self, s: n.CallSubroutine) -> None:
        body = self.machine.subroutines.bodies[s.subroutine]
        if body.uses_scratch and not self._may_scratch:
            raise Fault("a subroutine uses the arena, its caller says it uses none")
        env = {n.ADDRESS: self._at(s.address, s.offset)}
        if s.value:
            env[n.VALUE] = self.value(s.value)
        if s.to:
            env[n.TO] = self._at(s.to, s.to_offset)
        frame = Frame(
            self.machine,
            self._handle,
            env,
            where=s.where or self._where,
            may_scratch=body.uses_scratch,
            caller=self,
        )
        frame.run(body.body)
        if s.var:
            self.env[s.var] = frame._result

    def _call_out(self, args: tuple[n.Expr, ...], var: str | None) -> None:
        assert self._call is not None
        values = [self.value(arg) for arg in args]
        self._memory.check_views()
        got = self._call(*values)
        if var:
            self.env[var] = got


@dataclass(frozen=True, slots=True)
class _Giving(Codec):
    """Stores the values of a user, who gives up the owned handles in them."""

    given: list[int] = field(default_factory=list)

    def store(self, t: Type, value: Value, at: int, allocate: Allocate) -> None:
        of = shape(t)
        if isinstance(of, Handle) and of.owned:
            self.given.append(value)
        Codec.store(self, t, value, at, allocate)


def _core_params(cores: Sequence[CoreValue]) -> dict[str, Any]:
    return {core_param(i): core for i, core in enumerate(cores)}


def _no_blocks(address: int, size: int) -> None:
    raise Fault("a copy of one block still refers to blocks of its sender")


def _make(t: Type, parts: list[Any]) -> Value:
    match shape(t):
        case Bits(labels):
            whole = sum(word << 32 * i for i, word in enumerate(parts))
            return whole & ((1 << len(labels)) - 1)
        case FixedSeq():
            return parts
        case _:
            return tuple(parts)
