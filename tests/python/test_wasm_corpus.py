"""Every world that Python can call natively gives a package on wasm, too, in which all names are known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from corpus import worlds

from python.test_corpus import REFUSED
from symbuild.cli import run
from symbuild.runtime.wasm_package import _values


def test_glue_is_sound(tmp_path: Path) -> None:
    names = [world for world in worlds() if str(world) not in REFUSED]
    for number, world in enumerate(names):
        package = tmp_path / f"p{number}"
        argv = ["bindgen", "python", str(world.wit), "-w", world.name, "--all-features", "--target", "wasm32-wasip2"]
        assert run([*argv, "--out-dir", str(package)]) == 0, world
        # A star import hides from checkers what is not there.
        glue = package / "_glue.py"
        text = glue.read_text(encoding="utf-8").replace("import *", f"import {', '.join(_values.__all__)}")
        glue.write_text(text, encoding="utf-8")
    rules = ["--isolated", "--select", "F821,F811,F841,PLE,E9", "--ignore", "F401"]
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", *rules, str(tmp_path)], check=True)
