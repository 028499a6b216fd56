"""Generated files for reviewers: a folder for each case, with ``golden.wit``, perhaps ``options``, and what is made.

The language is C, or what the folder's name begins with: ``cpp-``, ``rust-``, ``python-``. ``isolate-`` is no language:
there it is the C around a component in a process of its own.

``python -m tests.golden --update`` writes them anew; the difference shows what a change does to what users get.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from symbuild.abi.symbols import imports_of
from symbuild.bindings.message.backend import Isolated, Placement, Reference, sources
from symbuild.bindings.message.wiring import symbol_of
from symbuild.cli import run
from symbuild.wit import load_world

HERE = Path(__file__).parent
# Not the manifest, which names the version of the WIT tool, nor maps that say what the GNU one says.
SUFFIXES = (".h", ".c", ".cpp", ".rs", ".py", ".pyi", ".template", ".world.json", ".map")


def cases() -> list[Path]:
    """The folders of the cases."""
    return sorted(path.parent for path in HERE.glob("*/golden.wit"))


def language(case: Path) -> str:
    """The language of a case."""
    prefix = case.name.partition("-")[0]
    return prefix if prefix in ("cpp", "rust", "python", "isolate") else "c"


def expected(case: Path) -> dict[str, str]:
    """The committed files of a case."""
    return {path.name: path.read_text(encoding="utf-8") for path in case.iterdir() if path.name.endswith(SUFFIXES)}


def generated(case: Path) -> dict[str, str]:
    """The files of a case as they are generated now."""
    if language(case) == "isolate":
        return isolated(case)
    options = case / "options"
    extra = options.read_text(encoding="utf-8").split() if options.is_file() else []
    with TemporaryDirectory() as folder:
        argv = [
            "bindgen",
            language(case),
            str(case / "golden.wit"),
            "--out-dir",
            folder,
            "--no-runtime",
            # Python calls components.
            *([] if language(case) == "python" else ["--component", case.name]),
        ]
        assert run([*argv, *extra]) == 0
        made = [path for path in sorted(Path(folder).iterdir()) if path.name.endswith(SUFFIXES)]
        return {path.name: path.read_text(encoding="utf-8") for path in made if not path.stem.endswith("_manifest")}


def isolated(case: Path) -> dict[str, str]:
    """The sources of an isolated component: its first imports are of a library, the last of the loading process."""
    world = load_world(case / "golden.wit", None).world
    *first, last = dict.fromkeys(linkage.module for linkage in imports_of(world))
    providers = {**dict.fromkeys(first, ("libprovider.so", "provider")), last: (None, None)}
    references = [Reference(symbol_of(linkage), *providers[linkage.module]) for linkage in imports_of(world)]
    component = Isolated(
        case.name,
        b"the manifest",
        f"lib{case.name}.so",
        f"{case.name}.isolated/{case.name}",
        tuple(references),
        Placement(deadline=2.5, on_failure="error", errors={"test:golden/codec#encode": 'err("gone")'}),
    )
    return {name: content.decode() for name, content in sources(world, component).files.items()}


def update(case: Path) -> None:
    """Replace the committed files of a case."""
    files = generated(case)
    for name in expected(case).keys() - files.keys():
        (case / name).unlink()
    for name, content in files.items():
        (case / name).write_text(content, encoding="utf-8")
