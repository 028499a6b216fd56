"""Resources in Rust, in the spelling of wit-bindgen's sources."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import symbuild
from symbuild.bindings.rust import Options, bindings, user_functions
from symbuild.errors import SymbuildError
from symbuild.wit import load_world

RUNTIME = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"
TYPES = """
  resource file {
    constructor(name: string);
    read: func(n: u32) -> list<u8>;
    close: func();
    open: static func(name: string) -> result<file, string>;
  }
  resource try-out { constructor() -> result<try-out, string>; }
  type alias = file;
  record owning { f: file, name: string }
  record lent { f: borrow<file>, name: string }
  record mixed { f: borrow<file>, g: file }
"""


def generate(tmp_path: Path, wit: str, options: Options | None = None) -> str:
    path = tmp_path / "w.wit"
    path.write_text(f"package n:p;\n{wit}")
    (content,) = bindings(load_world(path, "w").world, options or Options()).values()
    return content.decode()


def head(tmp_path: Path, side: str, function: str, options: Options | None = None) -> str:
    """The head of function ``f`` of an interface with TYPES on one side, from its parameters on."""
    made = generate(tmp_path, f"interface i {{ {TYPES} f: {function}; }} world w {{ {side} i; }}", options)
    found = re.search(r"^ +(?:pub )?fn f(\(.*?)(?: \{|;)$", made, re.MULTILINE)
    assert found
    return found[1]


def test_a_lent_handle_lies_in_a_variable(tmp_path: Path) -> None:
    """A user's `take_handle` writes there, which Rust forbids where a parameter lies."""
    made = generate(
        tmp_path, f"interface i {{ {TYPES} }} world w {{ import i; use i.{{file}}; export f: func(a: borrow<file>); }}"
    )
    assert "let mut _p0 = _p0;" in made
    assert "lent::<File>(&raw mut _p0, " in made


@pytest.mark.parametrize(
    ("wit", "imported", "exported"),
    [
        ("func(a: file, b: alias) -> file", "(a: File, b: Alias) -> File", "(a: File, b: Alias) -> File"),
        ("func(a: borrow<file>)", "(a: &File)", "(a: FileBorrow<'_>)"),
        ("func(a: borrow<alias>)", "(a: &Alias)", "(a: AliasBorrow<'_>)"),
        ("func(a: list<file>)", "(a: _rt::Vec<File>)", "(a: _rt::Vec<File>)"),
        ("func(a: list<borrow<file>>)", "(a: &[&File])", "(a: _rt::Vec<FileBorrow<'_>>)"),
        ("func(a: tuple<borrow<file>, string>)", "(a: (&File, &str))", "(a: (FileBorrow<'_>, _rt::String))"),
        ("func(a: owning)", "(a: Owning)", "(a: Owning)"),
        ("func(a: lent)", "(a: &Lent<'_>)", "(a: Lent<'_>)"),
        ("func(a: list<lent>)", "(a: &[Lent<'_>])", "(a: _rt::Vec<Lent<'_>>)"),
        ("func(a: mixed)", "(a: Mixed<'_>)", "(a: Mixed<'_>)"),
    ],
)
def test_parameters(tmp_path: Path, wit: str, imported: str, exported: str) -> None:
    assert head(tmp_path, "import", wit) == imported
    assert head(tmp_path, "export", wit) == exported


def test_a_borrowing_record_borrows_its_strings_where_asked_to(tmp_path: Path) -> None:
    options = Options(ownership="borrowing")
    assert head(tmp_path, "import", "func(a: lent, b: owning)", options) == "(a: Lent<'_>, b: Owning)"
    made = (tmp_path / "w.wit").read_text().removeprefix("package n:p;\n")
    assert re.search(r"struct Lent<'a> \{\s+pub f: &'a File,\s+pub name: &'a str,", generate(tmp_path, made, options))
    # What is given away is owned, whatever the option.
    assert re.search(r"struct Owning \{\s+pub f: File,\s+pub name: _rt::String,", generate(tmp_path, made, options))


@pytest.mark.parametrize("side", ["import", "export"])
def test_functions_of_a_resource(tmp_path: Path, side: str) -> None:
    made = generate(tmp_path, f"interface i {{ {TYPES} }} world w {{ {side} i; }}")
    name = "&str" if side == "import" else "_rt::String"
    heads = re.findall(r"^ +(?:pub )?fn ((?:new|read|close|open)\((?!_).*?)(?: \{|;)$", made, re.MULTILINE)
    assert heads == [
        f"new(name: {name}) -> Self",
        "read(&self, n: u32) -> _rt::Vec<u8>",
        "close(&self)",
        f"open(name: {name}) -> ::core::result::Result<File, _rt::String>",
        "new() -> ::core::result::Result<Self, _rt::String>",
    ]


@pytest.mark.parametrize("side", ["import", "export"])
def test_methods_can_be_chained(tmp_path: Path, side: str) -> None:
    made = generate(tmp_path, f"interface i {{ {TYPES} }} world w {{ {side} i; }}", Options(method_chaining=True))
    assert "fn close(&self) -> &Self" in made and "fn read(&self, n: u32) -> _rt::Vec<u8>" in made


def test_a_resource_of_another_interface_keeps_both_of_its_forms(tmp_path: Path) -> None:
    wit = "interface i { resource r; } interface j { use i.{r as s}; f: func(a: s, b: borrow<s>); } world w { %s j; }"
    made = generate(tmp_path, wit % "export i; export")
    assert "pub type S = super::super::super::super::exports::n::p::i::R;" in made
    assert "pub type SBorrow<'a> = super::super::super::super::exports::n::p::i::RBorrow<'a>;" in made
    made = generate(tmp_path, wit % "export")
    assert "pub type S = super::super::super::super::n::p::i::R;" in made and "SBorrow" not in made
    assert "fn f(a: S, b: &S);" in made


def test_a_remapped_resource_is_the_users(tmp_path: Path) -> None:
    wit = f"interface i {{ {TYPES} f: func(a: borrow<file>) -> file; }} world w {{ import i; }}"
    made = generate(tmp_path, wit, Options(remap={"n:p/i/file": "crate::File"}))
    assert "fn f(a: &crate::File) -> crate::File" in made and "crate::File::from_handle(" in made
    assert "struct File" not in made and "impl File" not in made and "struct TryOut" in made


def test_equal_types_are_one_only_with_handles_of_one_resource(tmp_path: Path) -> None:
    records = "record a { x: r } record b { x: r } record c { x: s }"
    wit = f"interface i {{ resource r; resource s; {records} f: func(x: a, y: b, z: c); }} world w {{ import i; }}"
    made = generate(tmp_path, wit, Options(merge_equal=True))
    assert "pub type B = A;" in made and "pub struct C" in made


def test_the_users_types_are_named(tmp_path: Path) -> None:
    path = tmp_path / "w.wit"
    path.write_text("package n:p; interface i { resource r { m: func(); } f: func(); } world w { export i; }")
    found = {f.name: f.symbol for f in user_functions(load_world(path).world, Options())}
    assert found == {
        "exports::n::p::i::GuestR::m": "nX3ApX2FiX00X5BmethodX5DrX2Em",
        "exports::n::p::i::Guest::f": "nX3ApX2FiX00f",
        "exports::n::p::i::Guest::R": "nX3ApX2FiX00X5Bresource_dropX5Dr",
    }


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        ("all", "`--async=all`: asynchronous functions cannot be built yet"),
        ("n:p/i#f", "`--async=n:p/i#f`: asynchronous functions cannot be built yet"),
        ("-n:p/i#g", "`--async=-n:p/i#g` names no function of the world"),
        ("-export:n:p/i#f", "`--async=-export:n:p/i#f` names no function of the world"),
    ],
)
def test_no_function_is_asynchronous_yet(tmp_path: Path, filter: str, message: str) -> None:
    wit = "interface i { f: func(); } world w { import i; export run: func(); }"
    everything = ("-all", "-n:p/i#f", "-import:n:p/i#f", "-run", "-export:run")
    assert "pub fn f()" in generate(tmp_path, wit, Options(sync=everything))
    with pytest.raises(SymbuildError, match=re.escape(message)):
        generate(tmp_path, wit, Options(sync=(filter,)))


BOXES = """
use std::collections::HashSet;
use wit_bindgen::rt::{destroy, make, rep, Implementor, Table};

static KIND: Implementor = Implementor::new();
static TABLE: Table<1> = Table::new(1, [7; 32], "here\\0");
static OTHER: Table<0> = Table::new(1, [7; 32], "there\\0");

unsafe extern "C" fn drop_handle(_handle: *mut u8) {}
unsafe fn end(rep: *mut u8) {
    drop(unsafe { Box::from_raw(rep.cast::<usize>()) });
}

fn settle() {
    KIND.settle::<usize>(|| TABLE.fill(drop_handle, [settle as *const ()]));
}

fn give(n: usize) -> usize {
    settle();
    unsafe { TABLE.give(make(Box::into_raw(Box::new(n)).cast())) as usize }
}

fn work(seed: usize) {
    let mut held = Vec::new();
    for i in 0..2000 {
        held.push((give(seed + i), seed + i));
        if i % 3 == 0 {
            let (handle, n) = held.swap_remove(i * 7 % held.len());
            unsafe {
                assert_eq!(*rep(handle).cast::<usize>(), n);
                destroy(handle as *mut u8, end);
            }
        }
    }
    let different: HashSet<_> = held.iter().map(|(handle, _)| handle).collect();
    assert_eq!(different.len(), held.len());
    for (handle, n) in held {
        unsafe {
            assert!(TABLE.is_own(handle as *const u8) && !OTHER.is_own(handle as *const u8));
            assert_eq!(*rep(handle).cast::<usize>(), n);
            destroy(handle as *mut u8, end);
        }
    }
}

fn main() {
    let threads: Vec<_> = (0..4).map(|i| std::thread::spawn(move || work(i * 10_000))).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let first = give(1);
    // Given back, it is nobody else's until it is given again.
    unsafe {
        let back = TABLE.receive(first as *mut u8, "here");
        assert!(!TABLE.is_own(first as *const u8));
        assert!(TABLE.is_own(TABLE.give(back)));
    }
    unsafe { destroy(first as *mut u8, end) };
    assert!(!unsafe { TABLE.is_own(first as *const u8) } && !unsafe { TABLE.is_own(std::ptr::null()) });
    // The box that was dropped longest ago is used first.
    assert_ne!(give(2), first);
}
"""


@pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")
def test_boxes_are_shared_by_threads(tmp_path: Path) -> None:
    crate, source, program = tmp_path / "libwit_bindgen.rlib", tmp_path / "boxes.rs", tmp_path / "boxes"
    source.write_text(BOXES)
    rustc = ["rustc", "--edition=2021", "-O", "-Dwarnings", "-Cdebug-assertions"]
    # Without the feature `std`, as boxes need none.
    subprocess.run(
        [*rustc, "--crate-type=rlib", "--crate-name=wit_bindgen", str(RUNTIME), "-o", str(crate)], check=True
    )
    subprocess.run([*rustc, f"--extern=wit_bindgen={crate}", str(source), "-o", str(program)], check=True)
    checked = ["valgrind", "-q", "--leak-check=full", "--error-exitcode=9"] if shutil.which("valgrind") else []
    done = subprocess.run([*checked, str(program)], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
