"""Comments that are no documentation do not reach the WIT tool; everything else keeps its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbuild.errors import InputError
from symbuild.wit import load_world, tool
from symbuild.wit.source import blank_comments

WORLD = "package a:b;\ninterface i {{\n{}\n  f: func();\n}}\nworld w {{ import i; }}\n"


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("a // b\nc", "a     \nc"),
        ("/// doc // more\nc", "/// doc // more\nc"),
        ("a /* b\n c */ d", "a     \n      d"),
        ("/** doc /* in */ */ d", "/** doc /* in */ */ d"),
        ("a /* /* b */ */ c", "a               c"),
        ("a /**/ b", "a      b"),
        ("a // /* b\nc", "a        \nc"),
        ("/* // */ c", "         c"),
        ("a /* open", "a        "),
    ],
)
def test_blanked(text: str, blanked: str) -> None:
    assert blank_comments(text) == blanked


def test_plain_comments_are_no_documentation(tmp_path: Path) -> None:
    path = tmp_path / "a.wit"
    docs = []
    for comment in ("  // plain", "  /* plain */", "  /// said", "  /** said */"):
        path.write_text(WORLD.format(comment))
        docs.append(load_world(path).world.imports[0].interface.functions[0].docs)
    assert docs == [None, None, "said", "said"]


def test_a_copy_of_a_package_keeps_its_dependencies_and_places(tmp_path: Path) -> None:
    package = tmp_path / "wit"
    (package / "deps" / "c").mkdir(parents=True)
    (package / "deps" / "c" / "c.wit").write_text("package c:c;\ninterface t { /* no */ type x = u8; }\n")
    main = package / "main.wit"
    main.write_text("package a:b;\n// no\nworld w { use c:c/t.{x}; import f: func(a: x); }\n")
    assert load_world(package).world.imported_functions[0].name == "f"
    main.write_text("package a:b;\n// no\nworld w { import f: func(a: y); }\n")
    with pytest.raises(InputError) as raised:
        load_world(package)
    assert raised.value.findings[0].where == f"{main}:3:29"


def test_worlds_are_joined(tmp_path: Path) -> None:
    worlds = ["world one { export f: func(); }", "world two { export g: func(); } // last"]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.wit").write_text(f"package a:b;\n{worlds[0]}")
    (tmp_path / "folder" / "two.wit").write_text(worlds[1])
    (tmp_path / "all.wit").write_text("\n".join(["package a:b;", *worlds]))
    for path in (tmp_path / "folder", tmp_path / "all.wit"):
        world = load_world(path, "one", joined=["a:b/two"]).world
        assert (world.id, [f.name for f in world.exported_functions]) == ("a:b/one-and-two", ["f", "g"])
    (tmp_path / "x.wasm").write_bytes(tool.run(["component", "wit", "--wasm", str(tmp_path / "all.wit")]))
    with pytest.raises(InputError, match="joined only where they are text"):
        load_world(tmp_path / "x.wasm", "one", joined=["two"])
