"""A Cargo package as an archive: what Cargo is asked, what is said of a package that does not serve, and the link."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from symbuild.cli import run
from symbuild.errors import InputError
from symbuild.steps.archive import Link, pack, pack_link, read_link, unpack_link
from symbuild.steps.binary import members
from symbuild.steps.cargo import Request, Target, arguments, choose
from symbuild.steps.toolchain import RustTools

TOOLS = RustTools(("cargo",), {})
FOR_WASM = RustTools(("cargo",), {}, "wasm32-wasip2")
needs_cargo = pytest.mark.skipif(not shutil.which("cargo"), reason="needs cargo")


def request_for(folder: Path, **changes: Any) -> Request:
    return Request(folder / "Cargo.toml", "part", folder / "out", **changes)


def asked(folder: Path, tools: RustTools = TOOLS, **changes: Any) -> str:
    """What Cargo is asked, as one line."""
    target = Target("part", ("--lib",), folder / "Cargo.lock")
    return shlex.join(arguments(request_for(folder, **changes), target, tools, "0123"))


PROFILES = {
    ("0", True): "--profile dev",
    ("0", False): "--profile dev --config profile.dev.debug=false",
    ("g", True): "--profile dev",
    ("2", True): "--profile release --config profile.release.debug=true",
    ("3", False): "--profile release",
    ("s", False): "--profile release --config 'profile.release.opt-level=\"s\"'",
    ("plain", False): "--profile release",
}


@pytest.mark.parametrize(("options", "profile"), PROFILES.items(), ids=str)
def test_options_of_the_build_choose_a_profile(options: tuple[str, bool], profile: str, tmp_path: Path) -> None:
    line = asked(tmp_path, optimization=options[0], debug=options[1])
    assert f"--quiet {profile} -- --print" in line


def test_a_profile_of_the_users_wins(tmp_path: Path) -> None:
    line = asked(tmp_path, cargo_args=("--profile", "dist", "--features", "x"), rustc_args=("-Dwarnings",))
    assert "--quiet --profile dist --features x -- " in line and line.endswith(" -Dwarnings")


def test_versions_are_locked_where_the_user_locked_them(tmp_path: Path) -> None:
    assert "--locked" not in asked(tmp_path)
    (tmp_path / "Cargo.lock").touch()
    assert "--locked" in asked(tmp_path)


def test_a_cross_build_has_its_target(tmp_path: Path) -> None:
    tools = RustTools(("cargo",), {}, "riscv64gc-unknown-linux-gnu")
    assert "--offline --target riscv64gc-unknown-linux-gnu" in asked(tmp_path, tools, offline=True)


def test_a_crate_of_the_build_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    line = asked(tmp_path, crates=(tmp_path / "a" / "libw.rlib", tmp_path / "b" / "librt.rlib"))
    assert f"--extern wit_bindgen={tmp_path}/a/libw.rlib -C metadata=0123" in line
    assert f"-L dependency={tmp_path}/a -L dependency={tmp_path}/b" in line


def described(folder: Path, *targets: tuple[str, str], default: str | None = None) -> dict[str, Any]:
    """What `cargo metadata` says of a package."""
    package = {
        "name": "part",
        "manifest_path": str(folder / "Cargo.toml"),
        "targets": [{"kind": [kind], "name": name} for kind, name in targets],
        "dependencies": [],
        "default_run": default,
    }
    return {"packages": [package], "workspace_root": str(folder)}


@pytest.mark.parametrize("kind", ["lib", "rlib", "cdylib", "staticlib"])
def test_any_library_is_built_as_a_static_one(kind: str, tmp_path: Path) -> None:
    found = choose(described(tmp_path, ("bin", "part"), (kind, "part")), request_for(tmp_path), TOOLS)
    assert found.choice == ("--lib", "--crate-type", "staticlib")


def test_for_wasm_rustc_links(tmp_path: Path) -> None:
    package = described(tmp_path, ("lib", "part"), ("bin", "part"))
    assert choose(package, request_for(tmp_path), FOR_WASM).choice == ("--lib", "--crate-type", "cdylib,staticlib")
    for is_program in (False, True):
        line = asked(tmp_path, FOR_WASM, is_program=is_program, rustc_args=("-Dwarnings",))
        assert line.endswith("--target wasm32-wasip2 --profile dev -- -Clinker=rust-lld -Dwarnings")
    line = asked(tmp_path, FOR_WASM, is_program=True, to_fuse=True)
    assert line.endswith(f"--profile dev -- -C linker={tmp_path}/out/symbuild-linker -C strip=none")


@pytest.mark.parametrize(
    ("programs", "default", "chosen"),
    [(["only"], None, "only"), (["other", "part"], None, "part"), (["a", "b"], "b", "b"), (["a", "part"], "a", "part")],
)
def test_a_program_of_a_package(programs: list[str], default: str | None, chosen: str, tmp_path: Path) -> None:
    metadata = described(tmp_path, *(("bin", name) for name in programs), default=default)
    assert choose(metadata, request_for(tmp_path, is_program=True), TOOLS).choice == ("--bin", chosen)


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ([("lib", "part")], "the package `part` has no program"),
        ([("bin", "a"), ("bin", "b")], "the package `part` has several programs: `a`, `b`"),
    ],
)
def test_a_program_that_cannot_be_chosen(targets: list[tuple[str, str]], said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        choose(described(tmp_path, *targets), request_for(tmp_path, is_program=True), TOOLS)
    assert caught.value.findings[0].what == said


LIBRARY = '[package]\nname = "part"\nversion = "1.0.0"\nedition = "2021"\n'
MISTAKES = {
    "no manifest": (None, "no such Cargo.toml", "name the manifest of a package"),
    "no TOML": ("[package\n", "cargo cannot read this manifest", "mend what it names above"),
    "procedural macro": (
        LIBRARY + "[lib]\nproc-macro = true\n",
        "the package `part` has no library, and a component is made of one",
        "put the component's code into src/lib.rs",
    ),
    "workspace": ("[workspace]\n", "a workspace without a package of its own", "name Cargo.toml of"),
    "wit-bindgen": (
        LIBRARY + '[dependencies]\nbindings = { package = "other", version = "1" }\nwit-bindgen = "0.60"\n',
        "the package `part` depends on `wit-bindgen`, which symbuild itself brings",
        "remove it, or make it `optional = true`, of a feature that is for builds by Cargo alone",
    ),
    "a crate that is not here": (
        LIBRARY + '[dependencies]\nwords = "1"\n',
        "cargo did not build the package `part`",
        "`cargo fetch` while there is a network, or `cargo vendor`, brings the crates",
    ),
    "a source that does not compile": (
        LIBRARY + 'description = "broken"\n',
        "cargo did not build the package `part`",
        "what the compiler says stands above",
    ),
}


def make_package(folder: Path, manifest: str | None) -> Path:
    (folder / "src").mkdir(parents=True)
    broken = manifest is not None and "broken" in manifest
    (folder / "src" / "lib.rs").write_text("fn f() -> u8 {}\n" if broken else "")
    if manifest is not None:
        (folder / "Cargo.toml").write_text(manifest)
    return folder / "Cargo.toml"


@needs_cargo
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_what_is_said_of_a_mistake(
    mistake: tuple[str | None, str, str],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manifest, what, cure = mistake
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "home"))  # where no crates were fetched to
    path = make_package(tmp_path / "part", manifest)
    assert cargo(path, tmp_path / "out", "--offline") in (3, 4)
    said = capfd.readouterr().err
    assert f"error: {what}\n  --> {path}\n  help: " in said and cure in said


@needs_cargo
def test_a_lock_that_does_not_fit(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    make_package(tmp_path / "words", LIBRARY.replace("part", "words"))
    path = make_package(tmp_path / "part", LIBRARY + '[dependencies]\nwords = { path = "../words" }\n')
    assert cargo(path, tmp_path / "out", "--offline") == 0
    assert 'name = "words"' in path.with_name("Cargo.lock").read_text()
    (tmp_path / "words" / "Cargo.toml").write_text(LIBRARY.replace("part", "words").replace("1.0.0", "2.0.0"))
    assert cargo(path, tmp_path / "out", "--offline") == 4
    assert "help: Cargo.lock does not fit Cargo.toml: `cargo update --workspace` mends it" in capfd.readouterr().err


@needs_cargo
def test_the_depfile_lists_what_cargo_read(tmp_path: Path) -> None:
    make_package(tmp_path / "a crate", LIBRARY.replace("part", "words"))
    path = make_package(tmp_path / "part", LIBRARY + '[dependencies]\nwords = { path = "../a crate" }\n')
    out = tmp_path / "out"
    assert cargo(path, out, "--offline", "--depfile", str(out / "part.d")) == 0
    target, _, listed = (out / "part.d").read_text().partition(": ")
    assert target == str(out / "libpart_cargo.a")
    files = {name.replace("\0", " ") for name in listed.replace("\\ ", "\0").split()}
    parts = ("part/src/lib.rs", "part/Cargo.toml", "part/Cargo.lock", "a crate/src/lib.rs", "a crate/Cargo.toml")
    assert files == {str(tmp_path / part) for part in parts}
    assert "-lgcc_s" in (out / "part_cargo.args").read_text().split()


def cargo(manifest: Path, out: Path, *options: str) -> int:
    work = ["--out-dir", str(out), "--target-dir", str(out / "target")]
    return run(["cargo", "--manifest-path", str(manifest), "--component", "part", *work, *options])


@pytest.mark.skipif(not shutil.which("ar"), reason="needs ar")
def test_ar_reads_our_archives(tmp_path: Path) -> None:
    objects = [("a.o", b"one"), ("a_name_of_more_than_sixteen_bytes.o", b"four"), ("a.o", b"")]
    (tmp_path / "x.a").write_bytes(pack(objects))
    assert list(members(pack(objects), tmp_path / "x.a")) == objects
    listed = subprocess.run(["ar", "t", tmp_path / "x.a"], capture_output=True, text=True, check=True).stdout
    assert listed.split() == [name for name, _ in objects]


def test_what_a_linker_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.o").write_bytes(b"object")
    (tmp_path / "symbols.o").write_bytes(b"rustc's")
    (tmp_path / "crt1-command.o").write_bytes(b"the linker's")
    (tmp_path / "libb.rlib").write_bytes(pack([("lib.rmeta", b"rustc's"), ("b.o", b"member")]))
    told = [
        "-m64",
        *(str(tmp_path / name) for name in ("symbols.o", "crt1-command.o", "a.o", "libb.rlib")),
        "-Wl,-Bdynamic",
        "-lz",
    ]
    told += ["-L", "/a folder", "-L", "/tmp/rustc/raw-dylibs", "-L/opt", "/lib/libq.so", "-pie", "-o", "/out/app"]
    link, output = read_link(told)
    assert output == Path("/out/app")
    assert list(members(link.archive, output)) == [("a.o", b"object"), ("b.o", b"member")]
    assert link.args == ("-lz", "-L/a folder", "-L/opt", "/lib/libq.so")
    assert unpack_link(pack_link(link)) == link
    (tmp_path / "long").write_text(" ".join(word.replace(" ", "\\ ") for word in told))
    assert read_link([f"@{tmp_path / 'long'}"]) == (link, output)


def test_a_link_without_libraries() -> None:
    assert unpack_link(pack_link(Link(b"!<arch>\n", ()))) == Link(b"!<arch>\n", ())
    assert json.loads(pack_link(Link(b"", ("-la\nb",))).partition(b"\n")[0]) == ["-la\nb"]
