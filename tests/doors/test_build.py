"""Projects that must build, run and install, by Meson's own means."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from .door import Meson, Project, copy_of

New = Callable[[str], Project]


def exported(file: Path) -> list[str]:
    """Symbols that a file defines for others, with their versions; without copies of the C library's data."""
    done = subprocess.run(["nm", "-D", "--defined-only", file], capture_output=True, text=True, check=True)
    names = (line.split()[-1] for line in done.stdout.splitlines())
    return sorted(name for name in names if "@GLIBC" not in name)


def wanted(file: Path) -> list[str]:
    """WIT symbols that a file takes from others, with their versions."""
    done = subprocess.run(["nm", "-D", "--undefined-only", file], capture_output=True, text=True, check=True)
    return sorted(name for line in done.stdout.splitlines() if "X00" in (name := line.split()[-1]))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, meson: Meson) -> Callable[[str], Project]:
    """Projects built once, for tests that change nothing."""

    @cache
    def build(name: str) -> Project:
        copy = copy_of(name, tmp_path_factory.mktemp(name) / name, meson)
        copy.setup("--prefix=/usr", "--libdir=lib")
        copy.ninja()
        return copy

    return build


@pytest.mark.parametrize("name", ["chain", "rivals", "plugins", "nested"])
def test_every_release_builds_and_tests(name: str, release: Meson, tmp_path: Path) -> None:
    project = copy_of(name, tmp_path / name, release)
    log = project.setup()
    assert f"Version: {release.version}" in log
    assert "WARNING" not in log
    project.ninja()
    project.do("test", "-C", "b", "--no-rebuild")
    assert project.ninja() == []


def test_a_chain_exports_its_worlds_and_nothing_else(built: New) -> None:
    chain = built("chain")
    assert chain.run("b/app").stdout == "sum 103\n"
    assert exported(chain.build / "liblogger.so") == ["demoX3AchainX2FloggingX00write@@logger", "logger"]
    assert exported(chain.build / "libcalc.so") == ["calc", "demoX3AchainX2FadderX00add@@calc"]
    assert exported(chain.build / "app") == ["app"]


def test_an_importer_records_no_version_of_a_sole_provider(built: New) -> None:
    chain = built("chain")
    assert wanted(chain.build / "libcalc.so") == ["demoX3AchainX2FloggingX00write"]
    assert wanted(chain.build / "app") == ["demoX3AchainX2FadderX00add"]


def test_another_provider_can_be_dropped_in(built: New, tmp_path: Path) -> None:
    chain = built("chain")
    source = "int demoX3AchainX2FloggingX00write(int level) { return level + 1000; }\n"
    (tmp_path / "other.c").write_text(source)
    library = tmp_path / "liblogger.so"
    compiled = chain.run("cc", "-shared", "-fPIC", "-o", library, tmp_path / "other.c", "-Wl,-soname,liblogger.so")
    assert compiled.returncode == 0, compiled.stdout
    assert chain.run("b/app", environment={"LD_PRELOAD": str(library)}).stdout == "sum 1102\n"


def test_each_consumer_gets_the_provider_its_build_names(built: New) -> None:
    rivals = built("rivals")
    # app -> cache -> memory: 1000 * (5 + 1); app -> reader -> memory and disk: 100 * (1 + 1) + (1 + 10).
    assert rivals.run("b/app").stdout == "store 6000, total 211, size 7\n"
    store = "demoX3ArivalsX2FstoreX00get"
    assert wanted(rivals.build / "libcache.so") == [f"{store}@memory"]
    assert wanted(rivals.build / "libreader.so") == [f"{store}@disk", f"{store}@memory"]
    assert wanted(rivals.build / "app") == [
        "demoX3ArivalsX2FreportX00total",
        "demoX3ArivalsX2FsizingX00size",
        f"{store}@cache",
    ]


MAKERS = ("oak", "elm", "fir", "outer")
in_c_cpp_and_rust = pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")


@in_c_cpp_and_rust
def test_a_handle_finds_its_maker_through_the_symbols_of_another(built: New) -> None:
    """Components in C, C++ and Rust make one resource; the last one wraps what another makes of the second's."""
    makers = built("makers")
    # Each thing 3, asked by whom it was made, plus 4, of 2; dropped: of 1; in a list of 10 and 4, which is the end.
    met = " ".join(f"{by} 7 of 2 1, 14 of 0;" for by in ("oak", "elm", "fir", "<<elm>>"))
    said = makers.run("b/app").stdout.splitlines()
    assert said == [*(f"{through}: {met}" for through in MAKERS), "modern: modern 10"]
    thing = "demoX3AmakersX2FthingsX401X2E0X2E0X00X5BmethodX5DthingX2Eby"
    assert {name for name in wanted(makers.build / "app") if name.startswith(thing)} == {
        f"{thing}@{maker}" for maker in MAKERS
    }


@in_c_cpp_and_rust
@pytest.mark.parametrize("to", MAKERS)
@pytest.mark.parametrize(
    ("position", "place", "among"),
    [
        ("argument", "[method]thing.plus: parameter other", (*MAKERS, "modern")),
        ("list", "total: parameter of", (*MAKERS, "modern")),
        # Another version of the interface has another table.
        ("self", "[method]thing.by", ("modern",)),
        ("drop", "[resource-drop]thing", ("modern",)),
    ],
)
def test_a_foreign_handle_elsewhere_is_a_trap(
    position: str, place: str, among: tuple[str, ...], to: str, built: New
) -> None:
    makers = built("makers")
    for of in among:
        done = makers.run("b/app", position, to, of)
        if of == to:
            assert (done.returncode, done.stdout) == (0, "")
            continue
        assert done.returncode == -signal.SIGABRT
        what = f"handle made by `{of}`, given to `{to}`"
        assert done.stdout == f"trap: demo:makers/things@1.0.0#{place}: {what}\n"


def test_changing_the_provider_recompiles_nothing_of_the_user(project: New) -> None:
    rivals = project("rivals")
    rivals.setup()
    rivals.ninja()
    rivals.edit("meson.build", "components: memory", "components: disk")
    steps = rivals.ninja()
    assert not [step for step in steps if "libcache.so.p/" in step and "Compiling" in step]
    assert rivals.run("b/app").stdout == "store 15000, total 211, size 7\n"


def test_a_second_provider_makes_importers_record_the_version(project: New) -> None:
    chain = project("chain")
    chain.setup()
    chain.ninja()
    chain.append("meson.build", "sym.component('logger2', world: 'logger', sources: 'logger.c')\n")
    chain.ninja()
    assert wanted(chain.build / "libcalc.so") == ["demoX3AchainX2FloggingX00write@logger"]


def test_plugins_bind_to_the_program_that_loads_them(built: New) -> None:
    plugins = built("plugins")
    assert plugins.run("b/app", "b/libtwice.so", "b/libthrice.so").stdout == "102\n203\n"
    assert exported(plugins.build / "app") == ["app", "demoX3ApluginsX2FhostX00setting@@app"]


def test_install_takes_libraries_and_programs_only(built: New, tmp_path: Path) -> None:
    chain = built("chain")
    chain.do("install", "-C", "b", "--destdir", tmp_path / "root")
    installed = sorted(str(f.relative_to(tmp_path / "root")) for f in (tmp_path / "root").rglob("*") if f.is_file())
    assert installed == ["usr/bin/app", "usr/lib/libcalc.so", "usr/lib/liblogger.so", "usr/lib/pkgconfig/calc.pc"]
    libraries = {"LD_LIBRARY_PATH": str(tmp_path / "root/usr/lib")}
    assert chain.run(tmp_path / "root/usr/bin/app", environment=libraries).stdout == "sum 103\n"
    assert "RUNPATH" not in chain.run("readelf", "-d", tmp_path / "root/usr/bin/app").stdout


def test_install_tags_leave_a_runtime(built: New, tmp_path: Path) -> None:
    chain = built("chain")
    chain.do("install", "-C", "b", "--destdir", tmp_path / "root", "--tags", "runtime")
    installed = sorted(f.name for f in (tmp_path / "root").rglob("*") if f.is_file())
    assert installed == ["app", "libcalc.so", "liblogger.so"]


def test_a_version_is_part_of_the_soname(project: New) -> None:
    chain = project("chain")
    chain.edit("meson.build", "sources: 'logger.c'", "sources: 'logger.c', version: '2.1.0'")
    chain.setup()
    chain.ninja()
    assert (chain.build / "liblogger.so.2.1.0").is_file()
    assert "liblogger.so.2]" in chain.run("readelf", "-d", "b/libcalc.so").stdout
    assert chain.run("b/app").stdout == "sum 103\n"


def test_devenv_runs_the_program(built: New) -> None:
    chain = built("chain")
    assert chain.do("devenv", "-C", "b", "app").endswith("sum 103\n")


def test_introspection_and_compile_commands_show_the_users_sources(built: New) -> None:
    chain = built("chain")
    targets = {target["name"]: target for target in json.loads(chain.do("introspect", "b", "--targets"))}
    assert targets["calc"]["type"] == "shared library"
    assert targets["app"]["type"] == "executable"
    commands = json.loads((chain.build / "compile_commands.json").read_text())
    assert "../calc.c" in [command["file"] for command in commands]


def test_plain_targets_use_a_component_by_its_dependency(project: New) -> None:
    chain = project("chain")
    (chain.folder / "plain.c").write_text(
        '#include "calc.h"\nextern int32_t demoX3AchainX2FadderX00add(int32_t, int32_t);\n'
        "int main(void) { return demoX3AchainX2FadderX00add(1, 2) != 103; }\n"
    )
    chain.append("meson.build", "executable('plain', 'plain.c', dependencies: calc.dependency())\n")
    chain.setup()
    chain.ninja()
    assert chain.run("b/plain").returncode == 0


SLOW = ("b_coverage=true", "default_library=static", "b_pie=true", "buildtype=release")
OPTIONS = ["unity=on", "b_sanitize=address,undefined", *(pytest.param(o, marks=pytest.mark.slow) for o in SLOW)]


@pytest.mark.parametrize("option", OPTIONS)
def test_options_of_meson_keep_exports_exact(option: str, tmp_path: Path, meson: Meson) -> None:
    # The space in the path is part of the test.
    project = copy_of("chain", tmp_path / "a project", meson)
    project.setup(f"-D{option}")
    project.ninja()
    assert project.run("b/app").stdout == "sum 103\n"
    assert exported(project.build / "libcalc.so") == ["calc", "demoX3AchainX2FadderX00add@@calc"]
    assert project.ninja() == []


@pytest.mark.parametrize("option", ["b_lto=true", pytest.param("unity=on", marks=pytest.mark.slow)])
def test_options_of_meson_keep_edges_apart(option: str, project: New) -> None:
    rivals = project("rivals")
    rivals.setup(f"-D{option}")
    rivals.ninja()
    assert rivals.run("b/app").stdout == "store 6000, total 211, size 7\n"


def test_warning_flags_of_the_user_are_not_for_generated_code(project: New) -> None:
    chain = project("chain")
    chain.edit(
        "meson.build", "sym = import", "add_project_arguments('-Wconversion', '-Wundef', language: 'c')\nsym = import"
    )
    chain.setup()
    chain.ninja()


def test_the_target_comes_from_options_machine_files_and_the_host(project: New) -> None:
    chain = project("chain")
    chain.append("meson.build", "message('target is ' + sym.target())\n")
    chain.edit("meson.build", "sources: 'logger.c'", "sources: 'logger.c', target: 'native'")
    chain.edit("meson.build", "sources: 'calc.c'", "sources: 'calc.c', target: 'native'")
    chain.edit("meson.build", "sources: 'app.c'", "sources: 'app.c', target: 'native'")
    assert "target is native" in chain.setup()
    shutil.rmtree(chain.build)
    (chain.folder / "property.ini").write_text("[properties]\nsym_target = 'wasm32-wasip2'\n")
    assert "target is wasm32-wasip2" in chain.setup("--native-file", "property.ini")
    shutil.rmtree(chain.build)
    choices = "type: 'combo', choices: ['auto', 'native', 'wasm32-wasip2'], value: 'auto'"
    (chain.folder / "meson.options").write_text(f"option('sym_target', {choices})\n")
    assert "target is wasm32-wasip2" in chain.setup("--native-file", "property.ini")
    shutil.rmtree(chain.build)
    assert "target is native" in chain.setup("--native-file", "property.ini", "-Dsym_target=native")
