"""The CMake package: projects that must build, run and build again, and failing ones with the expected message."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from symbuild import __version__
from symbuild.doors.cmake import package_dir
from symbuild.steps.step import Planned, steps

from .cmake_door import OURS, Tree, needs_cmake, needs_rust, tree
from .door import RUN, Meson, copy_of
from .test_build import exported, wanted

pytestmark = needs_cmake
SAMPLES = Path(__file__).parents[2] / "samples"
New = Callable[[str | Path], Tree]


@pytest.fixture
def project(tmp_path: Path) -> New:
    """A copy of a project; the space in its path is part of the test."""
    return lambda source: tree(source, tmp_path / "a project" / Path(source).name)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> New:
    """Projects built once, for tests that change nothing."""

    @cache
    def build(source: str | Path) -> Tree:
        copy = tree(source, tmp_path_factory.mktemp("cmake") / Path(source).name)
        copy.configure("-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
        copy.make()
        return copy

    return build


def test_the_version_is_the_packages() -> None:
    assert f"set(PACKAGE_VERSION {__version__})" in (package_dir() / "symbuildConfigVersion.cmake").read_text()


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("plugins", "cpp")]


@pytest.mark.parametrize("name", ["chain", "rivals", pytest.param("rust", marks=needs_rust), *SLOW])
def test_projects_build_and_pass_their_tests(name: str, built: New) -> None:
    copy = built(name)
    copy.test()
    assert copy.make() == []


@pytest.mark.slow
@needs_rust
@pytest.mark.parametrize("source", ["cargo", SAMPLES / "text-pipeline", SAMPLES / "kv-store", SAMPLES / "hello"])
def test_packages_and_samples_build_and_pass_their_tests(source: str | Path, project: New) -> None:
    copy = project(source)
    copy.configure("-DCMAKE_BUILD_TYPE=Release")
    copy.make()
    copy.test()
    assert copy.make() == []


def test_a_chain_exports_its_worlds_and_nothing_else(built: New) -> None:
    chain = built("chain")
    assert exported(chain.build / "liblogger.so") == ["demoX3AchainX2FloggingX00write@@logger", "logger"]
    assert exported(chain.build / "libcalc.so") == ["calc", "demoX3AchainX2FadderX00add@@calc"]
    assert exported(chain.build / "app") == ["app"]


def test_each_consumer_gets_the_provider_its_build_names(built: New) -> None:
    rivals = built("rivals")
    store = "demoX3ArivalsX2FstoreX00get"
    assert wanted(rivals.build / "libcache.so") == [f"{store}@memory"]
    assert wanted(rivals.build / "libreader.so") == [f"{store}@disk", f"{store}@memory"]


def test_explain_reads_the_build_directory(built: New) -> None:
    chain = built("chain")
    said = chain.do("python3", RUN, "explain", "b")
    assert "demo:chain/logging <- logger: direct" in said


def test_compile_commands_show_the_users_sources(built: New) -> None:
    commands = json.loads((built("chain").build / "compile_commands.json").read_text())
    assert "calc.c" in [Path(command["file"]).name for command in commands]


# Parity with Meson.


def commands_of(copy: Tree) -> list[list[str]]:
    """What the build runs of symbuild, paths relative to the build directory."""
    text = copy.do("ninja", "-C", "b", "-t", "commands")
    found = re.findall(rf"{re.escape(str(RUN))} (.*?)(?: && |$)", text, re.MULTILINE)
    return [[word.replace(f"{copy.build}/", "") for word in shlex.split(command)] for command in found]


def common(argv: list[str]) -> list[str]:
    """Arguments that do not depend on the build system: whose words are meant, and make's rule of another file."""
    if "--door" in argv:
        at = argv.index("--door")
        argv = [*argv[:at], *argv[at + 2 :]]
    if argv[0] == "check-objects":
        return argv[: argv.index("--stamp") + 2]
    if "--depfile-target" in argv:
        at = argv.index("--depfile-target")
        return [*argv[:at], *argv[at + 2 :]]
    return argv


def test_cmake_runs_the_steps_that_meson_runs(built: New) -> None:
    chain = built("chain")
    wit = str(chain.folder / "wit")
    planned = (
        Planned("logger", wit, "logger", ("logger.c",)),
        Planned("calc", wit, "calc", ("calc.c",), providers=("logger",)),
        Planned("app", wit, "app", ("app.c",), providers=("calc",), is_program=True),
    )
    assert sorted(map(common, commands_of(chain))) == sorted(list(step.argv) for step in steps(planned))


def test_cmake_makes_the_files_that_meson_makes(built: New, tmp_path: Path, meson: Meson) -> None:
    ours, theirs = built("chain"), copy_of("chain", tmp_path / "chain", meson)
    theirs.setup()
    theirs.ninja()
    for file in ("liblogger.so", "libcalc.so", "app"):
        assert exported(ours.build / file) == exported(theirs.build / file)
        assert wanted(ours.build / file) == wanted(theirs.build / file)
        manifests = [copy.run("python3", RUN, "inspect", "--json", f"b/{file}").stdout for copy in (ours, theirs)]
        assert manifest_of(manifests[0]) == manifest_of(manifests[1])


def manifest_of(inspected: str) -> object:
    """The manifest in what `symbuild inspect --json` prints."""
    return json.loads(inspected)["manifests"]


# What runs again after a change.


@pytest.fixture(params=["Ninja", "Unix Makefiles"])
def chain(request: pytest.FixtureRequest, project: New) -> Tree:
    """The chain, built."""
    copy = project("chain")
    copy.configure(generator=request.param)
    copy.make()
    return copy


def test_changes_make_anew_what_depends_on_them(chain: Tree) -> None:
    assert chain.make() == []
    # A comment: the generator for each component that reads the file; no compiler, no linker, no other step.
    chain.append("wit/chain.wit", "// a comment\n")
    assert sorted(chain.make()) == [f"Generating bindings of {name}" for name in ("app", "calc", "logger")]
    assert chain.make() == []
    # A new file in the directory.
    (chain.folder / "wit" / "more.wit").write_text("package demo:chain;\n\ninterface more {}\n")
    assert sorted(chain.make()) == [f"Generating bindings of {name}" for name in ("app", "calc", "logger")]
    assert chain.make() == []
    # An implementation: its own component only.
    chain.edit("logger.c", "level + 1", "level + 2")
    assert [step.partition(" ")[0] for step in chain.make()] == ["Building", "Linking"]
    assert chain.run("b/app").stdout == "sum 104\n"
    assert chain.make() == []


def test_a_new_function_rebuilds_what_includes_its_interface(project: New) -> None:
    chain = project("chain")
    chain.configure()
    chain.make()
    chain.edit("wit/chain.wit", "interface adder {", "interface adder {\n  zero: func() -> s32;")
    chain.append("calc.c", "\nint32_t exports_demo_chain_adder_zero(void) { return 0; }\n")
    steps = chain.make()
    assert [step for step in steps if step.endswith("app.dir/app.c.o")] != []
    # The component that neither imports nor exports the interface: its bindings are generated and found the same.
    assert [step for step in steps if "logger" in step] == ["Generating bindings of logger"]
    assert chain.make() == []


@pytest.mark.slow
def test_another_provider_compiles_nothing_of_the_user(project: New) -> None:
    rivals = project("rivals")
    rivals.configure()
    rivals.make()
    rivals.edit("CMakeLists.txt", "cache.c COMPONENTS memory", "cache.c COMPONENTS disk")
    assert [step for step in rivals.make() if step.endswith("/cache.c.o")] == []
    assert rivals.run("b/app").stdout == "store 15000, total 211, size 7\n"


# Mistakes, and what is said of them.


@pytest.fixture
def configured(built: New) -> Iterator[Tree]:
    """The chain, configured: it takes a second to ask a compiler what it is. What a test edits is put back."""
    copy = built("chain")
    file = copy.folder / "CMakeLists.txt"
    text = file.read_text()
    yield copy
    file.write_text(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("SOURCES logger.c", "SORCES logger.c", "unknown argument 'SORCES' help: known: OPEN_IMPORTS"),
        ("SOURCES logger.c", "SOURCES logger.c WORDL logger", "unknown argument 'WORDL'"),
        ("SOURCES app.c", "SOURCES app.c VERSION 1", "unknown argument 'VERSION'"),
        ("SOURCES logger.c", "WORLD", "WORLD has no value help: give it one"),
        ("SOURCES logger.c", "", "SOURCES is missing help: name the sources"),
        ("SOURCES logger.c", "SOURCES logger.h", "no suffix of logger.h tells the language help: set LANGUAGE"),
        ("SOURCES logger.c", "SOURCES logger.c LANGUAGE go", "unknown LANGUAGE 'go' help: known: c, cpp, rust"),
        ("SOURCES logger.c", "SOURCES logger.cpp", "the project does not enable C++ help: project(chain C CXX)"),
        ("SOURCES logger.c", "SOURCES logger.c WIT none", "/none help: set WIT"),
        ("SOURCES logger.c", "SOURCES logger.c TARGET vax", "unknown target 'vax' help: set SYM_TARGET"),
        (
            "SOURCES logger.c",
            "SOURCES logger.c PLACEMENT sandboxed",
            "placement 'sandboxed' is not built yet help: use",
        ),
        (
            "SOURCES logger.c",
            "SOURCES logger.c PLACEMENT fused",
            "'logger' is fused, and 'calc', which imports from it",
        ),
        ("SOURCES logger.c", "CARGO Cargo.toml", "/Cargo.toml help: set CARGO to the Cargo.toml of a package"),
        ("component(logger", "component(1st", "symbuild_add_component(1st): this is no name help: take letters"),
        ("component(calc", "component(logger", "symbuild_add_component(logger): a target of that name exists already"),
        ("COMPONENTS calc", "COMPONENTS clac", "COMPONENTS has 'clac', and no component of that name is declared"),
        ("symbuild REQUIRED", "symbuild 7 REQUIRED", 'compatible with requested version "7"'),
    ],
)
def test_mistakes_in_calls_are_said_at_once(old: str, new: str, said: str, configured: Tree) -> None:
    configured.edit("CMakeLists.txt", old, new)
    assert said in configured.configure_fails()


def test_an_import_without_a_provider_is_an_error_with_candidates(project: New) -> None:
    chain = project("chain")
    chain.edit("CMakeLists.txt", "calc.c COMPONENTS logger", "calc.c")
    chain.configure()
    said = chain.make_fails()
    assert "error: `calc` imports demo:chain/logging" in said
    assert "`logger`" in said.partition("demo:chain/logging")[2]


def test_a_missing_definition_is_said_before_the_link(project: New) -> None:
    chain = project("chain")
    chain.edit("logger.c", "exports_demo_chain_logging_write", "exports_demo_chain_logging_wriet")
    chain.configure()
    assert "exports_demo_chain_logging_write" in chain.make_fails()


# Installing, configurations, placements.


def test_an_installed_project_runs_and_is_found_by_others(built: New, tmp_path: Path) -> None:
    chain, prefix = built("chain"), tmp_path / "prefix"
    chain.do("cmake", "--install", "b", "--prefix", prefix)
    installed = sorted(str(f.relative_to(prefix)) for f in prefix.rglob("*") if f.suffix != ".cmake" and f.is_file())
    assert installed == ["bin/app", "lib/libcalc.so", "lib/liblogger.so"]
    moved = prefix.rename(tmp_path / "moved")
    assert chain.run(moved / "bin" / "app").stdout == "sum 103\n"
    assert str(chain.build) not in chain.do("readelf", "-d", moved / "bin" / "app", moved / "lib" / "libcalc.so")
    plain = Tree(tmp_path / "plain")
    plain.folder.mkdir()
    (plain.folder / "plain.c").write_text(
        "extern int demoX3AchainX2FadderX00add(int, int);\n"
        "int main(void) { return demoX3AchainX2FadderX00add(1, 2) != 103; }\n"
    )
    (plain.folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(plain C)\nfind_package(chain REQUIRED)\nenable_testing()\n"
        "add_executable(plain plain.c)\ntarget_link_libraries(plain PRIVATE chain::calc)\n"
        "add_test(NAME plain COMMAND plain)\n"
    )
    plain.configure(f"-DCMAKE_PREFIX_PATH={moved}")
    plain.make()
    plain.test()


def test_plain_targets_link_a_component(project: New) -> None:
    chain = project("chain")
    (chain.folder / "plain.c").write_text(
        '#include "calc.h"\nextern int32_t demoX3AchainX2FadderX00add(int32_t, int32_t);\n'
        "int main(void) { return demoX3AchainX2FadderX00add(1, 2) != 103; }\n"
    )
    chain.append(
        "CMakeLists.txt",
        "add_executable(plain plain.c)\ntarget_link_libraries(plain PRIVATE symbuild::calc)\n"
        "add_test(NAME plain COMMAND plain)\n",
    )
    chain.edit("CMakeLists.txt", "SOURCES logger.c", "SOURCES logger.c VERSION 2.1.0")
    chain.configure("-DCMAKE_C_FLAGS=-fsanitize=address,undefined")
    chain.make()
    chain.test()
    assert (chain.build / "liblogger.so.2.1.0").is_file()
    assert "liblogger.so.2]" in chain.do("readelf", "-d", "b/libcalc.so")
    assert exported(chain.build / "libcalc.so") == ["calc", "demoX3AchainX2FadderX00add@@calc"]


def test_one_build_directory_has_all_configurations(project: New) -> None:
    chain = project("chain")
    (chain.folder / "CMakePresets.json").write_text(PRESETS)
    chain.do("cmake", "--preset", "all", *OURS)
    for preset in ("debug", "release"):
        chain.do("cmake", "--build", "--preset", preset)
        assert "no work to do" in chain.do("cmake", "--build", "--preset", preset)
        chain.test("-C", preset.capitalize())
    assert (chain.build / "Debug" / "libcalc.so").is_file()
    assert exported(chain.build / "Release" / "libcalc.so") == ["calc", "demoX3AchainX2FadderX00add@@calc"]


PRESETS = """{
  "version": 3,
  "configurePresets": [{"name": "all", "generator": "Ninja Multi-Config", "binaryDir": "b"}],
  "buildPresets": [
    {"name": "debug", "configurePreset": "all", "configuration": "Debug"},
    {"name": "release", "configurePreset": "all", "configuration": "Release"}
  ]
}
"""


def test_a_profile_isolates_without_making_components_anew(project: New, tmp_path: Path) -> None:
    chain = project("chain")
    (chain.folder / "apart.toml").write_text('[component.logger]\nplacement = "isolated"\n')
    chain.configure("-DSYM_PROFILE=direct")
    chain.make()
    component = (chain.build / "liblogger.so").read_bytes()
    chain.configure("-DSYM_PROFILE=apart.toml")
    steps = chain.make()
    assert [step for step in steps if "libcalc" in step or "liblogger" in step] == []
    assert (chain.build / "liblogger.so").read_bytes() == component
    assert chain.make() == []
    chain.test()
    assert "(c), isolated: shm" in chain.do("python3", RUN, "explain", "b")
    assert "symbuild-isolated/liblogger.so" in chain.do("ldd", "b/app")
    chain.do("cmake", "--install", "b", "--prefix", tmp_path / "prefix")
    assert chain.run(tmp_path / "prefix" / "bin" / "app").stdout == "sum 103\n"
    assert (tmp_path / "prefix" / "lib" / "logger.isolated" / "logger").is_file()
    # A profile that is edited is read anew; one that misspells a component is an error.
    (chain.folder / "apart.toml").write_text('[component.loger]\nplacement = "isolated"\n')
    assert "loger" in chain.make_fails()


def test_a_profile_fuses_what_was_compiled(project: New) -> None:
    chain = project("chain")
    (chain.folder / "one.toml").write_text(
        '[component.calc]\nplacement = "fused"\n[component.logger]\nplacement = "isolated"\n'
    )
    chain.configure("-DSYM_PROFILE=direct")
    chain.make()
    chain.configure("-DSYM_PROFILE=fused")
    steps = chain.make()
    assert [step for step in steps if "calc.c.o" in step or "logger.c.o" in step or ".so" in step] == []
    assert chain.make() == []
    chain.test()
    assert exported(chain.build / "app") == ["app"]
    assert wanted(chain.build / "app") == []
    assert "libcalc" not in chain.do("readelf", "-d", "b/app")
    # Some of it: the logger in a process of its own, and the calculator with the program.
    chain.configure("-DSYM_PROFILE=one.toml")
    chain.make()
    chain.test()
    assert "symbuild-isolated/liblogger.so" in (loaded := chain.do("ldd", "b/app"))
    assert "libcalc" not in loaded
