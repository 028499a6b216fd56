"""A Cargo package as an archive that the system's linker makes a component or a program of.

A library is built as a static library. A program is one only after a link, so for it rustc is given a linker of ours
(``symbuild cargo-linker``), which puts what it is told to link into an archive: the link itself, with the component's
export map, providers and the user's arguments, stays the build system's, as it is for every other language.

For wasm, where what a module exports is what its bindings say, rustc links it, unless it is to be linked with others.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from symbuild.bindings.files import write_files
from symbuild.errors import InputError, ToolError
from symbuild.frozen import frozen
from symbuild.steps.archive import unpack_link
from symbuild.steps.toolchain import RustTools
from symbuild.steps.wasm_rust import LINK, unexported
from symbuild.steps.wasm_rust import TARGET as WASM
from symbuild.steps.world_file import WorldFile

# What Cargo calls the kinds of a library; a procedural macro is one that runs in the compiler.
_LIBRARY_KINDS = frozenset({"lib", "rlib", "dylib", "cdylib", "staticlib"})
# The answer to `--print native-static-libs`, and what rustc says before it.
_NATIVE_LIBRARIES = "native-static-libs: "
_ANSWERS = (_NATIVE_LIBRARIES, "link against the following native artifacts")
# What the package itself may have, for builds by Cargo alone.
_OF_ITS_OWN = "make it `optional = true`, of a feature that is for builds by Cargo alone"
_RUN = Path(__file__).parent.parent / "doors" / "run.py"


@frozen
class Request:
    """What to build, and how. ``name`` chooses among several programs.

    ``crates`` are compiled ones the package may use: the one it calls ``wit_bindgen``, then those that one needs.
    ``optimization`` (``plain 0 g 1 2 3 s``) and ``debug`` are the build's. ``cargo_args`` and ``rustc_args`` are the
    user's. A component's ``world`` says what its module exports for wasm. A program is ``to_fuse`` that is linked to
    one module with components.
    """

    manifest: Path
    name: str
    target_dir: Path
    is_program: bool = False
    crates: tuple[Path, ...] = ()
    optimization: str = "0"
    debug: bool = True
    offline: bool = False
    cargo_args: tuple[str, ...] = ()
    rustc_args: tuple[str, ...] = ()
    world: WorldFile | None = None
    to_fuse: bool = False

    def is_packed(self, tools: RustTools) -> bool:
        """Whether rustc's linker is ours, as another one links the program."""
        return self.is_program and (self.to_fuse or tools.target != WASM)


@frozen
class Built:
    """An archive's bytes, the linker's arguments that go with it, and every file that Cargo read for it.

    For wasm, but for what is to be fused, the bytes are a core module's, which needs no arguments; ``library`` is a
    component's as an archive.
    """

    content: bytes
    link_args: tuple[str, ...]
    inputs: tuple[Path, ...]
    library: bytes | None = None


@frozen
class Target:
    """What of a package is built: Cargo's arguments that choose it, and the file to lock versions by."""

    package: str
    choice: tuple[str, ...]
    lock: Path


def build(request: Request, tools: RustTools) -> Built:
    """Run Cargo, which decides what is to be compiled anew. What compilers say goes to standard error.

    Raises InputError for a package that is not what was asked for, ToolError where Cargo fails.
    """
    where = str(request.manifest)
    if not request.manifest.is_file():
        raise InputError("no such Cargo.toml", where=where, help="name the manifest of a package")
    target = choose(_metadata(request.manifest, tools), request, tools)
    command = [*tools.cargo, "rustc", *arguments(request, target, tools, _digest(request.crates))]
    if request.is_packed(tools):
        _write_linker(_linker(request))
    done = _run(command, request.manifest.parent, tools)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    _show(messages)
    if done.returncode:
        print(done.stderr, end="", file=sys.stderr)
        raise ToolError(
            f"cargo did not build the package `{target.package}`", where=where, help=_cure(done.stderr, messages)
        )
    return _collect(messages, request, target, tools)


def choose(metadata: Mapping[str, Any], request: Request, tools: RustTools) -> Target:
    """The library or program of the manifest's own package, from what ``cargo metadata`` says."""
    where = str(request.manifest)
    manifest = request.manifest.resolve()
    package = next((p for p in metadata["packages"] if Path(p["manifest_path"]).resolve() == manifest), None)
    if package is None:
        members = ", ".join(f"`{p['name']}`" for p in metadata["packages"])
        raise InputError("a workspace without a package of its own", where=where, help=f"name Cargo.toml of {members}")
    _refuse_wit_bindgen(package, where)
    kind = "cdylib,staticlib" if tools.target == WASM else "staticlib"
    choice = _program(package, request) if request.is_program else _library(package, where, kind)
    return Target(package["name"], choice, Path(metadata["workspace_root"], "Cargo.lock"))


def _refuse_wit_bindgen(package: Mapping[str, Any], where: str) -> None:
    """The crate of that name from a registry has bindings for wasm only, and rustc takes no two of one name."""
    for needed in package["dependencies"]:
        called = (needed["rename"] or needed["name"]).replace("-", "_")
        is_always = needed["kind"] is None and needed["target"] is None and not needed["optional"]
        if called == "wit_bindgen" and is_always:
            raise InputError(
                f"the package `{package['name']}` depends on `wit-bindgen`, which symbuild itself brings",
                where=where,
                help=f"remove it, or {_OF_ITS_OWN}",
            )


def _library(package: Mapping[str, Any], where: str, kind: str) -> tuple[str, ...]:
    if any(_LIBRARY_KINDS & set(target["kind"]) for target in package["targets"]):
        return ("--lib", "--crate-type", kind)
    raise InputError(
        f"the package `{package['name']}` has no library, and a component is made of one",
        where=where,
        help='put the component\'s code into src/lib.rs, or name its file: [lib] path = "..."',
    )


def _program(package: Mapping[str, Any], request: Request) -> tuple[str, ...]:
    names = [target["name"] for target in package["targets"] if target["kind"] == ["bin"]]
    for name in (request.name, package.get("default_run"), *names[: len(names) == 1]):
        if name in names:
            return ("--bin", name)
    what = f"has several programs: {', '.join(f'`{name}`' for name in names)}" if names else "has no program"
    cure = "name this one as one of them, or set `default-run`" if names else "put the program's code into src/main.rs"
    raise InputError(f"the package `{package['name']}` {what}", where=str(request.manifest), help=cure)


def arguments(request: Request, target: Target, tools: RustTools, digest: str) -> list[str]:
    """Cargo's after ``rustc``. ``digest`` stands for the contents of the crates, of which Cargo knows nothing."""
    args = ["--manifest-path", request.manifest.name, *target.choice, "--target-dir", str(request.target_dir.resolve())]
    args += ["--message-format", "json", "--quiet"]
    args += ["--locked"] if target.lock.is_file() else []
    args += ["--offline"] if request.offline else []
    args += ["--target", tools.target] if tools.target else []
    args += [] if {"--profile", "--release", "-r"} & set(request.cargo_args) else _profile(request)
    args += [*request.cargo_args, "--"]
    if request.crates:
        args += ["--extern", f"wit_bindgen={request.crates[0].resolve()}", "-C", f"metadata={digest}"]
        folders = {str(crate.resolve().parent): None for crate in request.crates}
        args += [word for folder in folders for word in ("-L", f"dependency={folder}")]
    if request.is_packed(tools):
        args += ["-C", f"linker={_linker(request)}", "-C", "strip=none"]
        args += [] if tools.target == WASM else ["-C", "linker-flavor=gcc"]
    elif tools.target == WASM:
        args += [*LINK, *(unexported(request.world) if request.world else ())]
    else:
        args += ["--print", "native-static-libs"]
    return [*args, *request.rustc_args]


def _profile(request: Request) -> list[str]:
    """Cargo's profile for a build's options. The package's own say how a release is optimised, save for size."""
    profile = "dev" if request.optimization in ("0", "g") else "release"
    settings = [f"debug={str(request.debug).lower()}"] if request.debug != (profile == "dev") else []
    settings += ['opt-level="s"'] if request.optimization == "s" else []
    return ["--profile", profile, *(word for s in settings for word in ("--config", f"profile.{profile}.{s}"))]


def _digest(crates: Iterable[Path]) -> str:
    """Part of the package's fingerprint: Cargo compiles anew when a crate that it did not build has changed."""
    hashed = hashlib.sha256()
    for crate in crates:
        try:
            hashed.update(crate.read_bytes())
        except OSError as error:
            raise InputError(f"cannot read `{crate}`: {error.strerror}") from error
    return hashed.hexdigest()[:16]


def _linker(request: Request) -> Path:
    return request.target_dir.resolve() / "symbuild-linker"


def _write_linker(script: Path) -> None:
    """rustc takes a linker's path without arguments, so it is a script."""
    command = shlex.join([sys.executable, str(_RUN), "cargo-linker", "--"])
    write_files(script.parent, {script.name: f'#!/bin/sh\nexec {command} "$@"\n'.encode()})
    script.chmod(0o755)


def _metadata(manifest: Path, tools: RustTools) -> Mapping[str, Any]:
    command = ["metadata", "--no-deps", "--format-version", "1", "--manifest-path", manifest.name]
    done = _run([*tools.cargo, *command], manifest.parent, tools)
    if done.returncode:
        print(done.stderr, end="", file=sys.stderr)
        raise InputError("cargo cannot read this manifest", where=str(manifest), help="mend what it names above")
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def _run(command: Sequence[str], folder: Path, tools: RustTools) -> subprocess.CompletedProcess[str]:
    """Run Cargo where the package is: its `.cargo/config.toml`, say of vendored crates, is looked for from there."""
    environment = {**os.environ, **tools.environment}
    try:
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ToolError(
            f"cannot run `{command[0]}`: {error.strerror}", help="install Cargo, or set CARGO to its command"
        ) from error


def _diagnostics(messages: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (message["message"] for message in messages if message["reason"] == "compiler-message")


def _show(messages: Iterable[Mapping[str, Any]]) -> None:
    for diagnostic in _diagnostics(messages):
        if not diagnostic["message"].startswith(_ANSWERS):
            print(diagnostic["rendered"], end="", file=sys.stderr)


def _cure(said: str, messages: Iterable[Mapping[str, Any]]) -> str:
    if any("multiple candidates" in d["message"] and "`wit_bindgen`" in d["message"] for d in _diagnostics(messages)):
        return f"the package depends on `wit-bindgen`, which symbuild itself brings: {_OF_ITS_OWN}"
    if "--locked" in said:
        return "Cargo.lock does not fit Cargo.toml: `cargo update --workspace` mends it"
    if "--offline" in said or "failed to download" in said or "Could not resolve host" in said:
        return "`cargo fetch` while there is a network, or `cargo vendor`, brings the crates"
    return "what the compiler says stands above"


def _collect(messages: Sequence[Mapping[str, Any]], request: Request, target: Target, tools: RustTools) -> Built:
    made = [m for m in messages if m["reason"] == "compiler-artifact"]
    last = made[-1]  # the package comes after everything it needs
    files = {Path(name).suffix: Path(name) for name in last["filenames"]}
    artifact = Path(last["executable"] or (files[".wasm"] if tools.target == WASM else last["filenames"][0]))
    content, link_args = artifact.read_bytes(), tuple(_library_args(messages))
    if request.is_packed(tools):
        link = unpack_link(content)
        content, link_args = link.archive, link.args
    sources = _read_depfile(artifact.with_suffix(".d").read_text(encoding="utf-8"))
    manifests = [Path(m["manifest_path"]) for m in made if m["package_id"].startswith("path+")]
    configuration = [target.lock, target.lock.with_name("Cargo.toml"), target.lock.parent / ".cargo" / "config.toml"]
    inputs = [*sources, *manifests, *filter(Path.is_file, configuration)]
    library = files[".a"].read_bytes() if tools.target == WASM and not request.is_program else None
    return Built(content, link_args, tuple(dict.fromkeys(inputs)), library)


def _library_args(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Where build scripts said that libraries are, and which ones rustc says its archive needs."""
    for message in messages:
        if message["reason"] == "build-script-executed":
            yield from (f"-L{path.rpartition('=')[2]}" for path in message["linked_paths"])
    for diagnostic in _diagnostics(messages):
        if diagnostic["message"].startswith(_NATIVE_LIBRARIES):
            yield from shlex.split(diagnostic["message"].removeprefix(_NATIVE_LIBRARIES))


def _read_depfile(text: str) -> list[Path]:
    """The files of Cargo's own depfile, one rule in make's form: a space in a name is escaped."""
    listed = text.partition(": ")[2].replace("\\ ", "\0").split()
    return [Path(name.replace("\0", " ")) for name in listed]
