"""Rust's handles among plain shared objects, as test_handles_c.py has C's; a neighbour is in Rust or in C."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from test_generated_rust import RUNTIME
from test_handles_c import MAIN, SOURCE, WIT

from symbuild.cli import run

pytestmark = pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")

RUST = """
include!(env!("BINDINGS"));

use exports::t::h::i::{Guest, GuestR, GuestTwin, R, RBorrow, TwinBorrow};

struct Component;

export!(Component);

struct Number(u32);

impl Drop for Number {
    fn drop(&mut self) {
        assert_ne!(self.0, BASE + 13, "an end with a panic");
        println!("end {}", self.0);
    }
}

impl GuestR for Number {
    fn new(n: u32) -> Self {
        Self(BASE + n)
    }

    fn n(&self) -> u32 {
        self.0
    }

    fn plus(&self, other: RBorrow<'_>) -> u32 {
        self.0 + other.get::<Self>().0
    }
}

struct Twin(u32);

// Where twins are kept, instead of in boxes.
static mut PLACES: [Option<Twin>; 2] = [None, None];

impl GuestTwin for Twin {
    unsafe fn resource_into_raw_(val: Option<Self>) -> *mut Option<Self> {
        let places = (&raw mut PLACES).cast::<Option<Self>>();
        let place = unsafe { places.add(usize::from((*places).is_some())) };
        assert!(unsafe { place.replace(val) }.is_none(), "no place is left");
        place
    }

    unsafe fn resource_from_raw_(place: *mut Option<Self>) -> Option<Self> {
        unsafe { (*place).take() }
    }

    fn new(n: u32) -> Self {
        Self(n)
    }

    fn n(&self) -> u32 {
        self.0
    }

    fn plus(&self, other: TwinBorrow<'_>) -> u32 {
        self.0 + other.get::<Self>().0
    }
}

// Implements the trait as well, but is not what is behind the handles.
struct Stranger;

impl GuestR for Stranger {
    fn new(_n: u32) -> Self {
        Self
    }

    fn n(&self) -> u32 {
        0
    }

    fn plus(&self, _other: RBorrow<'_>) -> u32 {
        0
    }
}

impl Guest for Component {
    type R = Number;
    type Twin = Twin;

    fn total(all: Vec<R>) -> u32 {
        if let [only] = &all[..] {
            return only.get::<Stranger>().n();
        }
        all.into_iter().map(|r| r.into_inner::<Number>().0).sum()
    }
}
"""
MORE_CASES = """
    case 10: F(end, 0, "X5Bresource_dropX5Dr")(F(make, 0, "X5BconstructorX5Dr")(13)); return 0;
    case 11: return F(calln, 0, "total")(list, 1);
    case 12: printf("%d\\n", F(calln, 0, "total")((void *[]){left, F(make, 0, "X5BconstructorX5Dr")(9)}, 2)); return 0;
    case 13: {
      end drop_twin = F(end, 0, "X5Bresource_dropX5Dtwin");
      void *second = F(make, 0, "X5BconstructorX5Dtwin")(8);
      int sum = F(call2, 0, "X5BmethodX5DtwinX2Eplus")(twin, second);
      drop_twin(twin);
      twin = F(make, 0, "X5BconstructorX5Dtwin")(9);
      printf("%d %d\\n", sum, F(call2, 0, "X5BmethodX5DtwinX2Eplus")(twin, second));
      return 0;
    }
    case 14: F(make, 0, "X5BconstructorX5Dtwin")(8); F(make, 0, "X5BconstructorX5Dtwin")(9); return 0;
    case 15: F(calln, 0, "total")((void *[]){left, left}, 2); return 0;
    default: return 2;
"""
# No version node; what is not local is all that the archive must give.
MAP = "{ global: tX3A*; local: *; };"
SYMBOLS = """
X5BconstructorX5Dr X5BmethodX5DrX2En X5BmethodX5DrX2Eplus X5Bresource_dropX5Dr
X5BconstructorX5Dtwin X5BmethodX5DtwinX2En X5BmethodX5DtwinX2Eplus X5Bresource_dropX5Dtwin total
"""


def build_rust(folder: Path, component: str, base: int) -> str:
    """A component in Rust, as a shared object."""
    out, library, archive = folder / component, folder / f"lib{component}.so", folder / f"lib{component}.a"
    assert run(["bindgen", "rust", str(folder / "h.wit"), "--out-dir", str(out), "--component", component]) == 0
    source = folder / f"{component}.rs"
    source.write_text(f"{RUST}\nconst BASE: u32 = {base};\n")
    rustc = ["rustc", "--edition=2021", "-Dwarnings", "-O", f"--extern=wit_bindgen={folder / 'libwit_bindgen.rlib'}"]
    command = [*rustc, "--crate-type=staticlib", str(source), "-o", str(archive)]
    subprocess.run(command, check=True, env={**os.environ, "BINDINGS": str(out / "w.rs")})
    (folder / "map").write_text(MAP)
    asked = [f"-Wl,-u,tX3AhX2FiX00{name}" for name in SYMBOLS.split()]
    link = ["gcc", "-shared", f"-Wl,--version-script={folder / 'map'}", *asked, "-Wl,--gc-sections"]
    subprocess.run([*link, str(archive), "-lgcc_s", "-o", str(library)], check=True)
    return str(library)


def build_c(folder: Path, component: str, base: int) -> str:
    """A component in C, as a shared object."""
    out, library = folder / component, folder / f"lib{component}.so"
    assert run(["bindgen", "c", str(folder / "h.wit"), "--out-dir", str(out), "--component", component]) == 0
    (folder / "user.c").write_text(SOURCE)
    gcc = ["gcc", "-std=c11", "-shared", "-fPIC", "-fvisibility=hidden", f"-DBASE={base}", "-I", str(out)]
    subprocess.run([*gcc, str(folder / "user.c"), str(out / "w.c"), "-o", str(library)], check=True)
    return str(library)


@pytest.fixture(scope="module", params=[build_rust, build_c], ids=["rust", "c"])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The program, a component in Rust, and one of the language that the parameter is."""
    folder = tmp_path_factory.mktemp("handles")
    (folder / "h.wit").write_text(WIT)
    (folder / "main.c").write_text(MAIN.replace("    default: return 2;\n", MORE_CASES.lstrip("\n")))
    crate = ["--crate-type=rlib", "--crate-name=wit_bindgen", '--cfg=feature="std"', "-O"]
    rlib = folder / "libwit_bindgen.rlib"
    subprocess.run(["rustc", "--edition=2021", *crate, str(RUNTIME), "-o", str(rlib)], check=True)
    libraries = [build_rust(folder, "left", 100), request.param(folder, "right", 200)]
    subprocess.run(["gcc", str(folder / "main.c"), "-o", str(folder / "main"), "-ldl"], check=True)
    return [str(folder / "main"), *libraries]


def test_the_maker_s_code_runs_whoever_is_asked(program: list[str]) -> None:
    done = subprocess.run([*program, "0"], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.split("\n")[:4]) == ["101 202 405", "end 101", "end 202", "end 203"]


def test_an_object_is_taken_out_of_its_handle(program: list[str]) -> None:
    done = subprocess.run([*program, "12"], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    # Each ended once.
    assert sorted(done.stdout.split("\n")[:3]) == ["210", "end 101", "end 109"]


def test_objects_are_kept_where_the_user_says(program: list[str]) -> None:
    done = subprocess.run([*program, "13"], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[0] == "15 17"


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (1, "t:h/i#[method]r.n: null handle"),
        (2, "t:h/i#[method]r.plus: parameter other: handle made by `right`, given to `left`"),
        (3, "t:h/i#[method]r.plus: parameter other: handle made by `left`, given to `right`"),
        (4, "t:h/i#total: parameter all: handle made by `right`, given to `left`"),
        (5, "t:h/i#[method]r.n: handle of another resource, made by `left`"),
        (6, "t:h/i#[method]r.n: handle of a resource that was dropped"),
        (7, "t:h/i#[resource-drop]r: handle of a resource that was dropped"),
        (8, "t:h/i#[method]r.plus: parameter other: handle of a resource that was dropped"),
        (9, "t:h/i#[method]r.plus: parameter other: handle of another resource, made by `left`"),
        (10, "t:h/i#[resource-drop]r: panicked: assertion `left != right` failed: an end with a panic"),
        (14, "t:h/i#[constructor]twin: panicked: no place is left"),
        (15, "t:h/i#total: parameter all: handle of a resource that was dropped"),
        (11, "left::Stranger: cannot use two types with this resource type"),
    ],
)
def test_what_is_no_handle_is_a_trap(program: list[str], case: int, message: str) -> None:
    done = subprocess.run([*program, str(case)], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == -6
    assert f"trap: {message}\n" in done.stderr
