"""The glue tree: what a piece of glue does, decided to the last offset, as a value.

It is built once by ``walk.py``, then shown, interpreted or spelled in a language. Expressions are pure; what is used
twice has a name first, so a speller may paste an expression where it stands. Names a node introduces start with ``_``,
which no WIT name can, so they never meet the user's.

``where`` is the place a trap reports ("a:b/c#f: parameter x"); None inside a subroutine, which is told by its caller.
"""

from __future__ import annotations

from typing import Literal

from symbuild.abi.flatten import Core
from symbuild.abi.layout import Access
from symbuild.abi.width import ZERO, Width
from symbuild.frozen import frozen
from symbuild.model.types import Seq, Sum, Text, Type, TypeDef
from symbuild.model.world import Function

# How a received value relates to the memory it came in. view: it points there, valid until the call returns.
# copy: it owns a copy of its own. adopt: the memory was handed over, it owns that.
Mode = Literal["view", "copy", "adopt"]
# How long a buffer lives: a frame's, until the call is over; an arena's, likewise; handed to the receiver; for ever.
Life = Literal["frame", "scratch", "given", "static"]
# What is done with the handles of a call that lends some and gives others of the component's own: those that are given
# get a mark, those that are lent meet one that is both, the marks are taken off.
Apart = Literal["mark", "meet", "unmark"]
Verb = Literal["read", "write", "free", "check", "pack", "take"] | Apart
# What a handle is to the component. own: the language's owning value. borrow: a handle of another component's resource,
# lent for the call. object: a handle of the component's own resource, whose object the user sees. rep: that object's
# address itself.
Role = Literal["own", "borrow", "object", "rep"]
# What a received handle is checked for. null: that it is one. maker: also that the component made it, and has it.
HandleCheck = Literal["none", "null", "maker"]
# A call between processes. begin: its arguments are packed from here on. go: it is made, and its result can be taken.
# end: all is taken. On the other side, taken: all arguments are. reply: the result is packed from here on.
Phase = Literal["begin", "go", "end", "taken", "reply"]


# ---- expressions -----------------------------------------------------------------------------------------------------
@frozen
class Var:
    """A name bound before."""

    name: str


@frozen
class Arg:
    """The user's parameter number ``index``, in the language's spelling."""

    index: int


@frozen
class Const:
    """A literal of a core type."""

    value: int
    core: Core = "i32"


@frozen
class Load:
    """A scalar in memory."""

    access: Access
    address: Expr
    offset: Width


@frozen
class FromCore:
    """The language's value of a core value; traps on a char or an enum's index that is out of range."""

    type: Type
    value: Expr
    where: str | None


@frozen
class ToCore:
    """The core value of the language's scalar."""

    type: Type
    value: Expr


@frozen
class Coerce:
    """A core value carried as another core type (variant joins)."""

    source: Core
    target: Core
    value: Expr


@frozen
class Get:
    """A part of a Product or an element of a FixedSeq, by index."""

    type: Type
    value: Expr
    index: int


@frozen
class SeqPointer:
    """Where a string's or list's elements lie; for length 0 any non-null aligned address.

    ``moved``: the value gives them away, and keeps its length.
    """

    type: Type
    value: Expr
    moved: bool = False


@frozen
class SeqLength:
    """How many bytes a string, or elements a list, has."""

    type: Type
    value: Expr


@frozen
class SeqCopy:
    """Where a fresh copy of a string's or list's elements lies, for the receiver to free."""

    type: Type
    value: Expr


@frozen
class FromHandle:
    """The language's value of a received handle. ``drops``: a borrow that is dropped when the call is over."""

    type: Type
    role: Role
    value: Expr
    check: HandleCheck
    drops: bool
    where: str | None


@frozen
class ToHandle:
    """The handle of the language's value, as ``core``; the value gives it up where it is its own."""

    type: Type
    role: Role
    value: Expr
    core: Core


@frozen
class SendHandle:
    """What stands for a handle in a message; an owned one is given up."""

    type: Type
    value: Expr
    where: str | None


@frozen
class TakeHandle:
    """The handle that a message's stand-in ``value`` means here; traps where it means none."""

    type: Type
    value: Expr
    where: str | None


# Of core values and memory; of a language's values; of messages between processes.
CoreExpr = Var | Const | Load | FromCore | ToCore | Coerce
ValueExpr = Arg | Get | SeqPointer | SeqLength | SeqCopy | FromHandle | ToHandle
MessageExpr = SendHandle | TakeHandle
Expr = CoreExpr | ValueExpr | MessageExpr


# ---- statements ------------------------------------------------------------------------------------------------------
@frozen
class Let:
    """Bind a core value."""

    var: str
    value: Expr
    core: Core


@frozen
class Store:
    """Write a scalar."""

    access: Access
    address: Expr
    offset: Width
    value: Expr


@frozen
class StoreValue:
    """Write a whole value whose bytes in the language are the ABI's, with all it refers to lent or given."""

    type: Type
    address: Expr
    offset: Width
    value: Expr
    given: bool


@frozen
class LoadValue:
    """Read a whole value whose bytes in the language are the ABI's."""

    var: str
    type: Type
    address: Expr
    offset: Width
    mode: Mode


@frozen
class Make:
    """Bind a Product or FixedSeq made of its parts, which were received by ``mode``."""

    var: str
    type: Type
    parts: tuple[Expr, ...]
    mode: Mode = "adopt"


@frozen
class Arm:
    """One case of a Match: ``bind`` names the payload, ``yields`` are the values of the Match's outputs."""

    case: int
    bind: str | None
    body: Block
    yields: tuple[Expr, ...] = ()


@frozen
class Match:
    """Choose by the case of a language value; ``out`` are core values every arm yields."""

    type: Sum
    subject: Expr
    named: Type
    arms: tuple[Arm, ...]
    out: tuple[tuple[str, Core], ...]


@frozen
class BranchArm:
    """One case of a Branch: the payload it found, or the values of the Branch's outputs."""

    case: int
    body: Block
    payload: Expr | None = None
    yields: tuple[Expr, ...] = ()


@frozen
class Branch:
    """Choose by a discriminant, trapping on one out of range; with ``var``, bind the Sum that is found.

    ``out`` are core values every arm yields.
    """

    type: Sum
    named: Type
    index: Expr
    arms: tuple[BranchArm, ...]
    var: str | None
    where: str | None
    out: tuple[tuple[str, Core], ...] = ()


@frozen
class Buffer:
    """Room for ``count`` times ``size`` bytes, ``zeroed`` where bytes that nobody writes are sent to a peer."""

    var: str
    count: Expr
    size: Width
    align: Width
    life: Life
    zeroed: bool = False


@frozen
class Encode:
    """Bind pointer and length of a string in UTF-8, of a language that holds it in another encoding."""

    var: str
    length: str
    type: Type
    value: Expr
    given: bool
    where: str | None


@frozen
class EachOut:
    """For each element of a language's list or string: bind it and its slot, run the body.

    With ``block`` the list is given away and may be converted in its own memory: the language binds ``base`` to that,
    or makes the block. It takes an element out, whole, before the body writes to the slot.
    """

    type: Seq
    named: Type
    value: Expr
    base: Expr
    stride: Width
    elem: str
    slot: str
    body: Block
    block: Buffer | None = None


@frozen
class EachIn:
    """Bind a list made by reading ``count`` slots; ``item`` is the element the body found.

    With ``release`` the memory was handed over and the list may be made in it: the language takes it over, or frees it.
    The body and ``item`` have read all of a slot, and refer to none of it, before anything is written there.
    """

    var: str
    type: Seq
    named: Type
    base: Expr
    count: Expr
    stride: Width
    slot: str
    body: Block
    item: Expr
    mode: Mode
    release: Release | None = None


@frozen
class Each:
    """For each slot in memory: run the body. ``beside`` is a second slot, behind an address of its own."""

    base: Expr
    count: Expr
    stride: Width
    slot: str
    body: Block
    beside: tuple[str, Expr] | None = None


@frozen
class Receive:
    """Bind a string or list whose elements' bytes are the language's own: viewed, copied or adopted."""

    var: str
    type: Text | Seq
    named: Type
    pointer: Expr
    count: Expr
    mode: Mode
    where: str | None


@frozen
class CheckRange:
    """Trap unless ``count`` elements of ``size`` bytes can lie at ``pointer``."""

    pointer: Expr
    count: Expr
    size: Width
    align: Width
    where: str | None


@frozen
class CheckScalar:
    """Trap on a char or enum index out of range in memory. A bool becomes 0 or 1 where ``mend``, else must be one."""

    type: Type
    access: Access
    address: Expr
    offset: Width
    mend: bool
    where: str | None


@frozen
class CheckHandle:
    """Trap unless the handle passes ``check``."""

    type: Type
    value: Expr
    check: HandleCheck
    where: str | None


@frozen
class MarkGiven:
    """Mark a handle as one that the call gives away, for as long as its arguments are looked at, or unmark it.

    ``on``: trap unless the component made the handle, and has it. A handle with the mark is not one it has.
    """

    type: Type
    value: Expr
    on: bool
    where: str | None


@frozen
class Forward:
    """Leave the call to the maker of ``handle``, unless this component is it; trap where there is none to leave it to.

    Several components may define a resource (symmetric-abi.md, section 5): a method called on a handle of another one
    runs that one's code, found in its operations table. ``function`` is the method or the drop function.
    """

    function: Function
    resource: TypeDef
    handle: Expr
    args: tuple[Expr, ...]
    core: Core | None
    where: str


@frozen
class Destroy:
    """End an object of the component's own resource: the user's destructor, then the handle that ``value`` is.

    ``role`` rep: the handle is gone already, and ``value`` is the object's address.
    """

    resource: TypeDef
    role: Role
    value: Expr


@frozen
class Release:
    """Free the block of ``count`` elements; one of no elements is no block."""

    pointer: Expr
    count: Expr
    size: Width
    align: Width


@frozen
class Dispose:
    """Destroy a language value whose contents were copied to the receiver."""

    type: Type
    value: Expr


@frozen
class CallSubroutine:
    """Run a verb on a named type in memory, in its own function so that code stays linear in the types.

    ``to`` and ``to_offset``: the value's place in the message, where it is packed.
    """

    subroutine: Subroutine
    address: Expr
    offset: Width
    where: str | None
    value: Expr | None = None
    var: str | None = None
    to: Expr | None = None
    to_offset: Width = ZERO


@frozen
class CallCore:
    """Call the function at the ABI."""

    args: tuple[Expr, ...]
    var: str | None
    core: Core | None


@frozen
class CallUser:
    """Call the user's function."""

    args: tuple[Expr, ...]
    var: str | None


@frozen
class EndScratch:
    """Free the arena."""


@frozen
class Return:
    """Leave with a value."""

    value: Expr | None = None


@frozen
class Cross:
    """A phase of a call between processes begins."""

    phase: Phase


@frozen
class SendBlock:
    """Copy ``count`` elements to the message's end; bind where they lie there, to be written to and never read.

    ``plain``: every byte pattern of an element is a value, so that who takes the block may leave it where it lies.
    """

    var: str | None
    pointer: Expr
    count: Expr
    size: Width
    align: Width
    plain: bool


@frozen
class TakeBlock:
    """Bind where the message's next ``count`` elements lie: a callee's until the call is over, a caller's for good."""

    var: str
    count: Expr
    size: Width
    align: Width
    plain: bool


@frozen
class TakeInto:
    """Copy the message's next ``size`` bytes, which are not plain, to an address."""

    address: Expr
    size: Width
    align: Width


@frozen
class CheckText:
    """Trap unless the bytes are UTF-8."""

    pointer: Expr
    length: Expr
    where: str | None


@frozen
class Attempt:
    """Run ``ask`` and ``answer``; where the peer fails in either, run ``answer`` on the function's error instead."""

    ask: Block
    answer: Block


CoreStmt = (
    Let
    | Store
    | Branch
    | Buffer
    | Each
    | CheckRange
    | CheckScalar
    | Forward
    | Release
    | CallSubroutine
    | CallCore
    | Return
)
ValueStmt = (
    StoreValue
    | LoadValue
    | Make
    | Match
    | Encode
    | EachOut
    | EachIn
    | Receive
    | CheckHandle
    | MarkGiven
    | Destroy
    | Dispose
    | CallUser
    | EndScratch
)
MessageStmt = Cross | SendBlock | TakeBlock | TakeInto | CheckText | Attempt
Stmt = CoreStmt | ValueStmt | MessageStmt
Block = tuple[Stmt, ...]


@frozen
class Subroutine:
    """Which verb on which named type: ``mode`` for read and check, ``given`` for write."""

    verb: Verb
    type: TypeDef
    mode: Mode = "adopt"
    given: bool = False


@frozen
class SubroutineBody:
    """A subroutine's code.

    Its parameters are ``ADDRESS``, for write ``VALUE``, for pack ``TO``, and the arena where it uses one.
    """

    subroutine: Subroutine
    body: Block
    uses_scratch: bool


ADDRESS = "_at"
TO = "_to"
VALUE = "_value"
