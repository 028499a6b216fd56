"""THE table: everything in which the two ABIs differ (symmetric-abi.md, sections 2 and 4; CanonicalABI.md).

Nothing else in symbuild asks which ABI or which side it is on; it asks a row for the fact it needs.
"""

from __future__ import annotations

from typing import Literal

from symbuild.abi.layout import HandleForm
from symbuild.frozen import frozen


@frozen
class Convention:
    """How one side of one ABI calls, or is called.

    ``params`` are lent until the call returns, or given to the callee to free. ``big_result`` is written to an area the
    caller passes last (``out``), or to one of the callee's whose address is returned. The memory a result refers to is
    freed by its receiver, or by the callee's post-return function.
    """

    name: str
    handle: HandleForm
    params: Literal["lent", "given"]
    big_result: Literal["out", "returned"]
    freed_by: Literal["receiver", "post-return"]
    # A borrow of a resource that the receiver made itself arrives as its handle, or as the object's address.
    own_borrow: Literal["handle", "rep"]
    # Nobody vouches for a handle that is received: it may be null, dropped, or of another maker.
    checks_handles: bool
    # A borrow is an entry in the receiver's table, which it has to drop before it returns.
    drops_borrows: bool
    max_params: int = 16
    max_results: int = 1


CANONICAL_IMPORT = Convention(
    "canonical import",
    handle="index",
    params="lent",
    big_result="out",
    freed_by="receiver",
    own_borrow="handle",
    checks_handles=False,
    drops_borrows=False,
)
CANONICAL_EXPORT = Convention(
    "canonical export",
    handle="index",
    params="given",
    big_result="returned",
    freed_by="post-return",
    own_borrow="rep",
    checks_handles=False,
    drops_borrows=True,
)
# One row for both sides: that is the point of the symmetric ABI.
SYMMETRIC = Convention(
    "symmetric",
    handle="pointer",
    params="lent",
    big_result="out",
    freed_by="receiver",
    own_borrow="handle",
    checks_handles=True,
    drops_borrows=False,
)

ROWS = (CANONICAL_IMPORT, CANONICAL_EXPORT, SYMMETRIC)
