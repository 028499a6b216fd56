"""``generate!`` is found in any source, and read as wit-bindgen's macro reads it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import symbuild
from symbuild.bindings.rust.macros import Call, calls
from symbuild.bindings.rust.names import Options
from symbuild.cli import run
from symbuild.errors import InputError

RUNTIME = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"
NONE = Options()
READ = {
    "generate!();": Call(1, NONE),
    'wit_bindgen::generate!("w");': Call(1, NONE, world="w"),
    'generate!(in "wit/a.wit");': Call(1, NONE, paths=("wit/a.wit",)),
    '\n\n wit_bindgen ::\n generate ! ("w" in "p")': Call(3, NONE, world="w", paths=("p",)),
    'generate!({ world: "n:p/w", path: ["a", "b"], features: ["x"], });': Call(
        1, NONE, world="n:p/w", paths=("a", "b"), features=("x",)
    ),
    'generate!({ inline: r#"world "w""#, generate_all })': Call(1, Options(generate_all=True), inline='world "w"'),
    'generate![{ with: { "a:b/c": generate, "d:e/f": x::y::z }, std_feature: true }]': Call(
        1, Options(remap={"a:b/c": "generate", "d:e/f": "x::y::z"}, std_feature=True)
    ),
    "generate!({ ownership: Borrowing { duplicate_if_necessary: true } })": Call(
        1, Options(ownership="borrowing-duplicate-if-necessary")
    ),
    "generate!({ ownership: Owning, additional_derives: [Hash, serde::Serialize], skip: ['x'] })".replace(
        "'", '"'
    ): Call(1, Options(derives=("Hash", "serde::Serialize"), skip=frozenset(["x"]))),
    "generate!({ async: false, enable_method_chaining: true })": Call(1, Options(sync=("-all",), method_chaining=True)),
    'generate!({ async: ["-run", "-import:a:b/c#f"], stubs })': Call(
        1, Options(sync=("-run", "-import:a:b/c#f"), stubs=True)
    ),
    'generate!({ additional_type_attributes: { "n:p/i/t": [#[must_use] #[serde(rename = "a b", r = 1)]] } })': Call(
        1, Options(type_attributes=(("n:p/i/t", "#[must_use]"), ("n:p/i/t", '#[serde(rename="a b",r=1)]')))
    ),
    'generate!({ additional_member_attributes: { "t.a": [#[cfg(not x)]], "t.b": [#[doc(hidden)]], }, stubs })': Call(
        1, Options(member_attributes=(("t.a", "#[cfg(not x)]"), ("t.b", "#[doc(hidden)]")), stubs=True)
    ),
    'generate!({ type_section_suffix: "hello, world", debug: true, raw_strings })': Call(1, Options(raw_strings=True)),
}
NO_CALLS = """
// generate!("comment");
/* generate!("block"); /* nested */ generate!("still in it"); */
const TEXT: &str = "generate!(\\"string\\")";
const RAW: &str = r##"generate!("raw "# string")"##;
const LETTERS: [char; 3] = ['"', '\\'', '\\u{22}'];
fn generate<'a>(x: &'a u8) -> &'a u8 { x }
macro_rules! regenerate { () => {} }
fn f() { generate(&1); regenerate!(); }
"""


@pytest.mark.parametrize("source", READ)
def test_what_a_call_says(source: str) -> None:
    assert calls(source, "a.rs") == (READ[source],)


def test_comments_and_literals_hold_no_calls() -> None:
    assert calls(NO_CALLS, "a.rs") == ()
    assert [call.line for call in calls(NO_CALLS + "generate!();", "a.rs")] == [10]


def test_an_unknown_option_is_told() -> None:
    with pytest.raises(InputError, match="`generate!` has no option `worl` here") as caught:
        calls('generate!({ worl: "w" })', "a.rs")
    assert "a.rs:1" in str(caught.value) and "world" in str(caught.value)


@pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")
def test_the_macro_includes_what_was_generated(tmp_path: Path) -> None:
    source = tmp_path / "lib.rs"
    source.write_text(
        'mod a {wit_bindgen::generate!({ inline: "package n:p; world w { use i.{t}; } interface i { type t = u8; }" })'
        ';}\nmod b {\n    use wit_bindgen::generate;\n    generate!("v" in "more.wit");\n}\n'
        "pub fn sum(x: u8) -> u32 {\n    b::f(x)\n}\n"
    )
    (tmp_path / "more.wit").write_text("package m:p; world v { import f: func(x: u8) -> u32; }")
    out = tmp_path / "out"
    assert run(["expand", str(source), "--out-dir", str(out), "--crate", str(tmp_path)]) == 0
    runtime = tmp_path / "libwit_bindgen.rlib"
    rustc = ["rustc", "--edition=2021", "-Dwarnings", "--crate-type=rlib"]
    subprocess.run([*rustc, "--crate-name=wit_bindgen", str(RUNTIME), "-o", str(runtime)], check=True)
    done = subprocess.run(
        [*rustc, "--emit=metadata", f"--extern=wit_bindgen={runtime}", str(source), "-o", str(tmp_path / "x.rmeta")],
        env={**os.environ, "SYMBUILD_BINDINGS": str(out)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("cargo"), reason="needs cargo")
def test_a_crate_of_cargo_builds_as_the_readme_says(tmp_path: Path) -> None:
    readme = (RUNTIME.parent.parent / "README.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```rust\n(.*?)```", readme, re.DOTALL)
    script = script.replace('new("symbuild")', f'new("{sys.executable}")')
    script = script.replace('.args(["expand"', '.args(["-m", "symbuild", "expand"')
    files = {
        "Cargo.toml": '[package]\nname = "greeter"\nversion = "0.1.0"\nedition = "2024"\n'
        f'[dependencies]\nwit-bindgen = {{ path = "{RUNTIME.parent.parent}" }}\n',
        "build.rs": script,
        "wit/greeter.wit": "package n:p;\n\nworld greeter {\n  export greet: func(name: string) -> string;\n}\n",
        "src/lib.rs": "wit_bindgen::generate!();\n\nstruct Greeter;\n\nexport!(Greeter);\n\n"
        "impl Guest for Greeter {\n    fn greet(name: String) -> String {\n        name\n    }\n}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(symbuild.__file__).parent.parent)}
    environment |= {"CARGO_TARGET_DIR": str(tmp_path / "target"), "RUSTFLAGS": "-Dwarnings"}
    check = ["cargo", "check", "--offline", "--quiet"]
    done = subprocess.run(check, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('generate!("w" in "missing");', "no WIT at"),
        ('generate!({ inline: "world w {", });', "a.rs:1"),
    ],
)
def test_mistakes_are_told(source: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.rs").write_text(source)
    assert run(["expand", str(tmp_path / "a.rs"), "--out-dir", str(tmp_path), "--crate", str(tmp_path)]) == 3
    assert re.search(message, capsys.readouterr().err)
