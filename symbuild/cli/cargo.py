"""``symbuild cargo``: build a Cargo package with a component's bindings, as an archive for the system's linker."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from symbuild.bindings.files import depfile, write_files
from symbuild.errors import UsageError
from symbuild.steps import world_file
from symbuild.steps.cargo import Request, build
from symbuild.steps.toolchain import rust_tools
from symbuild.steps.wasm_rust import TARGET as WASM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb; what follows ``--`` goes to Cargo."""
    parser.add_argument("--manifest-path", type=Path, required=True, metavar="FILE", help="the package's Cargo.toml")
    parser.add_argument("--component", required=True, metavar="NAME", help="the component's or program's name")
    parser.add_argument("--program", action="store_true", help="a program of the package, not its library")
    parser.add_argument(
        "--to-fuse", action="store_true", help="for wasm: a program as libNAME_cargo.a, for one module with components"
    )
    parser.add_argument(
        "--out-dir",
        type=Path,
        required=True,
        metavar="DIR",
        help="for libNAME_cargo.a, NAME_cargo.args (wasm: NAME.core.wasm, and of a library libNAME_cargo.a)",
    )
    parser.add_argument("--target-dir", type=Path, required=True, metavar="DIR", help="where Cargo works")
    parser.add_argument("--depfile", type=Path, metavar="FILE", help="write the files read, in make's form")
    parser.add_argument(
        "--depfile-target", type=Path, metavar="FILE", help="what those files are of there (default: what is made)"
    )
    parser.add_argument(
        "--crate", type=Path, action="append", default=[], metavar="RLIB", help="the crate `wit_bindgen`; what it needs"
    )
    parser.add_argument("--optimization", default="0", choices=("plain", *"0g123s"), help="as Meson's (default: 0)")
    parser.add_argument("--debug", action="store_true", help="with debug information")
    parser.add_argument("--offline", action="store_true", help="use no network")
    parser.add_argument("--cargo", metavar="FILE", help="Cargo's command (default: CARGO, else of PATH)")
    parser.add_argument("--rustc", default="", metavar="COMMAND", help="the compiler with its target, as one word")
    parser.add_argument("--rustc-arg", action="append", default=[], metavar="ARG", help="for the package's own crate")
    parser.add_argument("--world-file", type=Path, metavar="WORLD.json", help="for wasm: a component's world")
    parser.add_argument("cargo_args", nargs="*", metavar="ARG", help="for Cargo, such as --features")


def run(args: argparse.Namespace) -> int:
    """Build, and write the files that changed."""
    if args.to_fuse and not args.program:
        raise UsageError("`--to-fuse` is for a program", help="of a library there is an archive anyway")
    request = Request(
        args.manifest_path,
        args.component,
        args.target_dir,
        is_program=args.program,
        crates=tuple(args.crate),
        optimization=args.optimization,
        debug=args.debug,
        offline=args.offline,
        cargo_args=tuple(args.cargo_args),
        rustc_args=tuple(args.rustc_arg),
        world=world_file.read(args.world_file) if args.world_file else None,
        to_fuse=args.to_fuse,
    )
    tools = rust_tools(shlex.split(args.rustc), args.cargo)
    built = build(request, tools)
    if tools.target == WASM and request.is_packed(tools):
        made = f"lib{args.component}_cargo.a"
        files = {made: built.content}
    elif tools.target == WASM:
        made = f"{args.component}.core.wasm"
        files = {made: built.content}
        if built.library is not None:
            files[f"lib{args.component}_cargo.a"] = built.library
    else:
        made = f"lib{args.component}_cargo.a"
        link_args = "".join(f"{shlex.quote(arg)}\n" for arg in built.link_args)
        files = {made: built.content, f"{args.component}_cargo.args": link_args.encode()}
    write_files(args.out_dir, files)
    if args.depfile:
        text = depfile(args.depfile_target or args.out_dir / made, built.inputs)
        write_files(args.depfile.parent, {args.depfile.name: text.encode()})
    return 0
