"""``python -m symbuild.bindings.precompile``: a language's jinja2 templates as a Python module of plain functions.

Importing jinja2 takes ten times as long as starting an interpreter, so the generator does not: the module is committed
beside its templates, and a test holds the two together. The functions are typed, so mypy checks every name a template
uses. Templates use what is handled here: output, ``for`` (with ``if`` and ``else``), ``if``, ``set``, attributes,
constants, ``~`` and conditional expressions.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import nodes

HERE = Path(__file__).parent
# Template folder -> the module it becomes, and what its templates print.
LANGUAGES = {
    "c": "symbuild.bindings.c.view.FileView",
    "cpp": "symbuild.bindings.cpp.view.SourceView",
    "message": "symbuild.bindings.message.view.SideView",
    "python": "symbuild.bindings.python.package.PackageView",
    "rust": "symbuild.bindings.rust.view.ModuleView",
}
# Templates that print another one.
OTHER_VIEWS = {
    "cpp/header.h.j2": "symbuild.bindings.cpp.headers.HeaderView",
    "message/standin.c.j2": "symbuild.bindings.message.standins.StandInView",
    "python/native.c.j2": "symbuild.bindings.python.native.NativeView",
    "python/wasm.py.j2": "symbuild.bindings.python.wasm.WasmView",
    "rust/resource.rs.j2": "symbuild.bindings.rust.resources.ResourceView",
}

_HEAD = '''\
"""The templates as functions. Made by `python -m symbuild.bindings.precompile`; edit templates/*.j2 instead."""

# ruff: noqa
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
{imports}
'''


def compile_language(language: str) -> str:
    """The Python module of one language's templates, a function for each."""
    import jinja2

    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    parts, imports = [], set()
    for path in sorted((HERE / language / "templates").glob("*.j2")):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        function = path.name.removesuffix(".j2").replace(".", "_")
        module, _, view = OTHER_VIEWS.get(f"{language}/{path.name}", LANGUAGES[language]).rpartition(".")
        lines = [f"def {function}(view: {view}) -> Iterator[str]:", *_indent(_block(tree.body))]
        parts.append("\n".join(lines) + "\n")
        imports.add(f"    from {module} import {view}")
    return "\n\n".join([_HEAD.format(imports="\n".join(sorted(imports))), *parts])


def module_path(language: str) -> Path:
    """Where the module of a language is committed."""
    return HERE / language / "compiled.py"


def _block(body: list[nodes.Node]) -> list[str]:
    return [line for node in body for line in _statement(node)] or ["pass"]


def _statement(node: nodes.Node) -> Iterator[str]:
    from jinja2 import nodes

    match node:
        case nodes.Output():
            for part in node.nodes:
                if isinstance(part, nodes.TemplateData):
                    yield f"yield {part.data!r}"
                else:
                    yield f"yield {_expr(part)}"
        case nodes.For():
            yield from _loop(node)
        case nodes.If():
            yield f"if {_expr(node.test)}:"
            yield from _indent(_block(node.body))
            for branch in node.elif_:
                yield f"elif {_expr(branch.test)}:"
                yield from _indent(_block(branch.body))
            if node.else_:
                yield "else:"
                yield from _indent(_block(node.else_))
        case nodes.Assign():
            yield f"{_expr(node.target)} = {_expr(node.node)}"
        case _:
            raise NotImplementedError(f"line {node.lineno}: templates here have no {type(node).__name__}")


def _loop(node: nodes.For) -> Iterator[str]:
    body = _block(node.body)
    if node.test:
        body = [f"if {_expr(node.test)}:", *_indent(body)]
    yield f"for {_target(node.target)} in {_expr(node.iter)}:"
    yield from _indent(body)
    if node.else_:
        # jinja2's else is for no iteration at all, Python's for no break.
        yield f"if not {_expr(node.iter)}:"
        yield from _indent(_block(node.else_))


def _target(node: nodes.Node) -> str:
    from jinja2 import nodes

    return ", ".join(map(_expr, node.items)) if isinstance(node, nodes.Tuple) else _expr(node)


def _expr(node: nodes.Node | None) -> str:
    from jinja2 import nodes

    match node:
        case None:
            return "''"  # the absent else of a conditional expression prints nothing
        case nodes.Name():
            return node.name
        case nodes.Const():
            return repr(node.value)
        case nodes.Getattr():
            return f"{_expr(node.node)}.{node.attr}"
        case nodes.Concat():
            return f"({' + '.join(map(_expr, node.nodes))})"
        case nodes.CondExpr():
            return f"({_expr(node.expr1)} if {_expr(node.test)} else {_expr(node.expr2)})"
        case _:
            raise NotImplementedError(f"line {node.lineno}: templates here have no {type(node).__name__}")


def _indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def main() -> int:
    """Write every language's module."""
    for language in LANGUAGES:
        module_path(language).write_text(compile_language(language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
