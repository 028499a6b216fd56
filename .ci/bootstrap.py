"""Sets up everything from a fresh clone, then runs a sample or the tests. Needs Python 3.11 and pip's index, no more.

    python3 .ci/bootstrap.py sample text-pipeline     build a sample in a venv of its own and run it
    python3 .ci/bootstrap.py test [pytest arguments]  install what the tests need and run them

The venv is `.venv` in the checkout (SYMBUILD_VENV: elsewhere). Where a compiler of C or C++ is missing, ziglang brings
both. Where there is rustup, it installs Rust's standard library for wasm, for which it needs the network once. In CI,
as root of a Debian that has clang, `test` installs what clang needs for wasm: elsewhere zig compiles that, more slowly.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("SYMBUILD_VENV") or ROOT / ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OLDEST_PYTHON = (3, 11)
RUSTUP_SECONDS = APT_SECONDS = 300
# What clang, of this release's version, needs for wasm.
DEBIAN_WASI = ("lld", "wasi-libc", "libclang-rt-dev-wasm32", "libc++-dev-wasm32")
ZIG_TOOLS = {"CC": "cc", "CXX": "c++", "AR": "ar"}


def main(argv: list[str]) -> int:
    """Run one of the two commands; return the exit code of what it ran."""
    if sys.version_info < OLDEST_PYTHON:
        print(f"error: Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed", file=sys.stderr)
        return 4
    match argv:
        case ["sample", name] if (ROOT / "samples" / name / "meson.build").is_file():
            return sample(ROOT / "samples" / name)
        case ["test", *arguments]:
            return test(arguments)
        case _:
            print(__doc__, file=sys.stderr)
            return 2


def sample(folder: Path) -> int:
    """Run the command with which a sample's README begins."""
    install("meson")
    block = re.search(r"```console\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block, "a sample's README begins with its command"
    commands = [line.removeprefix("$ ") for line in block[1].splitlines() if line.startswith("$ ")]
    return run_all([["sh", "-e", "-c", "\n".join(commands)]], folder)


def test(arguments: list[str]) -> int:
    """Install the checkout with what its tests need, and run them on every core."""
    install("test", editable=True)
    add_rust_for_wasm()
    if os.environ.get("CI"):
        add_wasi_for_clang()
    # Neighbours stay with one worker, which builds once what they share.
    return run_all([[python(), "-m", "pytest", "-n", "auto", "--dist", "worksteal", *arguments]], ROOT)


def install(extra: str, *, editable: bool = False) -> None:
    """Install the checkout with an extra into the venv, made where it is missing; with a compiler where none is."""
    if not python_path().exists():
        venv.create(VENV, with_pip=True)
    extras = extra if has_compiler() else f"{extra},zig"
    target = f"{ROOT}[{extras}]"
    pip = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *(["--editable"] if editable else []), target], check=True)


def add_rust_for_wasm() -> None:
    """Have rustup, where it is there, install Rust's standard library for wasm; without it tests skip, and say why."""
    if shutil.which("rustup"):
        try:
            subprocess.run(["rustup", "target", "add", "wasm32-wasip2"], check=True, timeout=RUSTUP_SECONDS)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"note: no Rust for wasm: {error}", file=sys.stderr)


def add_wasi_for_clang() -> None:
    """Have Debian, where it is that and we may, install a sysroot and linker beside its clang; else zig is used."""
    if os.name != "posix" or os.geteuid() or not (shutil.which("apt-get") and shutil.which("clang++")):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *DEBIAN_WASI]
    for command in (["apt-get", "update", "--quiet"], install):
        try:
            subprocess.run(command, check=True, timeout=APT_SECONDS, env=environment, stdout=subprocess.DEVNULL)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"note: no clang for wasm: {error}", file=sys.stderr)
            return


def has_compiler() -> bool:
    """Whether C and C++ compilers are there to be preferred."""
    names = {"CC": ("cc", "gcc", "clang"), "CXX": ("c++", "g++", "clang++")}
    return all(os.environ.get(variable) or any(map(shutil.which, known)) for variable, known in names.items())


def run_all(steps: list[list[str]], folder: Path) -> int:
    """Run commands with the venv's programs first on PATH, until one fails."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV)}
    if not has_compiler():
        environment |= {name: f"{python()} -m ziglang {tool}" for name, tool in ZIG_TOOLS.items()}
    for step in steps:
        code = subprocess.run(step, cwd=folder, env=environment, check=False).returncode
        if code:
            return code
    return 0


def python_path() -> Path:
    """The venv's interpreter."""
    return BIN / ("python.exe" if os.name == "nt" else "python")


def python() -> str:
    """The venv's interpreter, as an argument."""
    return str(python_path())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
