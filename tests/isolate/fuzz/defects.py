"""Mistakes that fuzzing has to find: in the generated code, and in the runtime that it calls."""

from __future__ import annotations

from dataclasses import dataclass

from tests.isolate.fuzz.build import Side


@dataclass(frozen=True)
class Defect:
    """A source whose text ``old`` becomes ``new`` everywhere, and the side whose fuzzer notices."""

    name: str
    side: Side
    source: str
    old: str
    new: str

    def apply(self, name: str, text: str) -> str:
        """The text of a source with the mistake, if it is in this one."""
        if name != self.source:
            return text
        assert self.old in text, f"{self.source} has changed: {self.name}"
        return text.replace(self.old, self.new)


DEFECTS = (
    Defect(
        "a block may end behind its message",
        "host",
        "message.c",
        "if (from > end || bytes > (size_t)(end - from))",
        "if (from > end)",
    ),
    Defect(
        "a handle that was given away is there for good",
        "host",
        "handles.c",
        "if (free_them) entry_free(table, chain);",
        "if (free_them) entry->state = SB_OWNED;",
    ),
    Defect(
        "a case is not checked",
        "host",
        "shop_host.c",
        'sb_trap_at(_where, "case out of range");',
        "break;",
    ),
    Defect(
        "what was taken of a result that failed is freed twice",
        "client",
        "message.c",
        "lane->blocks[call->blocks++] = block;",
        "lane->blocks[call->blocks++] = block, lane->blocks[call->blocks++] = block;",
    ),
)
