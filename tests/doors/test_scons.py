"""SCons' tool: the steps that every build runs, exact rebuilds, placements, and mistakes."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from symbuild import doors
from symbuild.cli import run as symbuild
from symbuild.steps.step import Planned, isolate, steps, wasm_steps

from .door import PROJECTS, RUN

TOOL = Path(doors.__file__).with_name("SCons")
SCONSTRUCT = f"""\
env = Environment(tools=['default', 'symbuild'], toolpath=['{TOOL}'], CCFLAGS=['-Wall', '-Wextra', '-Werror'])
"""
IN_B = "SConscript('SConscript', variant_dir='b', exports='env')\n"


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of a project, built in its folder ``b``."""

    folder: Path

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the project; standard error is part of its output, as a user sees it."""
        out, err = subprocess.PIPE, subprocess.STDOUT
        return subprocess.run(command, cwd=self.folder, stdout=out, stderr=err, text=True, check=False)

    def scons(self, *arguments: str) -> list[str]:
        """Build; the commands that ran."""
        done = self.run(sys.executable, "-m", "SCons", "-Q", "-j2", *arguments)
        assert done.returncode == 0, done.stdout
        assert "warning" not in done.stdout, done.stdout
        return [line for line in done.stdout.splitlines() if not line.startswith("scons: ")]

    def fails(self, *arguments: str, sconstruct: str | None = None) -> str:
        """Build a project in which something is wrong: what the user sees of it."""
        if sconstruct is not None:
            (self.folder / "SConstruct").write_text(SCONSTRUCT + sconstruct, encoding="utf-8")
        done = self.run(sys.executable, "-m", "SCons", "-Q", *arguments)
        assert done.returncode == 2, done.stdout
        assert "Traceback" not in done.stdout, done.stdout
        assert "symbuild/doors" not in done.stdout.replace(str(RUN), ""), done.stdout
        return done.stdout

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text in a source file; it must be there."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def hashes(self) -> dict[str, str]:
        """The components' files."""
        files = sorted((self.folder / "b").glob("lib*.so"))
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def copy_of(name: str, folder: Path) -> Project:
    """A copy of one of the projects beside this file, to build in ``b``."""
    shutil.copytree(PROJECTS / name, folder)
    (folder / "SConstruct").write_text(SCONSTRUCT + IN_B, encoding="utf-8")
    return Project(folder)


def planned() -> list[Planned]:
    """The chain, as the list of steps takes it."""
    parts = [
        Planned("logger", "wit", "logger", ("logger.c",)),
        Planned("calc", "wit", "calc", ("calc.c",), providers=("logger",)),
        Planned("app", "wit", "app", ("app.c",), providers=("calc",), is_program=True),
    ]
    return [replace(part, root="b/") for part in parts]


def runs_of(lines: list[str]) -> list[list[str]]:
    """What a build has run of symbuild, without arguments that are the build system's: objects, compiler, runtime."""
    found = [shlex.split(line.partition(f"{RUN} ")[2]) for line in lines if f"{RUN} " in line]
    ends = {"check-objects": ("--stamp", 2), "isolate": ("--in-place", 1), "bind": ("--door", 0)}
    return sorted(
        argv[: argv.index(ends[argv[0]][0]) + ends[argv[0]][1]] if argv[0] in ends else argv for argv in found
    )


def outputs(lines: list[str]) -> set[str]:
    """What compilers and linkers were run for."""
    return {found[1] for line in lines if (found := re.search(r" -o (\S+) ", line)) and f"{RUN} " not in line}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """The chain, and the commands that built it."""
    project = copy_of("chain", tmp_path_factory.mktemp("scons") / "a chain")
    return project, project.scons()


@pytest.fixture
def chain(built: tuple[Project, list[str]], tmp_path: Path) -> Project:
    """The chain, built, for a test to change."""
    shutil.copytree(built[0].folder, tmp_path / "chain")
    project = Project(tmp_path / "chain")
    assert project.scons() == []
    return project


def test_scons_runs_the_steps(built: tuple[Project, list[str]]) -> None:
    project, commands = built
    assert runs_of(commands) == sorted(list(step.argv) for step in steps(planned()))
    assert project.run("b/app").stdout == "sum 103\n"


def test_built_files_export_their_worlds(built: tuple[Project, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    folder = built[0].folder / "b"
    assert symbuild(["check", *(str(folder / name) for name in ("liblogger.so", "libcalc.so", "app"))]) == 0
    assert symbuild(["explain", str(folder)]) == 0
    assert "demo:chain/adder <- calc: direct\n" in capsys.readouterr().out


def test_nothing_runs_without_a_reason(chain: Project) -> None:
    for file in ("wit/chain.wit", "logger.c"):
        (chain.folder / file).touch()
    assert chain.scons() == []
    chain.edit("wit/chain.wit", "interface logging {", "// a comment\ninterface logging {")
    commands = chain.scons()
    assert {argv[0] for argv in runs_of(commands)} == {"bindgen"}
    assert outputs(commands) == set()
    assert chain.scons() == []


def test_an_edited_source_relinks_its_own_component_only(chain: Project) -> None:
    chain.edit("logger.c", "level + 1", "level + 2")
    assert outputs(chain.scons("b/app")) == {"b/logger-bindings/objects/logger.c.os", "b/liblogger.so"}
    assert chain.run("b/app").stdout == "sum 104\n"
    assert chain.scons() == []


def test_a_new_function_rebuilds_what_includes_its_interface(chain: Project) -> None:
    chain.edit("wit/chain.wit", "interface adder {", "interface adder {\n  zero: func() -> s32;")
    said = chain.fails()
    assert "exports_demo_chain_adder_zero" in said
    with (chain.folder / "calc.c").open("a") as file:
        file.write("\nint32_t exports_demo_chain_adder_zero(void) { return 0; }\n")
    made = outputs(said.splitlines()) | outputs(chain.scons())
    assert {"b/calc-bindings/objects/calc.c.os", "b/app-bindings/objects/app.c.os", "b/libcalc.so", "b/app"} <= made
    assert [file for file in made if "logger" in file] == []


def test_switching_the_profile_compiles_nothing_of_a_component(chain: Project) -> None:
    direct = chain.hashes()
    commands = chain.scons("SYM_PROFILE=isolated")
    isolated = [list(isolate(part).argv) for part in planned() if not part.is_program]
    assert [argv for argv in runs_of(commands) if argv[0] != "check"] == sorted(isolated)
    assert {file for file in outputs(commands) if "symbuild-runtime/" not in file} == {"b/app"}
    assert chain.hashes() == direct
    assert chain.run("b/app").stdout == "sum 103\n"
    host = chain.folder / "b" / "symbuild-isolated" / "logger.isolated" / "logger"
    host.rename(host.with_name("away"))
    assert chain.run("b/app").returncode != 0
    (chain.folder / "profile.toml").write_text('[component.calc]\nplacement = "isolated"\n', encoding="utf-8")
    assert outputs(chain.scons("SYM_PROFILE=profile.toml")) == {"b/app"}
    assert chain.run("b/app").stdout == "sum 103\n"
    assert chain.hashes() == direct
    (chain.folder / "profile.toml").write_text('[component.clac]\nplacement = "isolated"\n', encoding="utf-8")
    assert "names a component `clac`, which this build does not have" in chain.fails("SYM_PROFILE=profile.toml")


def test_a_profile_fuses_what_was_compiled(chain: Project) -> None:
    direct = chain.hashes()
    commands = chain.scons("SYM_PROFILE=fused")
    assert {argv[0] for argv in runs_of(commands)} == {"fuse", "bind", "check"}
    assert outputs(commands) == {"b/app", "b/app-bindings/generated/app-fused/app_edges.c.os"}
    assert chain.scons("SYM_PROFILE=fused") == []
    assert chain.hashes() == direct
    for name in ("logger", "calc"):
        (chain.folder / "b" / f"lib{name}.so").rename(chain.folder / "b" / name)
    assert chain.run("b/app").stdout == "sum 103\n"
    assert symbuild(["check", str(chain.folder / "b" / "app")]) == 0


def test_one_is_fused_beside_an_isolated_one(chain: Project, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[component.calc]\nplacement = "fused"\n[component.logger]\nplacement = "isolated"\n'
    (chain.folder / "one.toml").write_text(text, encoding="utf-8")
    chain.scons("SYM_PROFILE=one.toml")
    assert chain.run("b/app").stdout == "sum 103\n"
    loaded = chain.run("ldd", "b/app").stdout
    assert "symbuild-isolated/liblogger.so" in loaded
    assert "libcalc" not in loaded
    assert symbuild(["explain", str(chain.folder / "b")]) == 0
    assert "demo:chain/adder <- calc: fused, a call within one file\n" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "programs", "said"),
    [
        ("rivals", ["app"], "store 6000, total 211, size 7\n"),
        ("cpp", ["app"], "2 words no text\n"),
        pytest.param("rust", ["in-c", "in-rust"], "2 words\n",
                     marks=pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")),
    ],
)  # fmt: skip
def test_fused_programs(name: str, programs: list[str], said: str, tmp_path: Path) -> None:
    """Several providers of one interface, labels and middleware; C++; programs in Rust and in C beside a crate."""
    project = copy_of(name, tmp_path / name)
    project.scons("SYM_PROFILE=fused")
    assert project.scons("SYM_PROFILE=fused") == []
    for library in (project.folder / "b").rglob("lib*.so"):
        library.unlink()
    for program in programs:
        assert project.run(f"b/{program}").stdout == said


@pytest.mark.slow
def test_each_importer_has_its_own_provider(tmp_path: Path) -> None:
    rivals = copy_of("rivals", tmp_path / "rivals")
    with (rivals.folder / "wit" / "rivals.wit").open("a") as file:
        file.write("\nworld both {\n  import near: store;\n  import far: store;\n}\n")
    (rivals.folder / "both.c").write_text(
        '#include "both.h"\n\nint main(void) { return near_get(1) == 2 && far_get(1) == 11 ? 0 : 1; }\n'
    )
    with (rivals.folder / "SConscript").open("a") as file:
        file.write("env.SymProgram('both', 'both.c', components={'near': memory, 'far': disk})\n")
    rivals.scons()
    assert rivals.run("b/app").stdout == "store 6000, total 211, size 7\n"
    assert rivals.run("b/both").returncode == 0
    rivals.scons("SYM_PROFILE=isolated", "b/both")
    assert rivals.run("b/both").returncode == 0
    assert (rivals.folder / "b" / "sizes" / "libsizes.so").is_file()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")
def test_rust(tmp_path: Path) -> None:
    rust = copy_of("rust", tmp_path / "rust")
    rust.scons()
    assert rust.run("b/in-c").stdout == rust.run("b/in-rust").stdout == "2 words\n"
    assert rust.scons() == []
    rust.edit("words.rs", "String::from", "str::to_uppercase")
    commands = rust.scons()
    assert outputs(commands) == {"b/stats-bindings/libstats-code.a", "b/libstats.so"}
    assert rust.run("b/in-c").stdout == "2 WORDS\n"


@pytest.mark.slow
def test_cpp(tmp_path: Path) -> None:
    cpp = copy_of("cpp", tmp_path / "cpp")
    assert all("-std=c++20" in line for line in cpp.scons() if ".cpp.os" in line and " -c " in line)
    assert cpp.run("b/app").stdout == "2 words no text\n"


def test_wasm(tmp_path: Path) -> None:
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    chain = copy_of("chain", tmp_path / "chain")
    commands = chain.scons("SYM_TARGET=wasm32-wasip2")
    # The second script is for test runners that want one in a folder. SCons prints no empty words.
    listed = [step for step in wasm_steps(planned()) if step.outputs != ("b/app-wasm/app",)]
    wanted = [[word for word in step.argv if word] for step in listed]
    assert [argv for argv in runs_of(commands) if argv[0] != "wasm-cc"] == sorted(wanted)
    assert chain.run("b/app").stdout == "sum 103\n"
    assert chain.scons("SYM_TARGET=wasm32-wasip2") == []
    chain.edit("logger.c", "level + 1", "level + 2")
    made = {argv[0] for argv in runs_of(chain.scons("SYM_TARGET=wasm32-wasip2"))}
    assert made == {"wasm-cc", "componentize", "compose", "wasm-launcher"}
    assert chain.run("b/app").stdout == "sum 104\n"
    composed = (chain.folder / "b" / "app.wasm").stat().st_size
    made = {argv[0] for argv in runs_of(chain.scons("SYM_TARGET=wasm32-wasip2", "SYM_PROFILE=fused"))}
    assert made == {"fuse", "compose", "wasm-launcher"}
    assert chain.run("b/app").stdout == "sum 104\n"
    assert (chain.folder / "b" / "app.wasm").stat().st_size < composed
    assert chain.scons("SYM_TARGET=wasm32-wasip2", "SYM_PROFILE=fused") == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("env.SymComponent('logger')", "SymComponent 'logger': `sources` is missing"),
        ("env.SymComponent()", "SymComponent: None is no name"),
        ("env.SymComponent('log ger', 'logger.c')", "SymComponent: 'log ger' is no name"),
        ("env.SymComponent('logger', 'loger.c')", "no source `loger.c`"),
        ("env.SymComponent('logger', ['logger.c', 3])", "`sources` takes names and nodes of files, not 3"),
        ("env.SymComponent('logger', 'logger.c', wit='tiw')", "no WIT file or directory `tiw`"),
        ("env.SymComponent('logger', 'logger.c', wrold='logger')", "help: did you mean `world`?"),
        ("env.SymProgram('app', 'app.c', components='calc')", "`components` has `calc`, which is no component"),
        ("env.SymProgram('app', 'app.c', open_imports=True)", "unknown keyword `open_imports`"),
        ("env.SymProgram('app', 'app.c', placement='isolated')", "a placement is for components"),
        (
            "env.SymComponent('logger', 'logger.c', placement='sandboxed')",
            "help: use 'direct' or 'isolated' or 'fused'",
        ),
        (
            "env.SymComponent('calc', 'calc.c', components=env.SymComponent('logger', 'logger.c', placement='fused'))",
            "is not fused, but its provider `logger` is, which leaves no file to call",
        ),
        ("env.SymComponent('logger', 'logger.c', placement='alone')", "unknown placement 'alone'"),
        ("env.SymComponent('logger', 'logger.c', target='avr')", "unknown target 'avr'"),
        ("env.SymComponent('logger', 'x.rs', target='wasm32-wasip2')", "Rust is not built for wasm32-wasip2 by SCons"),
        (
            "env.SymComponent('logger', 'logger.c', target='wasm32-wasip2', placement='isolated')",
            "placement 'isolated' is for native components",
        ),
        (
            "env.SymProgram('app', 'app.c', components=env.SymComponent('calc', 'calc.c'), target='wasm32-wasip2')",
            "it is built for wasm32-wasip2, component 'calc' for native",
        ),
        ("env.SymComponent('logger', 'logger.c', language='go')", "unknown language 'go'"),
        ("env.SymComponent('logger', 'logger.c', CC='no-such-cc')", "no compiler found, CC is 'no-such-cc'"),
        ("[env.SymComponent('logger', 'logger.c') for _ in '12']", "this build has a component of that name already"),
    ],
)
def test_a_mistake_is_one_error(tmp_path: Path, call: str, message: str) -> None:
    chain = copy_of("chain", tmp_path / "chain")
    (chain.folder / "x.rs").touch()
    said = chain.fails(sconstruct=f"{call}\n")
    assert message in said
    assert f'File "{chain.folder}/SConstruct", line 2, in <' in said


def test_a_profile_that_is_none(tmp_path: Path) -> None:
    said = copy_of("chain", tmp_path / "chain").fails("SYM_PROFILE=isolate")
    assert "SYM_PROFILE is 'isolate', which is neither one of 'direct'" in said


def test_a_missing_definition_is_said_of_a_source(chain: Project) -> None:
    chain.edit("logger.c", "_write", "_wrote")
    said = chain.fails()
    assert "logger.c" in said
    assert "exports_demo_chain_logging_write" in said


def test_a_missing_provider_is_named(chain: Project) -> None:
    chain.edit("SConscript", ", components=logger", "")
    assert "`calc` imports demo:chain/logging" in chain.fails()


def test_cleaning_leaves_sources_alone(chain: Project) -> None:
    chain.scons("-c")
    left = {file.name for file in (chain.folder / "b").rglob("*") if file.is_file()}
    assert left <= {file.name for file in (PROJECTS / "chain").iterdir()}
    assert (chain.folder / "logger.c").is_file()


def test_variants_of_one_build(tmp_path: Path) -> None:
    chain = copy_of("chain", tmp_path / "chain")
    text = """\
for name in ('debug', 'release'):
    variant = env.Clone(SYM_BUILD_DIR=f'#{name}', CCFLAGS='-g' if name == 'debug' else '-O2')
    SConscript('SConscript', variant_dir=name, exports={'env': variant})
"""
    (chain.folder / "SConstruct").write_text(SCONSTRUCT + text, encoding="utf-8")
    planned = chain.scons("-n")
    assert sum(f"{RUN} graph" in line for line in planned) == 2
    assert {line.split()[2] for line in planned if " -shared " in line and "/lib" in line.split()[2]} == {
        f"{name}/lib{component}.so" for name in ("debug", "release") for component in ("logger", "calc")
    }


def test_the_directory_for_toolpath(capsys: pytest.CaptureFixture[str]) -> None:
    assert symbuild(["scons-dir"]) == 0
    assert capsys.readouterr().out == f"{TOOL}\n"
