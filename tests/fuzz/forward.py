"""Writes the user's side of an interface that a world imports and exports: what comes in goes out at the other side.

What was generated is read for that, not the WIT: these are the functions that a user would have to define.
"""

from __future__ import annotations

import re

_C_FUNCTION = re.compile(
    r"^([\w ]+[ *])(exports_fuzz_dense_mirror_(\w+))\(([^()]*)\)(?: SB_EXPORT_DIRECT\(.*\))?;$", re.MULTILINE
)
_C_PARAM = re.compile(r"(?:const )?(\w+) (\*?)(?:const )?(\w+)")
_C_ALIAS = re.compile(r"^typedef (\w+) (\w+);$", re.MULTILINE)


def forward_c(header: str) -> str:
    """Definitions for what ``header`` leaves to the user, who frees what is his: arguments, and results he discards."""
    aliases = {alias: of for of, alias in _C_ALIAS.findall(header)}
    lines = []
    for result, name, function, params in _C_FUNCTION.findall(header):
        if name.endswith("_free"):
            continue
        taken = [] if params == "void" else [_c_param(p) for p in params.split(", ")]
        # Lists of shared types are other types on either side, with the same layout.
        call = f"fuzz_dense_mirror_{function}({', '.join(f'(void *){p}' if star else p for _, star, p in taken)})"
        owned = "const " not in params
        frees = [_c_free(header, aliases, t, p) for t, star, p in taken if star and owned and p not in ("ret", "err")]
        frees.append(_c_discards(header, aliases, result.strip(), taken))
        got = "" if result == "void " else f"{result}got = "
        back = "" if result == "void " else " return got;"
        lines.append(f"{result}{name}({params}) {{ {got}{call}; {' '.join(filter(None, frees))}{back} }}")
    return "\n".join([*lines, ""])


def _c_discards(header: str, aliases: dict[str, str], result: str, taken: list[tuple[str, str, str]]) -> str:
    """Where the peer says so: frees a result, as the type that it has at one side or the other, and returns zeros."""
    places = {p: t for t, star, p in taken if p in ("ret", "err")}
    whole = {"ret": "", "err": ""} if result == "void" else {"ret": "if (got) ", "err": "if (!got) "}
    sides = []
    for prefix in ("", "exports_"):
        freed = {p: _c_free(header, aliases, t.removeprefix(prefix), f"(void *){p}") for p, t in places.items()}
        sides.append(" ".join(f"{whole[p]}{free}" for p, free in freed.items() if free))
    if not any(sides):
        return ""
    zeros = "memset(ret, 0, sizeof *ret); " if "ret" in places else ""
    # A result of zeros is its ok, an option none.
    value = "" if result == "void" else " true" if "_result_" in taken[0][0] else " false"
    frees = f"if (side == 1) {{ {sides[0]} }} else {{ {sides[1]} }}"
    return f"int side = fz_discards(); if (side) {{ {frees} {zeros}return{value}; }}"


def _c_param(text: str) -> tuple[str, str, str]:
    found = _C_PARAM.fullmatch(text)
    assert found, text
    return found[1], found[2], found[3]


def _c_free(header: str, aliases: dict[str, str], t: str, param: str) -> str:
    while f"void {t.removesuffix('_t')}_free(" not in header:
        if t not in aliases:
            return ""
        t = aliases[t]
    free = f"{t.removesuffix('_t')}_free({param});"
    return f"if ({param}) {free}" if param.startswith("maybe_") else free


_CPP_BLOCK = r"^namespace {}fuzz::dense::mirror {{$(.*?)^}} // namespace {}fuzz::dense::mirror$"
_CPP_FUNCTION = re.compile(r"^(?:inline )?([^\s{}].*?[ &])(\w+)\((.*?)\) (?:noexcept|SB_)", re.MULTILINE)
_CPP_PARAM = re.compile(r"(.*[ &])(\w+)")


def forward_cpp(header: str) -> str:
    """The same in C++, where arguments of imports may have other types than those of exports."""
    imported = {name: params for _, name, params in _cpp_functions(header, "")}
    lines = ["namespace exports::fuzz::dense::mirror {"]
    for result, name, params in _cpp_functions(header, "exports::"):
        given = [_cpp_param(p) for p in _split(params)]
        taken = [_cpp_param(p) for p in _split(imported[name])]
        args = ", ".join(
            f"std::move({p})" if wanted == had else f"pass<{wanted}>({p}, kept)"
            for (had, p), (wanted, _) in zip(given, taken, strict=True)
        )
        call = f"::fuzz::dense::mirror::{name}({args})"
        if result.endswith("&&"):
            # What is returned has to outlive the call: the parameter does.
            first = given[0][1]
            call = f"std::move({first} = {call})"
        lines.append(f"{result}{name}({params}) {{ [[maybe_unused]] keeper kept; return {call}; }}")
    return "\n".join([*lines, "}", ""])


def _cpp_functions(header: str, side: str) -> list[tuple[str, str, str]]:
    blocks = re.findall(_CPP_BLOCK.format(side, side), header, re.MULTILINE | re.DOTALL)
    return [found for block in blocks for found in _CPP_FUNCTION.findall(block)]


def _cpp_param(text: str) -> tuple[str, str]:
    found = _CPP_PARAM.fullmatch(text)
    assert found, text
    return found[1].strip(), found[2]


def _split(params: str) -> list[str]:
    """Parameters, at the commas outside of brackets."""
    parts, depth = [""], 0
    for c in params:
        depth += (c in "<([") - (c in ">)]")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts if part.strip()]


_RUST_GUEST = r"^( *)pub mod exports {.*?pub mod mirror {.*?pub trait Guest {(.*?)^ *}"
_RUST_IMPORTS = r"^pub mod fuzz {.*?pub mod mirror {(.*?)^        }"
_RUST_FUNCTION = re.compile(r"^ *(?:pub )?fn (\w+)\((.*)\)( -> .*)?(?:;| {)$", re.MULTILINE)


def forward_rust(source: str) -> str:
    """The same in Rust, where imports are lent what exports own."""
    functions = [_RUST_FUNCTION.findall(_rust_block(block, source)) for block in (_RUST_GUEST, _RUST_IMPORTS)]
    imported = {name: params for name, params, _ in functions[1]}
    lines = [
        "use super::exports::fuzz::dense::mirror::*;",
        "use super::{Lend, _rt};",
        "impl Guest for super::Component {",
    ]
    for name, params, result in functions[0]:
        given, taken = (dict(p.split(": ", 1) for p in _split(listed)) for listed in (params, imported[name]))
        args = ", ".join(p if taken[p] == t else f"{p}.lend()" for p, t in given.items())
        lines.append(f"fn {name}({params}){result} {{ super::fuzz::dense::mirror::{name}({args}) }}")
    return "\n".join([*lines, "}", ""])


def _rust_block(pattern: str, source: str) -> str:
    found = re.search(pattern, source, re.MULTILINE | re.DOTALL)
    assert found, pattern
    return found[found.re.groups]
