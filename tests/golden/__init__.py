"""Generated files for reviewers: a folder for each case, with ``golden.wit``, perhaps ``options``, and what is made.

The language is C, or what the folder's name begins with: ``cpp-``, ``rust-``.

``python -m tests.golden --update`` writes them anew; the difference shows what a change does to what users get.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from symbuild.cli import run

HERE = Path(__file__).parent
# Not the manifest, which names the version of the WIT tool, nor maps that say what the GNU one says.
SUFFIXES = (".h", ".c", ".cpp", ".rs", ".template", ".world.json", ".map")


def cases() -> list[Path]:
    """The folders of the cases."""
    return sorted(path.parent for path in HERE.glob("*/golden.wit"))


def language(case: Path) -> str:
    """The language of a case."""
    prefix = case.name.partition("-")[0]
    return prefix if prefix in ("cpp", "rust") else "c"


def expected(case: Path) -> dict[str, str]:
    """The committed files of a case."""
    return {path.name: path.read_text(encoding="utf-8") for path in case.iterdir() if path.name.endswith(SUFFIXES)}


def generated(case: Path) -> dict[str, str]:
    """The files of a case as they are generated now."""
    options = case / "options"
    extra = options.read_text(encoding="utf-8").split() if options.is_file() else []
    with TemporaryDirectory() as folder:
        argv = [
            "bindgen",
            language(case),
            str(case / "golden.wit"),
            "--out-dir",
            folder,
            "--component",
            case.name,
            "--no-runtime",
        ]
        assert run([*argv, *extra]) == 0
        made = [path for path in sorted(Path(folder).iterdir()) if path.name.endswith(SUFFIXES)]
        return {path.name: path.read_text(encoding="utf-8") for path in made if not path.stem.endswith("_manifest")}


def update(case: Path) -> None:
    """Replace the committed files of a case."""
    files = generated(case)
    for name in expected(case).keys() - files.keys():
        (case / name).unlink()
    for name, content in files.items():
        (case / name).write_text(content, encoding="utf-8")
