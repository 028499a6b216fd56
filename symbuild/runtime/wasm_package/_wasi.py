"""WASI 0.2 for core modules that import it themselves, as Rust's do: streams, clocks, random numbers, and no more.

What else is imported traps when it is called, and says so: a package's component computes, and sees no files.
Where results lie follows from the functions' types (CanonicalABI.md, "Flattening"): ``ret`` is the address.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._wasm import Instance

_SECOND = 1_000_000_000
_ROOM = 4096


class Exit(Exception):
    """The component ends its process."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit with status {code}")
        self.code = code


class Wasi:
    """The functions, for one instance."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def function(self, module: str, name: str) -> Callable[..., Any] | None:
        """The function that an import means; None where it is not one of WASI's."""
        if not module.startswith("wasi:"):
            return None
        if name.startswith("[resource-drop]"):
            return lambda handle: None
        place = f"{module.partition('@')[0]}#{name}"
        return _FUNCTIONS[place].__get__(self) if place in _FUNCTIONS else _missing(place)

    def _put(self, at: int, data: bytes) -> None:
        at &= 0xFFFFFFFF
        memory = self._instance.memory()
        if at + len(data) > len(memory):
            raise ValueError("an address outside of the component's memory")
        memory[at : at + len(data)] = data

    def _words(self, at: int, *words: int) -> None:
        self._put(at, b"".join(word.to_bytes(4, "little") for word in words))

    def _none(self, ret: int) -> None:
        """An option of nothing, or the success of a result."""
        self._put(ret, b"\0")

    def _empty(self, ret: int) -> None:
        """A list of nothing."""
        self._words(ret, 8, 0)

    def _exit(self, status: int) -> None:
        raise Exit(int(status != 0))

    def _exit_with_code(self, code: int) -> None:
        raise Exit(code & 0xFF)

    def _stdin(self) -> int:
        return 0

    def _stdout(self) -> int:
        return 1

    def _stderr(self) -> int:
        return 2

    def _check_write(self, stream: int, ret: int) -> None:
        self._put(ret, bytes(8) + _ROOM.to_bytes(8, "little"))

    def _write(self, stream: int, pointer: int, length: int, ret: int) -> None:
        pointer, length = pointer & 0xFFFFFFFF, length & 0xFFFFFFFF
        data = self._instance.memory()[pointer : pointer + length]
        while data:
            data = data[os.write(stream, data) :]
        self._none(ret)

    def _flush(self, stream: int, ret: int) -> None:
        self._none(ret)

    def _read(self, stream: int, length: int, ret: int) -> None:
        """The error `closed`: there is nothing to read."""
        self._put(ret, b"\1\0\0\0\1")

    def _subscribe(self, what: int) -> int:
        return 0

    def _block(self, pollable: int) -> None:
        """Streams are always ready."""

    def _ready(self, pollable: int) -> int:
        return 1

    def _random_bytes(self, length: int, ret: int) -> None:
        at = self._instance.allocate(length, 1, "wasi:random") if length else 1
        self._put(at, os.urandom(length))
        self._words(ret, at, length)

    def _random_u64(self) -> int:
        return int.from_bytes(os.urandom(8), "little", signed=True)

    def _seed(self, ret: int) -> None:
        self._put(ret, os.urandom(16))

    def _monotonic(self) -> int:
        return time.monotonic_ns()

    def _resolution(self) -> int:
        return 1

    def _wall(self, ret: int) -> None:
        seconds, nanoseconds = divmod(time.time_ns(), _SECOND)
        self._put(ret, seconds.to_bytes(8, "little") + nanoseconds.to_bytes(4, "little"))

    def _wall_resolution(self, ret: int) -> None:
        self._put(ret, bytes(8) + (1).to_bytes(4, "little"))


def _missing(place: str) -> Callable[..., Any]:
    """What is withheld from components: it ends the call as a trap does, by a message with its name."""

    def call(*_: object) -> None:
        raise NotImplementedError(
            f"{place}: a component in a Python package has streams, clocks and random numbers only"
        )

    return call


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "wasi:cli/environment#get-environment": Wasi._empty,
    "wasi:cli/environment#get-arguments": Wasi._empty,
    "wasi:cli/environment#initial-cwd": Wasi._none,
    "wasi:cli/exit#exit": Wasi._exit,
    "wasi:cli/exit#exit-with-code": Wasi._exit_with_code,
    "wasi:cli/stdin#get-stdin": Wasi._stdin,
    "wasi:cli/stdout#get-stdout": Wasi._stdout,
    "wasi:cli/stderr#get-stderr": Wasi._stderr,
    "wasi:cli/terminal-stdin#get-terminal-stdin": Wasi._none,
    "wasi:cli/terminal-stdout#get-terminal-stdout": Wasi._none,
    "wasi:cli/terminal-stderr#get-terminal-stderr": Wasi._none,
    "wasi:clocks/monotonic-clock#now": Wasi._monotonic,
    "wasi:clocks/monotonic-clock#resolution": Wasi._resolution,
    "wasi:clocks/wall-clock#now": Wasi._wall,
    "wasi:clocks/wall-clock#resolution": Wasi._wall_resolution,
    "wasi:filesystem/preopens#get-directories": Wasi._empty,
    "wasi:io/poll#[method]pollable.block": Wasi._block,
    "wasi:io/poll#[method]pollable.ready": Wasi._ready,
    "wasi:io/streams#[method]input-stream.blocking-read": Wasi._read,
    "wasi:io/streams#[method]input-stream.read": Wasi._read,
    "wasi:io/streams#[method]input-stream.subscribe": Wasi._subscribe,
    "wasi:io/streams#[method]output-stream.blocking-flush": Wasi._flush,
    "wasi:io/streams#[method]output-stream.blocking-write-and-flush": Wasi._write,
    "wasi:io/streams#[method]output-stream.check-write": Wasi._check_write,
    "wasi:io/streams#[method]output-stream.flush": Wasi._flush,
    "wasi:io/streams#[method]output-stream.subscribe": Wasi._subscribe,
    "wasi:io/streams#[method]output-stream.write": Wasi._write,
    "wasi:random/insecure-seed#insecure-seed": Wasi._seed,
    "wasi:random/insecure#get-insecure-random-bytes": Wasi._random_bytes,
    "wasi:random/insecure#get-insecure-random-u64": Wasi._random_u64,
    "wasi:random/random#get-random-bytes": Wasi._random_bytes,
    "wasi:random/random#get-random-u64": Wasi._random_u64,
}
