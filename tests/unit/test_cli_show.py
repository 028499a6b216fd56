"""``symbuild show``: every stage has a text form."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from symbuild.cli import run

WIT = """
package a:b@1.0.0;
interface i {
  record point { x: s32, name: string }
  move: func(p: point, by: u8) -> result<point, string>;
}
world w { import i; export i; export go: func(); }
"""


@pytest.fixture
def wit(tmp_path: Path) -> str:
    path = tmp_path / "w.wit"
    path.write_text(WIT)
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["model"], "    move: func(p: point, by: u8) -> result<point, string>"),
        (["layout"], "   4|8   8|16    4|8    name: string"),
        (["layout", "--abi", "canonical"], "flat: i32 ptr len"),
        (["glue"], "// export go"),
        (["glue", "-f", "go"], "go [symmetric]()"),
        (["glue", "--abi", "canonical"], "post-return"),
        (["glue", "--abi", "message"], "// export go, served"),
        (["view"], "      name: exports_a_b_i_point_t"),
        (["steps", "--component", "c"], "    -> c-bindings/c.world.json"),
    ],
)
def test_shows(arguments: list[str], expected: str, wit: str, capsys: pytest.CaptureFixture[str]) -> None:
    stage, *options = arguments
    assert run(["show", stage, wit, *options]) == 0
    assert expected in capsys.readouterr().out.splitlines()


def test_one_function_only(wit: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "glue", wit, "-f", "a:b/i@1.0.0#move"]) == 0
    text = capsys.readouterr().out
    assert text.count("// import") == 1
    assert text.count("// export") == 1
    assert "// export go" not in text


def test_glue_of_messages_is_of_synchronous_worlds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "w.wit"
    path.write_text("package a:b;\nworld w { export f: func() -> future<u8>; }\n", encoding="utf-8")
    assert run(["show", "glue", str(path), "--abi", "message"]) == 3
    assert "an asynchronous world cannot be isolated yet" in capsys.readouterr().err


def test_unknown_function(wit: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "glue", wit, "-f", "a:b/i@1.0.0#mov"]) == 3
    assert "did you mean `a:b/i@1.0.0#move`?" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "symbuild", "--help"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")
