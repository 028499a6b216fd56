"""Symbols: what the ABI fixes, no two functions under one name, and back to the WIT spelling."""

from __future__ import annotations

import random
import string

import pytest

from symbuild.abi.mangle import ROOT, bound_symbol, collisions, demangle, encode, export_name, symbol


@pytest.mark.parametrize(
    ("module", "function", "is_async", "expected"),
    [
        # The examples of the ABI's text.
        ("foo:foo/resources", "[method]r.add", False, "fooX3AfooX2FresourcesX00X5BmethodX5DrX2Eadd"),
        ("foo:foo/resources", "[resource-drop]r", False, "fooX3AfooX2FresourcesX00X5Bresource_dropX5Dr"),
        ("a:b/the-test", "f", False, "aX3AbX2Fthe_testX00f"),
        (
            "wasi:clocks/monotonic-clock@0.2.0",
            "wait-until",
            True,
            "wasiX3AclocksX2Fmonotonic_clockX400X2E2X2E0X00wait_untilA",
        ),
        (ROOT, "run", False, "X24rootX00run"),
        ("lbl", "f", False, "lblX00f"),
    ],
)
def test_symbols_of_the_abi(module: str, function: str, is_async: bool, expected: str) -> None:
    assert symbol(module, function, is_async=is_async) == expected


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("aX3AbX2FcX00fooA", "a:b/c#foo (async)"),
        ("aX3AbX2FcX00plan_A", "a:b/c#plan-A"),
        ("aX3AbX2FcX00X5BmethodX5DrX2EplanA", "a:b/c#[method]r.plan (async)"),
        ("aX3AbX2FcX00X5BmethodX5DrX2Eplan_A", "a:b/c#[method]r.plan-A"),
        ("aX3AbX2FcX00get_X86", "a:b/c#get-X86"),
        ("aX3AbX2FcX00HTTP_getA", "a:b/c#HTTP-get (async)"),
        ("aX3AbX2FcX00GETA", "a:b/c#GETA"),
        ("aX3AbX2FcX401X2E0X2E0_rcX2E1X2Bx_yX00f", "a:b/c@1.0.0-rc.1+x-y#f"),
        ("X24rootX00run", "run"),
        ("X24rootX00runA", "run (async)"),
        ("aX3AbX2FcX23f", "a:b/c#f (canonical)"),
        ("imp__aX3AbX2FcX00f", "a:b/c#f (bound when linking)"),
        ("imp_aX3AbX2FcX00f", "imp-a:b/c#f"),
    ],
)
def test_demangle_reads_what_wit_allows(name: str, spelling: str) -> None:
    assert demangle(name) == spelling


@pytest.mark.parametrize(
    "name",
    ["main", "X00", "aX00", "X00f", "aX3AbX00f", "_ZN3fooX00bar", "aX3AbX2FcX00", "fooX00barBaz", "aX3AbX2FcX40X00f"],
)
def test_demangle_leaves_other_names_alone(name: str) -> None:
    assert demangle(name) is None


def named(module: str, function: str, *, is_async: bool = False) -> tuple[str, str, str]:
    return module, function, symbol(module, function, is_async=is_async)


def test_names_in_capitals_can_meet_and_are_found() -> None:
    meeting = [named("A", "X00B"), named("AX00", "B"), named("a", "GET", is_async=True), named("a", "GETA")]
    assert collisions(meeting) == [("AX00X00B", "A#X00B", "AX00#B"), ("aX00GETA", "a#GET", "a#GETA")]


def test_a_function_mentioned_twice_meets_nothing() -> None:
    assert collisions([named("a:b/c", "f"), named("a:b/c", "f"), named("a:b/d", "f"), named(ROOT, "f")]) == []


class Names:
    """Random legal WIT names, with what makes trouble over-represented."""

    def __init__(self, seed: int, *, capitals: bool) -> None:
        self.random = random.Random(seed)
        self.capitals = capitals

    def word(self) -> str:
        if self.capitals and self.random.random() < 0.3:
            # Never a whole escape (which may meet another name) and never an ending that reads as an async function.
            return self.random.choice(["HTTP", "X", "XY", "AX", "ID9"])
        letters = string.ascii_lowercase + string.digits
        tail = "".join(self.random.choice(letters) for _ in range(self.random.randrange(3)))
        return self.random.choice("abfx") + tail

    def kebab(self) -> str:
        return "-".join(self.word() for _ in range(self.random.randrange(1, 4)))

    def version(self) -> str:
        numbers = ".".join(str(self.random.randrange(20)) for _ in range(3))
        return numbers + self.random.choice(["", "-rc.1", "-alpha", "-0-1", "+build.7", "-a.b+c-d"])

    def module(self) -> str:
        interface = f"{self.kebab()}:{self.kebab()}/{self.kebab()}"
        return self.random.choice([ROOT, self.kebab(), interface, f"{interface}@{self.version()}"])

    def function(self) -> str:
        name = self.kebab()
        kinds = ["{}", "{}", "[constructor]{}", "[resource-drop]{}", "[method]{}.{}", "[static]{}.{}"]
        return self.random.choice(kinds).format(name, self.kebab())


@pytest.mark.parametrize("capitals", [False, True])
def test_encoding_is_injective_and_demangle_is_its_inverse(capitals: bool) -> None:
    names = Names(7, capitals=capitals)
    seen: dict[str, tuple[str, str, bool]] = {}
    for _ in range(5_000):
        # An acronym may end like the async suffix; the plain functions alone are unambiguous there.
        module, function = names.module(), names.function()
        is_async = function[-1].islower() and names.random.random() < 0.5
        name = symbol(module, function, is_async=is_async)
        assert seen.setdefault(name, (module, function, is_async)) == (module, function, is_async)
        assert demangle(name) == export_name(module, function) + (" (async)" if is_async else "")
        assert not name.startswith("imp__")
        assert demangle(bound_symbol(name)) == f"{demangle(name)} (bound when linking)"


def test_other_bytes_become_hex_escapes() -> None:
    assert encode("a-b_c.é") == "a_b_cX2EXC3XA9"


def test_demangle_gives_up_on_long_names_quickly() -> None:
    assert demangle("a" + "_1" * 2000 + "_X00f") is None
    assert demangle("X00" * 500 + "_") is None
