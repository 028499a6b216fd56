"""Where a function is declared: its line, by scope, past comments, annotations and look-alikes."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbuild.wit.locate import Place, find_function

WIT = """\
package a:b@1.0.0;
/* /* nested */ interface shapes { greet: func(); } */
interface other {
  greet: func();
}
interface shapes {
  use other.{x as y};
  record point { x: u32, y: list<tuple<u8, u8>> }
  /// greet: func(); in a comment -> { }
  @since(version = 1.0.0)
  @deprecated(version = 1.1.0)
  greet: func(p: point)
    -> result<_, string>;
  resource canvas {
    constructor(size: point);
    draw: func() -> u8;
    open: static func();
  }
  %interface: async func();
}
world w {
  import lbl: interface {
    greet: func();
  }
  export shapes;
  export run: func() -> result;
}
package c:d {
  interface shapes {
    greet: func();
  }
}
"""


@pytest.mark.parametrize(
    ("module", "function", "line"),
    [
        ("a:b/other@1.0.0", "greet", 4),
        ("a:b/shapes@1.0.0", "greet", 12),
        ("a:b/shapes@1.0.0", "[constructor]canvas", 15),
        ("a:b/shapes@1.0.0", "[method]canvas.draw", 16),
        ("a:b/shapes@1.0.0", "[static]canvas.open", 17),
        ("a:b/shapes@1.0.0", "interface", 19),
        ("lbl", "greet", 23),
        ("$root", "run", 26),
        ("c:d/shapes", "greet", 30),
    ],
)
def test_the_line_of_a_function(module: str, function: str, line: int, tmp_path: Path) -> None:
    file = tmp_path / "w.wit"
    file.write_text(WIT)
    assert find_function(tmp_path, module, function) == Place(file, line)


def test_a_file_without_the_package_line_belongs_to_its_directory(tmp_path: Path) -> None:
    (tmp_path / "a.wit").write_text("package a:b;\n")
    (tmp_path / "b.wit").write_text("interface i {\n  f: func();\n}\n")
    assert find_function(tmp_path, "a:b/i", "f") == Place(tmp_path / "b.wit", 2)


@pytest.mark.parametrize("text", ["", "} } ; {", "interface i { f: func(", "interface i { @ ; }", "(((", "package;"])
def test_what_is_not_there_has_no_place(text: str, tmp_path: Path) -> None:
    (tmp_path / "w.wit").write_text(text)
    assert find_function(tmp_path, "a:b/i", "f") is None
