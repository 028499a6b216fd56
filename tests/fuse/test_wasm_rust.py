"""Crates in fused modules: beside each other, and beside C, whose objects they are linked with."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import symbuild
from symbuild.cli import run
from symbuild.errors import ToolError
from symbuild.steps.wasm_rust import wasm_rust
from symbuild.wit import load_world

from .chain import connected
from .parts import Compiled, compiled
from .test_wasm import fuse, said, wasm

pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")

RUNTIME = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"

# A provider of the chain. Every name in it that C or another crate may have, too, is there on purpose.
PROVIDER = """\
include!(env!("BINDINGS"));
use exports::demo::chain::say::{Guest, GuestWord};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[unsafe(no_mangle)]
static calls: AtomicU32 = AtomicU32::new(0);

#[unsafe(no_mangle)]
extern "C" fn decorate() -> u32 {
    calls.fetch_add(1, Relaxed) + 1
}

fn decorated(text: &str) -> String {
    format!("NAME{}({text})", decorate())
}

struct Provider;
struct Word(String);

impl Drop for Word {
    fn drop(&mut self) {
        calls.fetch_add(100, Relaxed);
    }
}

impl GuestWord for Word {
    fn new(text: String) -> Self {
        Word(text)
    }
    fn read(&self) -> String {
        decorated(&self.0)
    }
}

impl Guest for Provider {
    type Word = Word;
    fn greet(name: String) -> String {
        assert!(name != "panic", "asked to");
        decorated(&name)
    }
}

export!(Provider);
"""
USER = """\
include!(env!("BINDINGS"));
use demo::chain::say::{greet, Word};

#[unsafe(no_mangle)]
static calls: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(7000);

struct User;

impl Guest for User {
    fn run(name: String) -> String {
        let read = Word::new(&name).read();
        calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        format!("{} {read}", greet(&name))
    }
}

export!(User);
"""


def crate(folder: Path, name: str, world: str, source: str, runtime: Path) -> Compiled:
    """A component of the chain in Rust: its static library, with a standard library of its own."""
    generated = folder / name
    arguments = ["-w", world, "--component", name, "--out-dir", str(generated)]
    assert run(["bindgen", "rust", str(folder / "chain.wit"), *arguments]) == 0
    (folder / f"{name}.rs").write_text(source, encoding="utf-8")
    library = generated / f"lib{name}.a"
    rustc(runtime, f"{name}.rs", library, "staticlib", bindings=generated / f"{world}.rs")
    return Compiled(name, (library,), generated)


def rustc(runtime: Path, source: str | Path, made: Path, kind: str, *more: str, bindings: Path = Path()) -> None:
    """Compile a crate for wasm."""
    extern = f"--extern=wit_bindgen={runtime}" if made != runtime else "--crate-name=wit_bindgen"
    command = [*wasm_rust().command, "--edition=2021", "-O", extern, f"--crate-type={kind}", *more]
    folder = runtime.parent
    done = subprocess.run(
        [*command, str(source), "-o", str(made)],
        cwd=folder,
        env={"BINDINGS": str(bindings), "PATH": str(Path(shutil.which("rustc") or "").parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    try:
        wasm_rust()
    except ToolError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("crates")
    made = connected(folder, wasm())
    runtime = folder / "libwit_bindgen.rlib"
    rustc(runtime, RUNTIME, runtime, "rlib", '--cfg=feature="std"')
    made["crate"] = crate(folder, "crate", "provider", PROVIDER.replace("NAME", "crate"), runtime)
    made["second"] = crate(folder, "second", "provider", PROVIDER.replace("NAME", "second"), runtime)
    made["asking"] = crate(folder, "asking", "user", USER, runtime)
    return made


def test_a_crate_provides_for_c(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "fused.wasm"
    assert fuse([chain["user"], chain["crate"]], made) == 0
    # The object is dropped once, and after it was read.
    assert said(capfd, made, 'run("x")', 'run("y")') == ['"crate1(x) crate2(x)"', '"crate103(y) crate104(y)"']
    world = load_world(made).world
    assert [f.name for f in world.exported_functions] == ["run"]
    assert [item.key for item in (*world.imports, *world.exports) if item.key.startswith("demo:")] == []


def test_c_provides_for_a_crate(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "fused.wasm"
    assert fuse([chain["asking"], chain["between"], chain["one"]], made, "--components", "asking", "between") == 0
    assert said(capfd, made, 'run("x")') == ['"one(one(x)) one(x)"']


def test_crates_stay_apart(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Three crates with equal names and a standard library each."""
    made = tmp_path / "fused.wasm"
    chosen = ["--choose", "choosing", "left", "crate", "--choose", "choosing", "right", "second"]
    assert fuse([chain["choosing"], chain["crate"], chain["second"]], made, *chosen) == 0
    assert said(capfd, made, 'run("x")', 'run("y")') == ['"crate1(x) second1(x)"', '"crate2(y) second2(y)"']
    assert fuse([chain["asking"], chain["crate"]], made) == 0
    assert said(capfd, made, 'run("x")', 'run("y")') == ['"crate102(x) crate1(x)"', '"crate204(y) crate103(y)"']


def test_a_crate_is_a_root_and_used_inside(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its handles are the host's, outside and inside."""
    made = tmp_path / "fused.wasm"
    assert fuse([chain["asking"], chain["crate"]], made, "--root", "asking", "--root", "crate") == 0
    found = said(capfd, made, 'run("x")', 'demo:chain/say#greet("z")')
    assert found == ['"crate102(x) crate1(x)"', '"crate103(z)"']


def test_a_panic_ends_the_module(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "fused.wasm"
    assert fuse([chain["asking"], chain["crate"]], made) == 0
    capfd.readouterr()
    assert run(["run", str(made), '--invoke=run("panic")']) != 0
    assert "asked to" in capfd.readouterr().err


@pytest.mark.slow
def test_files_clocks_and_sockets(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A crate calls WASI 0.2 itself, and the C library of the module, which has no sockets."""
    folder, made = chain["one"].folder.parent, tmp_path / "fused.wasm"
    runtime = folder / "libwit_bindgen.rlib"
    clocked = PROVIDER.replace("NAME{}({text})", "{}{text} {}").replace(
        "decorate())", "decorate(), std::time::Instant::now().elapsed().as_secs())"
    )
    assert fuse([chain["user"], crate(folder, "clocked", "provider", clocked, runtime)], made) == 0
    assert said(capfd, made, 'run("x")') == ['"1x 0 2x 0"']
    connecting = PROVIDER.replace("decorated(&name)", 'format!("{:?}", std::net::TcpStream::connect(name).is_err())')
    capfd.readouterr()
    assert fuse([chain["user"], crate(folder, "connecting", "provider", connecting, runtime)], made) == 3
    problem = capfd.readouterr().err
    assert "`connecting` calls `connect`, which the C library of the module does not have" in problem
    assert "compose the component instead" in problem


MAIN = """
static int constructed;
__attribute__((constructor)) static void construct(void) { constructed = 1; }
int main(void) {
  user_string_t name, told;
  user_string_set(&name, "x");
  demo_chain_say_greet(&name, &told);
  printf("%d %.*s\\n", constructed, (int)told.len, (char *)told.ptr);
  return 0;
}
"""


def test_constructors_of_a_program_run_beside_a_crate(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Rust's library names what runs them: older C libraries leave them to the linker, which that would mislead."""
    folder, made = chain["one"].folder.parent, tmp_path / "fused.wasm"
    (tmp_path / "main.c").write_text((folder / "user.c").read_text() + MAIN, encoding="utf-8")
    program = compiled(tmp_path, "program", folder / "chain.wit", "user", tmp_path / "main.c", wasm())
    assert fuse([program, chain["crate"]], made, "--program") == 0
    capfd.readouterr()
    assert run(["run", str(made)]) == 0
    assert capfd.readouterr().out == "1 crate1(x)\n"


def test_strings_of_c_are_checked_by_a_crate(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As natively: what is no UTF-8 never becomes a `String`. In a composition the host would see to that."""
    folder, made = chain["one"].folder.parent, tmp_path / "fused.wasm"
    source = tmp_path / "liar.c"
    source.write_text((folder / "one.c").read_text().replace('"one(%s)"', '"\\xFF(%s)"'), encoding="utf-8")
    liar = compiled(tmp_path, "liar", folder / "chain.wit", "provider", source, wasm())
    capfd.readouterr()
    assert fuse([chain["user"], liar], made) == 0
    assert run(["run", str(made), '--invoke=run("x")']) != 0
    assert "unreachable" not in capfd.readouterr().err, "C takes any bytes, and the host looks at them on their way out"
    assert fuse([chain["asking"], liar], made) == 0
    assert run(["run", str(made), '--invoke=run("x")']) != 0
    assert "unreachable" in capfd.readouterr().err


@pytest.mark.slow
def test_bindings_of_one_abi_are_refused(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    generated = tmp_path / "crate"
    folder = chain["crate"].folder.parent
    options = ["--abi", "canonical", "-w", "provider", "--component", "crate", "--out-dir", str(generated)]
    assert run(["bindgen", "rust", str(folder / "chain.wit"), *options]) == 0
    library = tmp_path / "libcrate.a"
    rustc(folder / "libwit_bindgen.rlib", "crate.rs", library, "staticlib", bindings=generated / "provider.rs")
    capfd.readouterr()
    assert fuse([chain["user"], Compiled("crate", (library,), generated)], tmp_path / "fused.wasm") == 3
    problem = capfd.readouterr().err
    assert "`crate` has no definition of `demoX3AchainX2FsayX00greet` for callers in one memory" in problem
    assert "generate its bindings with `--abi both`" in problem
