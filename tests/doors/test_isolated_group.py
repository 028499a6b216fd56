"""Several components in one process, in builds: the same files, direct calls among them, and one fate."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

from symbuild.steps.step import Planned, steps

from .cmake_door import needs_cmake, tree
from .door import RUN, Meson, Project, copy_of
from .test_isolated import BECAUSE
from .test_scons import copy_of as scons_copy

SAMPLES = Path(__file__).parents[2] / "samples"
# The till and the stock, of which the till takes. Both write into the journal, which is direct.
SHOP = """\
[component.till]
placement = "isolated"
group = "shop"
on_failure = "error"
errors = { "sales#sell" = 'err("closed")' }

[component.stock]
placement = "isolated"
group = "shop"
on_failure = "error"
"""
SOLD = "  taken\n  sold\nline 2, 1 taken\n  taken\n  sold\nline 4, 3 taken\n"
# The stock aborts when it gives 13: the till fails with it, and the next call finds both as they were at the start.
CRASHED = "  taken\n  sold\nline 2, 1 taken\nno: closed, 0 taken\n  taken\n  sold\nline 4, 2 taken\n"
EXPLAINED = [
    "  demo:trio/sales <- till: direct, to the process of group shop over shm\n"
    "    sell: result: handed over by till, kept by app; "
    "sends 4 bytes; gets 24 bytes, and the result's memory, copied in and out\n",
    "till: demo:trio/till (c), isolated in group shop: shm, no deadline, a failure is the error case of sales#sell, "
    "not confined\n  demo:trio/goods <- stock: direct, within the process of group shop\n    take: plain values\n",
    "  demo:trio/lines <- journal: direct, called back over shm\n",
]


def hashes(folder: Path) -> dict[str, str]:
    """The components' files in a build directory."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("lib*.so"))}


def require_one_process(build: Path) -> None:
    """There is one host, which has the components in it, and nothing else that has them."""
    isolated = build / "symbuild-isolated"
    assert [path.name for path in isolated.iterdir() if path.is_dir()] == ["shop.isolated"]
    hosted = {path.name for path in (isolated / "shop.isolated").iterdir() if ".so" in path.name}
    assert {name.partition(".so")[0] for name in hosted} == {"libtill", "libstock", "libjournal", "libshop.members"}
    for name in ("libtill.so", "libstock.so"):
        (found,) = (isolated / "shop.isolated").glob(f"{name}*")
        assert found.resolve() == (build / name).resolve()


@pytest.fixture(scope="module")
def switched(tmp_path_factory: pytest.TempPathFactory, meson: Meson) -> tuple[Project, dict[str, str], list[str]]:
    """The project, built with two components in one process; before, its files when they were direct.

    And why ninja made files again.
    """
    project = copy_of("trio", tmp_path_factory.mktemp("group") / "trio", meson)
    project.declare_options()
    (project.folder / "shop.toml").write_text(SHOP)
    project.setup("--prefix=/usr", "--libdir=lib")
    project.ninja()
    assert project.run("b/app", "1", "2").stdout == SOLD
    direct = hashes(project.build)
    project.do("configure", "b", "-Dsym_profile=shop.toml")
    project.run("ninja", "-C", "b", "build.ninja")
    dirty = BECAUSE.findall(project.run("ninja", "-C", "b", "-n", "-d", "explain").stdout)
    steps = project.ninja()
    ours = [step for step in steps if "symbuild-runtime/" not in step]
    assert [step for step in ours if "Compiling" in step] == []
    assert [step for step in ours if "Linking" in step] == ["Linking target app"]
    return project, direct, dirty


def test_switching_compiles_no_component(switched: tuple[Project, dict[str, str], list[str]]) -> None:
    project, direct, dirty = switched
    assert any("shop.isolated/client/libshop.group.so" in line for line in dirty)
    # Whether a file is needed is known when its step runs: what follows from the list of providers stays as it is.
    compiled = [line for line in dirty if re.search(r"lib(till|stock|journal)\.so[.0-9]*\.p/\w+\.c\.o", line)]
    assert compiled == []
    assert hashes(project.build) == direct
    assert project.ninja() == []


def test_members_share_a_process(switched: tuple[Project, dict[str, str], list[str]]) -> None:
    project = switched[0]
    require_one_process(project.build)
    assert project.run("b/app", "1", "2").stdout == SOLD
    host = project.build / "symbuild-isolated" / "shop.isolated" / "shop"
    host.rename(host.with_name("away"))
    missing = project.run("b/app", "-1")
    host.with_name("away").rename(host)
    assert "trap: demo:trio/goods#take: component `shop` (isolated): its host `" in missing.stdout
    hosts = [p for p in Path("/proc").glob("[0-9]*/exe") if os.access(p, os.R_OK)]
    assert [p for p in hosts if os.path.realpath(p).startswith(str(project.build))] == []


def test_what_befalls_one_befalls_all(switched: tuple[Project, dict[str, str], list[str]]) -> None:
    project = switched[0]
    assert project.run("b/app", "1", "13", "2").stdout == CRASHED
    trapped = project.run("b/app", "1", "-13")
    assert trapped.returncode == -signal.SIGABRT
    assert "trap: demo:trio/goods#take: component `shop` (isolated, process " in trapped.stdout
    assert "the host was killed by signal 6 (aborted)" in trapped.stdout


def test_the_group_is_explained(switched: tuple[Project, dict[str, str], list[str]]) -> None:
    text = switched[0].run(sys.executable, RUN, "explain", "b").stdout
    for said in EXPLAINED:
        assert said in text


def test_meson_runs_the_steps_of_a_group(switched: tuple[Project, dict[str, str], list[str]]) -> None:
    project = switched[0]
    found = set()
    for line in project.run("ninja", "-C", "b", "-t", "commands").stdout.splitlines():
        if " isolate " in line:
            words = line.partition(f"{RUN} ")[2].split()
            found.add(tuple(words[: words.index("--part") + 2]))
    parts = [
        Planned("stock", "wit", "stock", isolated=True, group="shop"),
        Planned("till", "wit", "till", isolated=True, group="shop", built="libtill.so.2.1"),
    ]
    assert found == {step.argv for step in steps(parts) if step.argv[0] == "isolate"}


def test_an_installation_works_and_can_be_undone(
    switched: tuple[Project, dict[str, str], list[str]], tmp_path: Path
) -> None:
    project, root = switched[0], tmp_path / "root"
    for again in ((), ("--only-changed",), ()):
        project.do("install", "-C", "b", "--destdir", str(root), *again)
        lib = root / "usr" / "lib"
        assert {path.relative_to(lib).as_posix() for path in lib.rglob("*")} == {
            "libtill.so", "libtill.so.2", "libtill.so.2.1", "libstock.so", "libjournal.so", "shop.isolated",
            "shop.isolated/shop", "shop.isolated/libtill.so.2", "shop.isolated/libstock.so",
            "shop.isolated/libjournal.so", "shop.isolated/libshop.members.so", "shop.isolated/client",
            "shop.isolated/client/libshop.group.so",
        }  # fmt: skip
        found = {"LD_LIBRARY_PATH": str(lib)}
        assert project.run(root / "usr" / "bin" / "app", "1", "13", "2", environment=found).stdout == CRASHED
    for file, path in (("client/libshop.group.so", []), ("libshop.members.so", ["[$ORIGIN]"])):
        dynamic = project.run("readelf", "-d", lib / "shop.isolated" / file).stdout
        assert re.findall(r"R(?:UN)?PATH\).*(\[.*\])", dynamic) == path
    # Meson removes the folders that the last installation has made.
    shutil.rmtree(root)
    project.do("install", "-C", "b", "--destdir", str(root))
    project.run("ninja", "-C", "b", "uninstall", environment={"DESTDIR": str(root)})
    assert not root.exists()


def test_an_edited_profile_counts(switched: tuple[Project, dict[str, str], list[str]]) -> None:
    project = switched[0]
    profile = project.folder / "shop.toml"
    profile.write_text(SHOP.replace("closed", "shut"))
    project.ninja()
    assert "no: shut, 0 taken\n" in project.run("b/app", "13").stdout
    profile.write_text(SHOP.replace("[component.stock]", "[component.stuck]"))
    assert "the profile names a component `stuck`, which this build does not have" in project.ninja_fails()
    profile.write_text(SHOP.replace('"shop"', '"journal"'))
    assert "group `journal` has the name of a component that is not of it" in project.ninja_fails()
    profile.write_text(SHOP)


def test_all_of_a_group_are_installed(tmp_path: Path, meson: Meson) -> None:
    project = copy_of("trio", tmp_path / "trio", meson)
    project.declare_options()
    project.edit("meson.build", "version: '2.1', install: true", "version: '2.1'")
    (project.folder / "shop.toml").write_text(SHOP)
    said = project.setup_fails("-Dsym_profile=shop.toml")
    assert "component 'till' and component 'stock' are installed as one, being of group 'shop'" in said


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")
def test_languages_in_one_process(tmp_path: Path, meson: Meson) -> None:
    """C, C++ and Rust, of which the Rust component calls the one in C."""
    shutil.copytree(SAMPLES / "text-pipeline", tmp_path / "text")
    project = Project(tmp_path / "text", meson)
    table = '[component.{}]\nplacement = "isolated"\ngroup = "words"\n'.format
    (project.folder / "words.toml").write_text("".join(map(table, ("tokenizer", "classifier", "statistics"))))
    project.setup()
    project.ninja()
    direct = project.run("b/bookstat", "README.md")
    assert direct.returncode == 0
    project.do("configure", "b", "-Dsym_profile=words.toml")
    project.ninja()
    assert project.run("b/bookstat", "README.md").stdout == direct.stdout
    project.do("test", "-C", "b")
    text = project.run(sys.executable, RUN, "explain", "b").stdout
    assert "  book:text/sorting <- classifier: direct, within the process of group words\n" in text


@pytest.mark.slow
def test_oldest_and_other_releases_of_meson(release: Meson, tmp_path: Path) -> None:
    project = copy_of("trio", tmp_path / "trio", release)
    project.declare_options()
    (project.folder / "shop.toml").write_text(SHOP)
    project.setup("-Dsym_profile=shop.toml", "--prefix=/usr", "--libdir=lib")
    project.ninja()
    assert project.run("b/app", "1", "13", "2").stdout == CRASHED
    require_one_process(project.build)
    root = tmp_path / "root"
    project.do("install", "-C", "b", "--destdir", str(root))
    project.run("ninja", "-C", "b", "uninstall", environment={"DESTDIR": str(root)})
    assert not root.exists()


@needs_cmake
@pytest.mark.slow
@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_cmake(generator: str, tmp_path: Path) -> None:
    project = tree("trio", tmp_path / "trio")
    (project.folder / "shop.toml").write_text(SHOP)
    project.configure("-DSYM_PROFILE=direct", generator=generator)
    project.make()
    direct = hashes(project.build)
    assert project.do("b/app", "1", "2") == SOLD
    for profile in ("isolated", "shop.toml"):
        project.configure(f"-DSYM_PROFILE={profile}", generator=generator)
        steps = project.make()
        assert [
            step for step in steps if re.search(r"(till|stock|journal)\.c\.o|lib(till|stock|journal)\.so", step)
        ] == []
        assert hashes(project.build) == direct
        assert project.do("b/app", "1", "2") == SOLD
    assert project.do("b/app", "1", "13", "2") == CRASHED
    assert "group shop" in project.do(sys.executable, str(RUN), "explain", "b")
    if generator == "Ninja":
        assert project.make() == []
    project.do("cmake", "--install", "b", "--prefix", tmp_path / "prefix")
    project.build.rename(project.folder / "away")
    assert project.do(tmp_path / "prefix" / "bin" / "app", "1", "13", "2") == CRASHED
    # A component that has no process any more is found where it is.
    (project.folder / "away").rename(project.build)
    (project.folder / "shop.toml").write_text(SHOP.partition("[component.stock]")[0])
    project.configure(generator=generator)
    project.make()
    assert "symbuild-isolated" in (loaded := project.do("ldd", "b/app"))
    assert f"{project.build}/libstock.so" in loaded
    assert project.do("b/app", "1", "2") == SOLD


@needs_cmake
def test_cmake_installs_all_of_a_group(tmp_path: Path) -> None:
    project = tree("trio", tmp_path / "trio")
    (project.folder / "shop.toml").write_text(SHOP)
    project.edit("CMakeLists.txt", "TARGETS journal stock till", "TARGETS journal stock")
    said = project.configure_fails("-DSYM_PROFILE=shop.toml")
    assert "group 'shop' of the profile: 'stock' and 'till' are installed as one" in said


@pytest.mark.slow
def test_scons(tmp_path: Path) -> None:
    project = scons_copy("trio", tmp_path / "trio")
    (project.folder / "shop.toml").write_text(SHOP, encoding="utf-8")
    project.scons()
    direct = project.hashes()
    commands = project.scons("SYM_PROFILE=shop.toml")
    assert [line for line in commands if re.search(r" -o b/(lib|\w+-bindings/)", line)] == []
    assert project.hashes() == direct
    assert project.run("b/app", "1", "2").stdout == SOLD
    assert project.run("b/app", "1", "13", "2").stdout == CRASHED
    require_one_process(project.folder / "b")
    assert project.scons("SYM_PROFILE=shop.toml") == []
    (project.folder / "shop.toml").write_text(SHOP.replace("closed", "shut"), encoding="utf-8")
    assert project.scons("SYM_PROFILE=shop.toml") != []
    assert "no: shut" in project.run("b/app", "13").stdout
    project.scons("SYM_PROFILE=isolated")
    assert project.run("b/app", "1", "2").stdout == SOLD
    shutil.rmtree(project.folder / "b" / "symbuild-isolated" / "shop.isolated")
    assert project.run("b/app", "1", "2").stdout == SOLD
    project.scons("-c", "SYM_PROFILE=shop.toml")
    assert not (project.folder / "b" / "symbuild-isolated" / "libtill.so").exists()
