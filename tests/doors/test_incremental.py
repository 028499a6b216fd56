"""What runs again after a change: exactly what depends on it (counted steps of ninja)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .door import Project

New = Callable[[str], Project]


@pytest.fixture
def chain(project: New) -> Project:
    """The chain, built."""
    copy = project("chain")
    copy.setup()
    copy.ninja()
    return copy


def test_nothing_to_do_runs_nothing(chain: Project) -> None:
    assert chain.ninja() == []
    assert "no work to do" in chain.run("ninja", "-C", "b", "-n").stdout


def test_a_comment_in_wit_runs_the_generator_only(chain: Project) -> None:
    chain.append("wit/chain.wit", "// a comment\n")
    steps = chain.ninja()
    # One for each component that reads the file; no compiler, no linker, no other step.
    assert sorted(steps) == [
        f"Generating {name}-bindings/{name}-bindings with a custom command" for name in ("app", "calc", "logger")
    ]
    assert chain.ninja() == []


def test_a_new_function_rebuilds_what_includes_its_interface(chain: Project) -> None:
    chain.edit("wit/chain.wit", "interface adder {", "interface adder {\n  zero: func() -> s32;")
    chain.append("calc.c", "\nint32_t exports_demo_chain_adder_zero(void) { return 0; }\n")
    steps = chain.ninja()
    compiled = {step.rpartition(" ")[2] for step in steps if "Compiling" in step}
    assert "libcalc.so.p/calc.c.o" in compiled
    assert "app.p/app.c.o" in compiled
    # The component that neither imports nor exports the interface: its bindings are generated and found the same.
    untouched = [step for step in steps if "logger" in step and "logger-bindings with" not in step]
    assert untouched == []
    assert chain.ninja() == []


def test_a_new_file_in_the_wit_directory_is_noticed(chain: Project) -> None:
    (chain.folder / "wit" / "more.wit").write_text("package demo:chain;\n\ninterface more {}\n")
    assert [step for step in chain.ninja() if "bindings with" in step] != []
    assert chain.ninja() == []


def test_an_edited_source_relinks_its_own_component_only(chain: Project) -> None:
    chain.edit("logger.c", "level + 1", "level + 2")
    steps = chain.ninja()
    assert [step for step in steps if "Compiling" in step] == ["Compiling C object liblogger.so.p/logger.c.o"]
    assert [step for step in steps if "Linking" in step] == ["Linking target liblogger.so"]
    assert chain.run("b/app").stdout == "sum 104\n"
    assert chain.ninja() == []


def test_a_touched_source_leaves_nothing_to_do(chain: Project) -> None:
    (chain.folder / "wit" / "chain.wit").touch()
    assert len(chain.ninja()) == 3
    assert chain.ninja() == []
