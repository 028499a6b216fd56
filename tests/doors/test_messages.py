"""What a user reads who made a mistake: one clear message at the right place, and never a traceback."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .door import RUN, Project

New = Callable[[str], Project]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A change to the chain (file, old, new) and what must be said of it."""

    file: str
    old: str
    new: str
    said: tuple[str, ...]


def in_meson_build(old: str, new: str, *said: str) -> Mistake:
    return Mistake("meson.build", old, new, said)


CONFIGURING = {
    "unknown keyword": in_meson_build(
        "components: logger",
        "component: logger",
        "meson.build:5:11: ERROR: component 'calc': unknown keyword 'component'",
        "did you mean 'components'?",
    ),
    "keyword of components only": in_meson_build(
        "components: [calc]",
        "open_imports: true",
        "meson.build:6:10: ERROR: program 'app': unknown keyword 'open_imports'",
    ),
    "wrong type": in_meson_build(
        "components: logger",
        "components: 'logger'",
        "component 'calc': 'components' takes a component, or a list of them, not a string",
    ),
    "a library for a component": in_meson_build(
        "components: logger",
        "components: logger.library()",
        "'components' takes a component, or a list of them, not a library (give the component itself)",
    ),
    "a program for a component": in_meson_build(
        "test('sum'",
        "sym.program('app2', sources: 'app.c', world: 'app', components: app)\ntest('sum'",
        "'components' takes a component, or a list of them, not a program",
    ),
    "a string for a labelled component": in_meson_build(
        "components: logger",
        "components: {'logs': 'logger'}",
        "component 'calc': 'components' takes a component, or a list of them, not a string",
    ),
    "a list for one value": in_meson_build(
        "sources: 'calc.c'",
        "sources: 'calc.c', world: ['calc']",
        "component 'calc': 'world' takes a string, not a list",
    ),
    "no such wit": in_meson_build(
        "sources: 'calc.c'",
        "sources: 'calc.c', wit: 'wut'",
        "component 'calc': no WIT file or directory 'wut'; set 'wit'",
    ),
    "no sources": in_meson_build("sources: 'calc.c', ", "", "component 'calc': 'sources' is missing"),
    "no such source": in_meson_build("sources: 'calc.c'", "sources: 'clac.c'", "File clac.c does not exist"),
    "no language": in_meson_build(
        "sources: 'calc.c'", "sources: 'calc.txt'", "no suffix of calc.txt tells the language; set 'language'"
    ),
    "unknown language": in_meson_build(
        "sources: 'calc.c'",
        "sources: 'calc.c', language: 'cobol'",
        "component 'calc': unknown language 'cobol'; use 'c'",
    ),
    "target of another kind": in_meson_build(
        "sources: 'calc.c'",
        "sources: 'calc.c', target: 'wasm32-wasip2'",
        "component 'calc' is built for wasm32-wasip2, component 'logger' for native; set the same 'target' for both",
    ),
    "unknown target": in_meson_build(
        "sources: 'calc.c'",
        "sources: 'calc.c', target: 'mars'",
        "component 'calc': unknown target 'mars'; use 'native'",
    ),
    "placement of a program": in_meson_build(
        "sources: 'app.c'",
        "sources: 'app.c', placement: 'isolated'",
        "program 'app': a placement is for components",
    ),
    "placement to come": in_meson_build(
        "sources: 'calc.c'", "sources: 'calc.c', placement: 'sandboxed'", "placement 'sandboxed' is not built yet"
    ),
    "unknown placement": in_meson_build(
        "sources: 'calc.c'", "sources: 'calc.c', placement: 'nowhere'", "unknown placement 'nowhere'; use 'direct'"
    ),
    "one name twice": in_meson_build(
        "component('calc'", "component('logger'", "component 'logger': this build has a component of that name already"
    ),
    "no name": in_meson_build("component('calc', ", "component(", "component() takes one name"),
    "name of a path": in_meson_build(
        "component('calc'", "component('a/b'", "component() takes one name: letters, digits"
    ),
    "answer of another target": in_meson_build(
        "calc.library()", "calc.wasm()", "component 'calc' is built for native: no wasm()"
    ),
    "argument to a method": in_meson_build(
        "app.executable()", "app.executable(1)", "executable() of program 'app' takes no arg"
    ),
}

BUILDING = {
    "missing provider": in_meson_build(
        ", components: logger",
        "",
        "error: `calc` imports demo:chain/logging, and nothing in its `components:` provides it",
        "  help: add one of these to its `components:`: `logger`",
    ),
    "provider of something else": in_meson_build(
        "components: [calc]",
        "components: [logger]",
        "error: `app` imports demo:chain/adder, and nothing in its `components:` provides it",
    ),
    "no provider anywhere": Mistake(
        "wit/chain.wit",
        "  import adder;",
        "  import adder;\n  import other: interface { f: func(); }",
        (
            "error: `app` imports other, and nothing in its `components:` provides it",
            "  help: no component of this build exports it",
        ),
    ),
    "two providers": in_meson_build(
        "calc = sym.component('calc', sources: 'calc.c', components: logger",
        "second = sym.component('second', world: 'logger', sources: 'logger.c')\n"
        "calc = sym.component('calc', sources: 'calc.c', components: [logger, second]",
        "error: `calc` imports demo:chain/logging, and several of its `components:` provide it: `logger`, `second`",
    ),
    "label that is not imported": in_meson_build(
        "components: logger",
        "components: {'logs': logger}",
        "error: `components:` of `calc` takes `logs` from `logger`, but `calc` does not import it",
    ),
    "unknown world": in_meson_build("sources: 'calc.c'", "sources: 'calc.c', world: 'clac'", "clac", "calc"),
    "wit syntax": Mistake("wit/chain.wit", ": func(level", ": funk(level", ("error: ", "chain.wit:4:10")),
    "definition misspelt": Mistake(
        "calc.c",
        "exports_demo_chain_adder_add",
        "exports_demo_chain_adder_ad",
        ("error: `calc.c` does not define `exports_demo_chain_adder_add`, declared in `chain.wit:8`",),
    ),
    "unknown bindgen option": in_meson_build(
        "sources: 'calc.c'", "sources: 'calc.c', bindgen_args: ['--nope']", "unrecognized arguments: --nope"
    ),
}


@pytest.mark.parametrize("mistake", CONFIGURING.values(), ids=CONFIGURING.keys())
def test_configuring_says(mistake: Mistake, project: New) -> None:
    chain = project("chain")
    chain.edit(mistake.file, mistake.old, mistake.new)
    if "calc.txt" in mistake.new:
        (chain.folder / "calc.c").rename(chain.folder / mistake.new.split("'")[1])
    log = chain.setup_fails()
    for text in mistake.said:
        assert text in log
    assert "ERROR" in log


@pytest.mark.parametrize("mistake", BUILDING.values(), ids=BUILDING.keys())
def test_building_says(mistake: Mistake, project: New) -> None:
    chain = project("chain")
    chain.edit(mistake.file, mistake.old, mistake.new)
    chain.setup()
    log = chain.ninja_fails()
    for text in mistake.said:
        assert text in log


def test_partners_of_different_wits_are_told_the_change(project: New) -> None:
    chain = project("chain")
    shutil.copytree(chain.folder / "wit", chain.folder / "newer")
    chain.edit("meson.build", "component('calc', ", "component('calc', wit: 'newer', ")
    # Nobody's source has to change, and neither the signature nor any hash does.
    text = (chain.folder / "newer/chain.wit").read_text()
    old, new = "add: func(a: s32, b: s32)", "add: func(b: s32, a: s32)"
    assert old in text
    (chain.folder / "newer/chain.wit").write_text(text.replace(old, new))
    chain.setup()
    said = (
        "error: `app` and its provider `calc` were built from different versions of the WIT: demo:chain/adder#add: "
        "parameters of one type reordered: a, b became b, a"
    )
    assert said in chain.ninja_fails()


def test_a_library_of_another_wit_is_found_by_check(project: New) -> None:
    chain = project("chain")
    chain.setup()
    chain.ninja()
    assert chain.run(sys.executable, RUN, "check", "b/app").returncode == 0
    shutil.copytree(chain.folder, other := chain.folder.with_name("other"), ignore=shutil.ignore_patterns("b"))
    release = Project(other, chain.meson)
    release.edit("wit/chain.wit", "level: u32", "level: s32")
    release.edit("logger.c", "uint32_t level", "int32_t level")
    release.setup()
    release.ninja("liblogger.so")
    shutil.copy(release.build / "liblogger.so", chain.build)
    done = chain.run(sys.executable, RUN, "check", "b/app")
    assert done.returncode == 1
    said = "error: liblogger.so exports `demo:chain/logging#write` as of another WIT: parameter level: u32 became s32"
    assert done.stdout.startswith(f"{said}\n  --> {chain.build / 'libcalc.so'}\n")


def test_a_provider_that_is_not_asked_is_a_warning(project: New) -> None:
    chain = project("chain")
    chain.edit("meson.build", "components: [calc]", "components: [calc, logger]")
    chain.setup()
    log = chain.run("ninja", "-C", "b")
    assert log.returncode == 0
    assert "warning: `components:` of `app` has `logger`, of which it imports nothing" in log.stdout


def test_flat_layout_is_refused(project: New) -> None:
    assert "component 'logger': set 'layout' to 'mirror'" in project("chain").setup_fails("--layout=flat")


PROFILES = {
    "sandboxed": "component 'logger': placement 'sandboxed' is not built yet; use 'direct' or 'isolated' or 'fused'",
    "fast": "sym_profile is 'fast', which is neither one of 'direct', 'isolated', 'fused', 'sandboxed', nor a file",
    "typo.toml": "typo.toml:2",
    "program.toml": "program 'app': a placement is for components",
}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_that_cannot_be_is_named(profile: str, project: New) -> None:
    chain = project("chain")
    chain.declare_options()
    (chain.folder / "typo.toml").write_text('[component.calc]\nplacment = "isolated"\n')
    (chain.folder / "program.toml").write_text('[component.app]\nplacement = "isolated"\n')
    assert PROFILES[profile] in chain.setup_fails(f"-Dsym_profile={profile}")


def test_a_profile_of_another_build_is_named(project: New) -> None:
    chain = project("chain")
    chain.declare_options()
    (chain.folder / "other.toml").write_text('\n[component.calk]\nplacement = "isolated"\n')
    chain.setup("-Dsym_profile=other.toml")
    said = chain.ninja_fails()
    assert "the profile names a component `calk`, which this build does not have" in said
    assert "other.toml:2" in said
    assert "did you mean `calc`?" in said


def test_wasm_is_not_isolated(project: New) -> None:
    chain = project("chain")
    chain.declare_options()
    said = chain.setup_fails("-Dsym_profile=isolated", "-Dsym_target=wasm32-wasip2")
    assert "component 'logger': placement 'isolated' is for native components" in said


def test_a_failed_build_is_mended_by_the_mend(project: New) -> None:
    chain = project("chain")
    chain.edit("calc.c", "exports_demo_chain_adder_add", "misspelt")
    chain.setup()
    chain.ninja_fails()
    chain.edit("calc.c", "misspelt", "exports_demo_chain_adder_add")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
