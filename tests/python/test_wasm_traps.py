"""What can go wrong in a component on wasm is an exception that names the function."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from python.wasm_package import build_wasm_package, imported_anew
from symbuild.cli import run

wasmtime = pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
DATA = Path(__file__).parent.parent / "data" / "echo"
PLACE = r"t:echo/values@1\.0\.0"


@pytest.fixture(scope="module", params=["c", "rs"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wasm")
    return build_wasm_package(folder, "echoed", DATA / "echo.wit", "echo", DATA / f"echo.{request.param}")


@pytest.fixture
def echoed(package: Path) -> Iterator[ModuleType]:
    """An instance of one test's own."""
    with imported_anew(package) as found:
        yield found


def test_a_trap_is_an_exception_and_the_end(echoed: Any, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match=f"(?s)^{PLACE}#crash: .*unreachable") as caught:
        echoed.values.crash(0)
    assert type(caught.value).__name__ == "Trap"
    assert "crashing" in capfd.readouterr().err
    for call in (lambda: echoed.twice(1), lambda: echoed.values.text("x")):
        with pytest.raises(RuntimeError, match=f"cannot be called any more, since {PLACE}#crash trapped"):
            call()


def test_an_exit_ends_the_component_alone(echoed: Any) -> None:
    with pytest.raises(RuntimeError, match=f"{PLACE}#crash: it ended the process, with status"):
        echoed.values.crash(2)
    with pytest.raises(RuntimeError, match="ended it"):
        echoed.twice(1)


def test_what_it_prints_is_seen(echoed: Any, capfd: pytest.CaptureFixture[str]) -> None:
    echoed.values.none()
    assert capfd.readouterr().out == "none was called\n"


def test_memory_grows_under_what_is_read(echoed: Any) -> None:
    for size in (1, 10**5, 5 * 10**6, 5, 2 * 10**6):
        octets, text = bytes([size % 251]) * size, "ü" * (size // 2)
        assert echoed.values.res(echoed.Ok(octets)) == octets
        assert echoed.values.text(text) == text


def test_threads_take_turns(echoed: Any) -> None:
    failures: list[object] = []

    def work(number: int) -> None:
        for i in range(200):
            text = f"{number} {i} " * 50
            if echoed.values.text(text) != text or echoed.twice(i) != 2 * i:
                failures.append(text)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_an_argument_that_calls_the_component(echoed: Any) -> None:
    class Calls:
        def __index__(self) -> int:
            return int(echoed.twice(21))

    v = echoed.values
    assert v.kinds([v.Kind_Items([1, Calls()])]) == [v.Kind_Items([1, 42])]


def test_imports_that_nothing_provides(package: Path, tmp_path: Path) -> None:
    copy = tmp_path / "echoed"
    shutil.copytree(package, copy)
    for file, told in (
        (wasmtime.wat2wasm('(module (import "a:b/c" "f" (func)))'), "imports a:b/c#f, and nothing provides it"),
        (wasmtime.wat2wasm("(module)"), "lacks the export memory"),
        (wasmtime.wat2wasm("(component (component))"), "composed of several"),
        (b"text", "no WebAssembly component"),
    ):
        (copy / "_native.wasm").write_bytes(bytes(file))
        with pytest.raises(ImportError, match=told), imported_anew(copy):
            pass
    (copy / "_native.wasm").unlink()
    with pytest.raises(ImportError, match="lacks the component's file"), imported_anew(copy):
        pass


WIT = """package t:bad;
world bad {
  export text: func(x: string) -> string;
  export letters: func() -> list<char>;
  export letter: func() -> char;
}
"""
# A component whose author is not to be trusted: what it allocates and returns is anywhere.
WAT = """(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const {room})
  (func (export "text") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const {pointer})) (i32.store (i32.const 20) (i32.const {length})) i32.const {area})
  (func (export "letters") (result i32)
    (i32.store (i32.const 16) (i32.const {pointer})) (i32.store (i32.const 20) (i32.const {length})) i32.const {area})
  (func (export "letter") (result i32) i32.const 0xd800)
  (data (i32.const 512) "\\ff\\ff\\11\\00"))
"""
GOOD = {"room": 1024, "pointer": 1024, "length": 2, "area": 16}


@pytest.fixture
def bad(tmp_path: Path) -> Any:
    """Makes a package of the module with other numbers in it."""
    (tmp_path / "bad.wit").write_text(WIT, encoding="utf-8")
    package = tmp_path / "bad"
    command = ["bindgen", "python", str(tmp_path / "bad.wit"), "--target", "wasm32-wasip2", "--out-dir", str(package)]
    assert run(command) == 0

    def make(**changed: int) -> Any:
        (package / "_native.wasm").write_bytes(bytes(wasmtime.wat2wasm(WAT.format(**GOOD | changed))))
        return imported_anew(package)

    return make


@pytest.mark.parametrize(
    "changed",
    [
        {"room": 0xFFFFFFF0},
        {"room": 65535},
        {"pointer": 0xFFFFFFFF},
        {"length": 0xFFFFFFFF},
        {"pointer": 65535},
        {"area": 65534},
        {"area": 18},
        {"area": 0xFFFFFFF0},
    ],
    ids=str,
)
def test_pointers_that_are_none_are_traps(bad: Any, changed: dict[str, int]) -> None:
    with bad(**changed) as package, pytest.raises(package._native.Trap, match=r"text: .*not in the component's memory"):
        package.text("ab")


def test_bytes_that_are_no_value_are_errors(bad: Any) -> None:
    with bad(pointer=512, length=1) as package:
        with pytest.raises(UnicodeDecodeError):
            package.text("x")
        with pytest.raises(SystemError, match="letters: result: char out of range"):
            package.letters()
        with pytest.raises(SystemError, match="letter: result: char out of range"):
            package.letter()
    with bad() as package:
        assert package.text("ab") == "ab", "without a post-return function, nothing is freed"
