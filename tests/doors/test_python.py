"""Python packages of components, in builds of Meson's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from elftools.elf.constants import P_FLAGS
from elftools.elf.elffile import ELFFile

from .cmake_door import Tree
from .door import Project

New = Callable[[str], Project]
DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def tokens(project: New) -> Project:
    """A package of one component, with options; not set up."""
    copy = project("python")
    copy.declare_options()
    return copy


@pytest.mark.parametrize("profile", ["direct", "isolated", "fused"])
def test_a_component_is_a_package(profile: str, tokens: Project) -> None:
    tokens.setup(f"-Dsym_profile={profile}")
    tokens.ninja()
    tokens.do("test", "-C", "b")
    assert tokens.ninja() == []
    check_is_dense(tokens.folder / "b" / "tokens" / "_native.abi3.so")


def check_is_dense(extension: Path) -> None:
    """Code and constants share pages of the file, if it was linked by GNU ld: others do so by themselves, or cannot."""
    linker = subprocess.run(["cc", "-Wl,--version"], capture_output=True, text=True, check=False).stdout
    if not linker.startswith("GNU ld"):
        return
    with extension.open("rb") as file:
        writable = [bool(part["p_flags"] & P_FLAGS.PF_W) for part in ELFFile(file).iter_segments("PT_LOAD")]
    assert writable == [False, True]


def provide_from_python(tree: Project | Tree) -> None:
    """Have the component ask Python for what counts its words."""
    tally = "interface tally { of: func(text: string) -> u32; }\n"
    tree.edit("wit/tok.wit", "world tok {", f"{tally}world tok {{ import tally;")
    tree.edit("tok.c", ".count = 1;", ".count = demo_tok_tally_of(text);")
    tree.edit("check.py", "from tokens import Err, words", "from tokens import Err, provide, words")
    tally = "class Tally:\n    def of(self, text):\n        return len(text)\n\n\nprovide(tally=Tally())\n"
    tree.edit("check.py", "assert words.count", f"{tally}assert words.count")
    tree.edit("check.py", "count=1", "count=9")


@pytest.mark.parametrize("profile", ["direct", "isolated", "fused"])
def test_python_provides_an_import(profile: str, tokens: Project) -> None:
    provide_from_python(tokens)
    tokens.edit("meson.build", "sources: 'tok.c',", "sources: 'tok.c', open_imports: true,")
    tokens.edit("meson.build", "components: tok,", "components: tok, bindgen_args: ['--provide', 'demo:tok/tally'],")
    tokens.setup(f"-Dsym_profile={profile}")
    tokens.ninja()
    tokens.do("test", "-C", "b", "--print-errorlogs")


def two_components(folder: Path) -> None:
    """Add a component with a resource, and one that takes it from there."""
    (folder / "two").mkdir()
    for file in ("counters/counters.wit", "shop/shop.wit"):
        shutil.copy(DATA / file, folder / "two")
    for file in ("counters/counters.c", "shop/keeper.c"):
        shutil.copy(DATA / file, folder)


USE_TWO = """\
from two import counters, shop
made = shop.make(4)
assert type(made) is counters.Counter
assert (made.add(1), shop.read(made), shop.read(counters.Counter(7))) == (5, 5, 7)
merged = shop.merge([made, counters.Counter(3)])
parts = shop.both(counters.split(merged))
assert (parts.one.add(0), parts.two.add(0), counters.alive()) == (4, 4, 2)
print("fine")
"""


@pytest.mark.parametrize("profile", ["direct", "isolated"])
def test_two_components_are_one_package(profile: str, tokens: Project) -> None:
    two_components(tokens.folder)
    tokens.append(
        "meson.build",
        "counters = sym.component('shop-counters', wit: 'two', world: 'tally', sources: 'counters.c')\n"
        "keeper = sym.component('keeper', wit: 'two', sources: 'keeper.c', components: counters)\n"
        "sym.python_extension('two', components: [keeper, counters])\n",
    )
    tokens.setup(f"-Dsym_profile={profile}")
    tokens.ninja()
    assert tokens.run(sys.executable, "-c", USE_TWO, environment={"PYTHONPATH": "b"}).stdout == "fine\n"


def test_an_installed_package_works(tokens: Project, tmp_path: Path) -> None:
    root = tmp_path / "root"
    tokens.setup("--prefix=/usr", "--libdir=lib")
    tokens.ninja()
    tokens.do("install", "-C", "b", "--destdir", str(root))
    package = next(root.rglob("tokens"))
    assert {path.name for path in package.iterdir()} >= {"__init__.py", "__init__.pyi", "py.typed", "_native.abi3.so"}
    assert not (package / "_native.c").exists()
    places = {"PYTHONPATH": str(package.parent), "LD_LIBRARY_PATH": str(root / "usr" / "lib")}
    assert tokens.run(sys.executable, tokens.folder / "check.py", environment=places).stdout == "fine\n"


def test_a_changed_world_makes_the_package_anew(tokens: Project) -> None:
    tokens.setup()
    tokens.ninja()
    tokens.edit("wit/tok.wit", "count: u32 }", "number: u32 }")
    tokens.edit("tok.c", ".count = 1", ".number = 1")
    tokens.edit("check.py", "count=1", "number=1")
    assert any("tokens-package" in step for step in tokens.ninja())
    tokens.do("test", "-C", "b")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("'tokens', components: tok", "'to-kens', components: tok", "the name of a module, as Python imports it"),
        (
            "components: tok, install",
            "components: [], install",
            "takes the component that the module is of, or several",
        ),
        (
            "tokens = sym",
            "other = sym.component('other', wit: 'wit/tok.wit', world: 'tok', sources: 'tok.c')\n"
            "sym.python_extension('both', components: [tok, other])\ntokens = sym",
            "'tok' and 'other' have different WIT; make a package of each",
        ),
        (
            "components: tok, install",
            "component: tok, install",
            "unknown keyword 'component'; did you mean 'components'",
        ),
    ],
)
def test_what_cannot_be_is_said(old: str, new: str, message: str, tokens: Project) -> None:
    tokens.edit("meson.build", old, new)
    assert message in tokens.setup_fails()
