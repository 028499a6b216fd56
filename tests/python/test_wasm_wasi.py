"""What Rust's standard library asks of WASI 0.2 is there, or says that it is not; other threads may run meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from python.wasm_package import build_wasm_package, imported_anew

WIT = """package t:asks;
world asks {
  export count: func(words: list<string>) -> u32;
  export seconds: func() -> u64;
  export passes: func() -> u64;
  export contents: func(path: string) -> result<string, string>;
  export variable: func(name: string) -> option<string>;
  export arguments: func() -> u32;
  export line: func() -> u32;
  export say: func(size: u32);
  export spin: func(milliseconds: u64);
  export dial: func();
}
"""
SOURCE = """
include!(env!("BINDINGS"));
use std::io::{Read, Write};
use std::time::{Duration, Instant, SystemTime};
struct Component;
export!(Component);
impl Guest for Component {
    fn count(words: Vec<String>) -> u32 {
        words.into_iter().collect::<std::collections::HashSet<_>>().len() as u32
    }
    fn seconds() -> u64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
    }
    fn passes() -> u64 {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(2) {}
        begun.elapsed().as_millis() as u64
    }
    fn contents(path: String) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
    fn variable(name: String) -> Option<String> {
        std::env::var(name).ok()
    }
    fn arguments() -> u32 {
        std::env::args().count() as u32
    }
    fn line() -> u32 {
        let mut all = String::new();
        std::io::stdin().read_to_string(&mut all).unwrap() as u32
    }
    fn say(size: u32) {
        std::io::stdout().write_all("x".repeat(size as usize).as_bytes()).unwrap();
        println!();
    }
    fn spin(milliseconds: u64) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(milliseconds) {
            std::hint::black_box((0..100_000).fold(0u64, |sum, i| std::hint::black_box(sum ^ i)));
        }
    }
    fn dial() {
        std::net::TcpStream::connect("127.0.0.1:1").unwrap();
    }
}
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asks")
    (folder / "asks.wit").write_text(WIT, encoding="utf-8")
    (folder / "user.rs").write_text(SOURCE, encoding="utf-8")
    return build_wasm_package(folder, "asks", folder / "asks.wit", "asks", folder / "user.rs", "--release-gil", "spin")


@pytest.fixture
def asks(package: Path) -> Iterator[Any]:
    with imported_anew(package) as found:
        yield found


def test_what_computes_is_served(asks: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert asks.count(["a", "b", "a"]) == 2
    assert abs(asks.seconds() - time.time()) < 5
    assert asks.passes() >= 2
    monkeypatch.setenv("SECRET", "x")
    assert (asks.variable("SECRET"), asks.arguments(), asks.line()) == (None, 0, 0)
    asks.say(10_000)
    assert capfd.readouterr().out == "x" * 10_000 + "\n"


def test_there_are_no_files(asks: Any) -> None:
    with pytest.raises(asks.Err) as caught:
        asks.contents(__file__)
    assert caught.value.value


def test_what_is_not_there_is_named(asks: Any) -> None:
    with pytest.raises(RuntimeError, match=r"^dial: wasi:sockets/.*: a component in a Python package has"):
        asks.dial()


def test_a_function_without_the_lock_lets_other_threads_run(asks: Any) -> None:
    ticks = []

    def tick() -> None:
        while not done.wait(0.005):
            ticks.append(time.monotonic())

    done, other = threading.Event(), threading.Thread(target=tick)
    other.start()
    begun = time.monotonic()
    asks.spin(200)
    ended = time.monotonic()
    done.set()
    other.join()
    assert any(begun + 0.02 < at < ended - 0.02 for at in ticks), "with the lock held, the other thread waits"
