"""Built files of every platform as one value; damaged ones as one clear error."""

from __future__ import annotations

import gzip
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from symbuild.errors import InputError
from symbuild.steps.binary import Binary, Symbol, read
from symbuild.steps.manifest import decode

OBJECTS = Path(__file__).parent.parent / "data" / "objects"
ADD = "demoX3AgreeterX2FgreetX400X2E1X2E0X00add"
WRITE = "demoX3AgreeterX2FlogX400X2E1X2E0X00write"

needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc to build ELF files")


def fixture(name: str, folder: Path) -> Path:
    """A committed file, unpacked."""
    path = folder / name
    path.write_bytes(gzip.decompress((OBJECTS / f"{name}.gz").read_bytes()))
    return path


def names(symbols: tuple[Symbol, ...]) -> set[str]:
    return {s.name for s in symbols}


def build(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True)


@pytest.fixture(scope="session")
def elf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a versioned library, what it needs, a program, objects and archives."""
    folder = tmp_path_factory.mktemp("elf")
    (folder / "log.c").write_text(f"void {WRITE}(int level) {{ (void)level; }}\n")
    (folder / "g.c").write_text(
        f"void {WRITE}(int level);\nint leak(void) {{ return 1; }}\nint common_one;\n"
        '__attribute__((visibility("hidden"))) int hidden(void) { return 2; }\n'
        f"int {ADD}(int a, int b) {{ {WRITE}(1); return a + b + leak() + hidden(); }}\n"
        '__attribute__((used, section(".wit"))) static const char wit[] = "some bytes";\n'
    )
    (folder / "main.c").write_text(
        f'#include <stdio.h>\nint {ADD}(int, int);\nint main(void) {{ fputs("x", stdout); return {ADD}(1, 2); }}\n'
    )
    (folder / "greeter.map").write_text(f"greeter {{ global: {ADD}; local: *; }};\n")
    for source in ("g", "log"):
        build(folder, "gcc", "-fPIC", "-fcommon", "-c", f"{source}.c", "-o", f"{source}.o")
    build(folder, "gcc", "-fPIC", "-flto", "-c", "g.c", "-o", "lto.o")
    build(folder, "gcc", "-shared", "log.o", "-Wl,-soname,liblog.so", "-o", "liblog.so")
    link = ["-Wl,--version-script,greeter.map", "-Wl,-soname,libgreeter.so", "-L.", "-llog"]
    build(folder, "gcc", "-shared", "g.o", *link, "-o", "libgreeter.so")
    for kind in ("pie", "no-pie"):
        build(folder, "gcc", f"-{kind}", "main.c", "-L.", "-lgreeter", "-llog", "-o", kind)
    build(folder, "ar", "rcs", "lib.a", "g.o", "log.o")
    build(folder, "ar", "rcsT", "thin.a", "g.o", "log.o")
    shutil.copy(folder / "g.o", folder / "a-name-of-more-than-15.o")
    build(folder, "ar", "rcsT", "long.a", "a-name-of-more-than-15.o", "log.o")
    return folder


@needs_gcc
def test_elf_library(elf: Path) -> None:
    binary = read(elf / "libgreeter.so")
    assert (binary.format, binary.kind, binary.name) == ("elf", "library", "libgreeter.so")
    # The node itself is a symbol too, but nothing anybody could call.
    assert binary.exports == (Symbol(ADD, "greeter"),)
    assert Symbol(WRITE) in binary.imports
    assert "liblog.so" in binary.needed
    assert binary.wit == b"some bytes\0"
    assert {".text", ".wit"} <= {s.name for s in binary.sections}
    assert next(s.size for s in binary.sections if s.name == ".wit") == 11


@needs_gcc
@pytest.mark.parametrize("kind", ["pie", "no-pie"])
def test_elf_program_records_versions_and_its_copies_are_no_exports(elf: Path, kind: str) -> None:
    binary = read(elf / kind)
    assert (binary.kind, binary.name) == ("program", None)
    assert Symbol(ADD, "greeter") in binary.imports
    # A program that is not position-independent has its own `stdout`, copied from the C library.
    assert "stdout" not in names(binary.exports)


@needs_gcc
@pytest.mark.parametrize("file", ["g.o", "lto.o"])
def test_elf_object_shows_what_it_defines_also_for_link_time_optimisation(elf: Path, file: str) -> None:
    binary = read(elf / file)
    assert (binary.kind, binary.opaque) == ("object", False)
    assert {ADD, "leak", "hidden"} <= names(binary.exports)
    assert "wit" not in names(binary.exports)
    assert names(binary.imports) - {"_GLOBAL_OFFSET_TABLE_"} == {WRITE}


@needs_gcc
def test_tentative_definitions_count(elf: Path) -> None:
    assert "common_one" in names(read(elf / "g.o").exports)


@needs_gcc
@pytest.mark.parametrize("file", ["lib.a", "thin.a", "long.a"])
def test_archives_are_the_sum_of_their_members(elf: Path, file: str) -> None:
    binary = read(elf / file)
    assert binary.kind == "archive"
    assert {ADD, WRITE, "leak"} <= names(binary.exports)
    assert WRITE not in names(binary.imports)
    assert binary.wit == b"some bytes\0"


@needs_gcc
def test_a_thin_archive_whose_member_is_gone(elf: Path, tmp_path: Path) -> None:
    shutil.copy(elf / "thin.a", tmp_path)
    with pytest.raises(InputError, match=r"cannot read .*g\.o"):
        read(tmp_path / "thin.a")


def test_macho_library(tmp_path: Path) -> None:
    binary = read(fixture("libgreeter.dylib", tmp_path))
    assert (binary.format, binary.kind, binary.machine) == ("macho", "library", "x86_64")
    assert binary.name == "@rpath/libgreeter.dylib"
    assert binary.needed == ("/usr/lib/libSystem.B.dylib", "@rpath/liblog.dylib")
    assert {n for n in names(binary.exports) if "X00" in n} == {ADD}
    assert WRITE in names(binary.imports)
    assert decode(binary.wit or b"").component == "greeter"


def test_pe_library(tmp_path: Path) -> None:
    binary = read(fixture("libgreeter.dll", tmp_path))
    assert (binary.format, binary.kind, binary.machine) == ("pe", "library", "x86_64")
    assert binary.name == "libgreeter.dll"
    assert binary.needed == ("liblog.dll",)
    assert names(binary.exports) == {ADD}
    assert names(binary.imports) == {WRITE}
    assert decode(binary.wit or b"").component == "greeter"


@pytest.mark.parametrize(
    ("file", "format", "machine"),
    [
        ("macos.o", "macho", "x86_64"),
        ("windows.obj", "coff", "x86_64"),
        ("windows32.obj", "coff", "x86"),
    ],
)
def test_objects_of_other_platforms_have_the_names_of_c(file: str, format: str, machine: str, tmp_path: Path) -> None:
    binary = read(fixture(file, tmp_path))
    assert (binary.format, binary.kind, binary.machine) == (format, "object", machine)
    assert names(binary.exports) == {ADD, "helper"}
    assert names(binary.imports) == {WRITE}
    assert decode(binary.wit or b"").component == "greeter"


def test_a_bsd_archive(tmp_path: Path) -> None:
    name, content = b"a_long_name_of_an_object.o".ljust(28, b"\0"), fixture("macos.o", tmp_path).read_bytes()

    def member(name: bytes, body: bytes) -> bytes:
        header = b"#1/%-13d%-12d%-6d%-6d%-8o%-10d`\n" % (len(name), 0, 0, 0, 0o644, len(name) + len(body))
        return header + name + body + b"\n" * (len(body) % 2)

    path = tmp_path / "lib.a"
    path.write_bytes(b"!<arch>\n" + member(b"__.SYMDEF\0\0\0", b"\0" * 8) + member(name, content))
    assert names(read(path).exports) == {ADD, "helper"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\0asm\x0d\0\x01\0", Binary("wasm", "component", "wasm", opaque=True)),
        (b"\0asm\x01\0\0\0", Binary("wasm", "module", "wasm", opaque=True)),
        (b"BC\xc0\xde....", Binary("bitcode", "object", "llvm", opaque=True)),
    ],
)
def test_files_whose_symbols_are_not_read(data: bytes, expected: Binary, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(data)
    assert read(tmp_path / "f") == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an object file"),
        (b"#!/bin/sh\n", "not an object file"),
        (b"\x7fELF", "damaged or cut off"),
        (b"\x7fELF\x02\x01\x01" + b"\xff" * 100, "damaged or cut off"),
        (b"MZ" + b"\0" * 100, "damaged or cut off"),
        (b"\xcf\xfa\xed\xfe" + b"\xff" * 100, "damaged or cut off"),
        (b"\x64\x86" + b"\xff" * 100, "damaged or cut off"),
        (b"!<arch>\n", "archive is empty"),
        (b"!<arch>\n" + b"x" * 60, "archive is damaged"),
        (b"!<arch>\n" + b"a.o/".ljust(48) + b"99".ljust(10) + b"`\n", "archive is cut off"),
        (b"!<arch>\n" + b"a.o/".ljust(48) + b"4".ljust(10) + b"`\n" + b"text", "not an object file"),
    ],
)
def test_what_is_no_object_file_is_one_clear_error(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read(tmp_path / "nothing")
    with pytest.raises(InputError, match="Is a directory"):
        read(tmp_path)


@needs_gcc
@pytest.mark.parametrize("file", ["libgreeter.so", "g.o", "lto.o", "lib.a", "no-pie"])
def test_damaged_elf_files_never_escape_as_another_error(elf: Path, file: str, tmp_path: Path) -> None:
    good, rng, path = (elf / file).read_bytes(), random.Random(5), tmp_path / "f"
    for _ in range(60):
        data = bytearray(good)
        # Headers and tables: that is where damage does most.
        for _ in range(4):
            data[rng.choice([rng.randrange(64), rng.randrange(len(data) * 3 // 4, len(data))])] = rng.randrange(256)
        path.write_bytes(data[: rng.randrange(len(data))] if rng.random() < 0.3 else data)
        try:
            read(path)
        except InputError as error:
            assert error.exit_code == 3


@pytest.mark.parametrize("file", ["libgreeter.dylib", "libgreeter.dll", "macos.o", "windows.obj"])
def test_damaged_files_of_other_platforms_never_escape_as_another_error(file: str, tmp_path: Path) -> None:
    good, rng, path = fixture(file, tmp_path).read_bytes(), random.Random(5), tmp_path / "f"
    for _ in range(60):
        data = bytearray(good)
        for _ in range(4):
            data[rng.randrange(min(len(data), 1024))] = rng.randrange(256)
        path.write_bytes(data[: rng.randrange(len(data))] if rng.random() < 0.3 else data)
        try:
            read(path)
        except InputError as error:
            assert error.exit_code == 3
