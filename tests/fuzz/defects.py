"""Mistakes to seed into generated code: a fuzzer that does not find them finds nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """A mistake in a generated file: the first that ``pattern`` matches becomes ``replacement``."""

    name: str
    pattern: str
    replacement: str = ""

    def apply(self, source: str) -> str:
        """The generated source with the mistake in it."""
        made, count = re.subn(self.pattern, self.replacement, source, count=1, flags=re.DOTALL)
        assert count == 1, f"{self.name}: nothing to patch"
        return made


_TEXT_CHECK = r'sb_check_range\(_ptr2, _len3, 1, 1, "fuzz:dense/mirror#texts: parameter v"\);'
_CHARS = r'sb_char\(sb_load_i32\(_at\w+\), "fuzz:dense/mirror#glyphs: result"\);'
_HUES = r'sb_index\(sb_load_u8\(_at\w+\), 3, "fuzz:dense/mirror#hues: parameter v"\);'
_CASE = r'default:\s+sb_trap_at\(_where, "case out of range"\);'
_MAKER = r"sb_own_handle\(handle, &_operations_\w+gadget.head, where\)"
_GIVEN = r'sb_mark_given\(_p1, SB_NATIVE\(([^)]*)\), ("[^;]*gadget\.into: parameter other")\);'
_RUST_MARKED = r'_rt::mark_given\((Gadget::receive\(_p1, "[^;]*gadget\.into: parameter other"\)\.take_handle\(\))\);'
_RUST_TEXT = r'_rt::text\((_p\d+), (_p\d+), "fuzz:dense/mirror#text: parameter v"\)'
_RUST_LENT = r'_rt::text\((_ptr\d+), (_len\d+), "fuzz:dense/mirror#texts: parameter v"\)'
_RUST_CHAR = r'_rt::char\((_rt::load_i32\(_at\w+\)), "fuzz:dense/mirror#glyphs: result"\)'
_RUST_HUE = r"_rt::index\(core, 3, place\)"
_RUST_GIVEN = r'("fuzz:dense/mirror#texts: result"\);\s+)_rt::release\(_ptr\w+, _len\w+\);'

DEFECTS = {
    "c": (
        Defect("no range check of a string in a list", _TEXT_CHECK),
        Defect("no check of chars in a result", _CHARS),
        Defect("no check of enums in a list", _HUES),
        Defect("no check of a variant's case", rf"(_copy_fuzz_dense_stock_mixed\(.*?){_CASE}", r"\1default: break;"),
        Defect("no check of who made a handle", _MAKER, "sb_handle(handle, where)"),
        Defect("a handle is lent and given in one call", _GIVEN, r"sb_own_handle(_p1, \1, \2);"),
        Defect("a dropped handle stays good", r"sb_box_drop\(&_boxes, [^;]*;"),
        Defect("a lent string is taken over", r"_text4\.ptr = sb_copy\(_ptr2, [^;]*;", "_text4.ptr = _ptr2;"),
        Defect("a bool in a result is not made 0 or 1", r"sb_mend_bool\([^;]*;"),
    ),
    "cpp": (
        Defect("no range check of a string in a list", _TEXT_CHECK),
        Defect("no check of chars in a result", _CHARS),
        Defect("no check of enums in a list", _HUES),
        Defect("no check of who made a handle", _MAKER, "sb_handle(handle, where)"),
        Defect("a handle is lent and given in one call", _GIVEN, r"sb_own_handle(_p1, \1, \2);"),
        Defect(
            "a result that is given is freed, too", r"wit::give\(_p2, (_result\w+)\)", r"memcpy(_p2, &\1, sizeof \1)"
        ),
    ),
    "rust": (
        Defect("no range check of a string in a list", "_rt::" + _TEXT_CHECK.removeprefix("sb_")),
        Defect("no check that a string is UTF-8", _RUST_TEXT, r"_rt::String::from_utf8_unchecked(_rt::list(\1, \2))"),
        Defect("no check of chars in a result", _RUST_CHAR, r"char::from_u32_unchecked(\1 as u32)"),
        Defect("no check of enums of three cases", _RUST_HUE, "(core as u32)"),
        Defect("no check of who made a handle", r"_GADGET_OPERATIONS\.receive\(handle, place\)", "handle as usize"),
        Defect("a handle is lent and given in one call", _RUST_MARKED, r"Gadget::from_handle(\1).give();"),
        Defect(
            "a dropped handle stays good",
            r"_rt::destroy\(_p0, (Gadget::dtor::<T_>)\);",
            r"\1(_rt::rep(_p0 as usize));",
        ),
        Defect("a lent string is taken over", _RUST_LENT, r"_rt::String::from_raw_parts(\1, \2, \2)"),
        Defect("a string that was given is not freed", _RUST_GIVEN, r"\1"),
    ),
}
