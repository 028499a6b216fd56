"""One class a language: how a source and its generated bindings become object files."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

import symbuild

from .discover import Source
from .process import find_compiler, run

# As wit-bindgen's own tests are compiled, plus what a native component needs.
_CODE = ("-g", "-fPIC", "-fvisibility=hidden", "-fno-plt", "-UNDEBUG")
_RUNTIME = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"
_WARNINGS = ("-Wall", "-Wextra", "-Wno-unused-parameter")


@dataclass(frozen=True, slots=True)
class Built:
    """A compiled source: its objects, the version script of its component, and the command that links it."""

    objects: tuple[Path, ...]
    version_script: Path
    linker: tuple[str, ...]


class Language(Protocol):
    """What a run needs of a language."""

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        """Generate bindings and compile them and ``source`` in ``folder``. Raises Failure."""
        ...


def generate(language: str, source: Source, folder: Path, options: tuple[str, ...] = ()) -> None:
    """Write the bindings of ``source``'s world, as a component named like the world, into ``folder``.

    ``options`` are those that the language always gets.
    """
    command = [sys.executable, "-m", "symbuild", "bindgen", language, str(source.wit), "-w", source.world]
    command += ["--out-dir", str(folder), "--component", source.world, *options, *source.header.args]
    run(command, cwd=Path.cwd(), what=f"bindgen for {source.path.name}")


class C:
    """C, by ``$CC`` or the first of cc, gcc and clang."""

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        generated = folder / "generated"
        generate("c", source, generated)
        world = source.world.replace("-", "_")
        bindings = generated / f"{world}.c"
        manifest = generated / f"{source.world}_manifest.c"
        flags = (*source.header.cflags, *flags)
        objects = (
            # Our own output has to be free of warnings; upstream's sources were written for another compiler.
            self.compile(bindings, folder, (*flags, "-std=c11", "-Wpedantic", "-Werror")),
            self.compile(manifest, folder, flags),
            self.compile(source.path, folder, flags, include=generated),
        )
        linker = (*self.compiler(), *source.header.ldflags)
        return Built(objects, generated / f"{source.world}.map", linker)

    def compile(self, path: Path, folder: Path, flags: tuple[str, ...], *, include: Path | None = None) -> Path:
        """Compile one file into ``folder`` and return the object."""
        # The bindings of `test.c` are called `test.c`, too.
        made = folder / f"{path.stem}{'_source' if include else ''}.o"
        where = ("-I", str(include)) if include else ()
        command = (*self.compiler(), *_CODE, *_WARNINGS, *where, *flags, "-c", str(path), "-o", str(made))
        run(command, cwd=folder, what=f"compiling {path.name}")
        return made

    def compiler(self) -> tuple[str, ...]:
        return find_compiler(("cc", "gcc", "clang"), "CC")


class Cpp:
    """C++20, by ``$CXX`` or the first of c++, g++ and clang++; like wit-bindgen's tests without exceptions."""

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        generated = folder / "generated"
        generate("cpp", source, generated)
        headers = source.path.parent / "cpp"
        if headers.is_dir():
            # Classes and types that a test defines in headers of its own.
            shutil.copytree(headers, generated, dirs_exist_ok=True)
        world = source.world.replace("-", "_")
        mine = ("-std=c++20", "-fno-exceptions", *source.header.cflags, *flags)
        objects = (
            self.compile(generated / f"{world}.cpp", folder, (*mine, "-Wpedantic", "-Werror"), generated),
            C().compile(generated / f"{source.world}_manifest.c", folder, flags),
            self.compile(source.path, folder, mine, generated),
        )
        linker = (*self.compiler(), *source.header.ldflags)
        return Built(objects, generated / f"{source.world}.map", linker)

    def compile(self, path: Path, folder: Path, flags: tuple[str, ...], include: Path) -> Path:
        """Compile one file into ``folder`` and return the object."""
        made = folder / f"{path.parent.name}-{path.stem}.o"
        command = (*self.compiler(), *_CODE, *_WARNINGS, "-I", str(include), *flags, "-c", str(path), "-o", str(made))
        run(command, cwd=folder, what=f"compiling {path.name}")
        return made

    def compiler(self) -> tuple[str, ...]:
        return find_compiler(("c++", "g++", "clang++"), "CXX")


class Rust:
    """Rust, by ``$RUSTC`` or rustc: a static library, linked like any object."""

    def __init__(self) -> None:
        self._building = Lock()
        self._runtimes: dict[Path, Path] = {}

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        generated = folder / "generated"
        generate("rust", source, generated, ("--generate-all",) if source.default_args else ())
        library = folder / f"lib{source.world}.a"
        bindings = generated / f"{source.world.replace('-', '_')}.rs"
        environment = {"BINDINGS": str(bindings), "SYMBUILD_BINDINGS": str(folder / "expanded")}
        runtime = self.runtime(folder.parents[len(Path(source.test).parts)])
        command = [*self.compiler(), "-Dwarnings", f"--extern=wit_bindgen={runtime}"]
        command += [f"-L{runtime.parent}", f"-L{folder}"]
        for name in source.header.externs:
            path = source.path.parent / name
            self.expand(path, folder / "expanded")
            crate = [f"--crate-name={path.stem}", "--crate-type=rlib", str(path), f"--out-dir={folder}"]
            run([*command, *crate], cwd=folder, what=f"compiling {name}", environment=environment)
        self.expand(source.path, folder / "expanded")
        externs = [f"--extern={Path(name).stem}" for name in source.header.externs]
        crate = ["--crate-type=staticlib", f"--crate-name={bindings.stem}_source", str(source.path), "-o", str(library)]
        command += [*externs, *source.header.rustflags, *crate]
        run(command, cwd=folder, what=f"compiling {source.path.name}", environment=environment)
        version_script = generated / f"{source.world}.map"
        # The members of an archive are linked in only where something asks for them: its exports do.
        wanted = re.findall(r"^\s+(\w+);$", version_script.read_text(encoding="utf-8"), re.MULTILINE)
        asked = tuple(f"-Wl,-u,{symbol}" for symbol in wanted)
        manifest = C().compile(generated / f"{source.world}_manifest.c", folder, flags)
        linker = (*C().compiler(), *source.header.ldflags, *asked, "-Wl,--gc-sections", "-lgcc_s")
        return Built((library, manifest), version_script, linker)

    def expand(self, source: Path, folder: Path) -> None:
        """Write what calls of `generate!` in a source include."""
        command = [sys.executable, "-m", "symbuild", "expand", str(source), "--out-dir", str(folder)]
        command += ["--crate", str(source.parent)]
        run(command, cwd=Path.cwd(), what=f"expanding {source.name}")

    def runtime(self, folder: Path) -> Path:
        """The crate that generated code calls, built once below ``folder``."""
        with self._building:
            if folder not in self._runtimes:
                made = folder / "libwit_bindgen.rlib"
                command = [
                    *self.compiler(),
                    "-O",
                    "--crate-type=rlib",
                    "--crate-name=wit_bindgen",
                    '--cfg=feature="std"',
                ]
                run([*command, str(_RUNTIME), "-o", str(made)], cwd=folder, what="compiling the Rust runtime")
                self._runtimes[folder] = made
            return self._runtimes[folder]

    def compiler(self) -> tuple[str, ...]:
        return (*find_compiler(("rustc",), "RUSTC"), "--edition=2021")


LANGUAGES: dict[str, Language] = {"c": C(), "cpp": Cpp(), "rust": Rust()}
