"""``symbuild run FILE --invoke 'f(1, "x")'``: call an export of a built component, with values as WAVE.

Without ``--invoke`` it runs the ``main`` of a wasm program, as the system does that of a native one.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from symbuild.errors import Difference, UsageError

if TYPE_CHECKING:
    from symbuild.steps.invoke import Component
    from symbuild.steps.wasm_invoke import WasmComponent

_EPILOG = """\
Values are WAVE: `true`, `-1`, `1.5`, `inf`, `'x'`, `"text"`, `[1, 2]`, `(1, "x")`, `{field: 1}`, `case(1)`, `none`,
`some(1)` or `1`, `ok(1)`, `err("x")`, `{flag, flag}`; a map is a list of pairs. Exit code 1: the component trapped, or
returned what is no value."""
_TRAP = "trap: "
# The exit codes of a verb; with another one, or by a signal, the component ended the process.
_OURS = range(5)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("file", type=Path, metavar="FILE", help="a component, native (.so, .dylib) or wasm")
    parser.add_argument("arguments", nargs="*", metavar="ARG", help="what a wasm program is started with (after `--`)")
    parser.add_argument(
        "--invoke",
        action="append",
        default=[],
        metavar="CALL",
        help="`f(1)`, `iface#f(1)` or `ns:pkg/iface#f(1)`; several are made in turn, in one process",
    )
    parser.add_argument(
        "--with",
        dest="libraries",
        action="append",
        default=[],
        type=Path,
        metavar="LIBRARY",
        help="load this first: it provides what the component expects of the process that loads it",
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON, the values in it as WAVE")
    parser.add_argument(
        "--in-process", action="store_true", help="call from this very process, which a trap ends: for debuggers"
    )


def run(args: argparse.Namespace) -> int:
    """Make the calls and print the results."""
    is_wasm = _is_wasm(args.file)
    if not args.invoke:
        if not is_wasm:
            raise UsageError("`--invoke` is missing: which function is to be called?", help="`--invoke 'f(1, \"x\")'`")
        from symbuild.steps.wasm_invoke import run_program

        return run_program(args.file, args.arguments)
    if args.arguments:
        raise UsageError("arguments are for a program's `main`; those of a function stand in `--invoke`")
    # What traps in wasm leaves this process as it was.
    return _here(args) if args.in_process or is_wasm else _apart(args)


def _is_wasm(file: Path) -> bool:
    from symbuild.steps.binary import read

    return read(file).format == "wasm"


def _component(args: argparse.Namespace) -> Component | WasmComponent:
    if _is_wasm(args.file):
        from symbuild.steps.wasm_invoke import WasmComponent

        return WasmComponent(args.file)
    from symbuild.steps.invoke import Component

    return Component(args.file)


def _here(args: argparse.Namespace) -> int:
    from symbuild.cli.reporting import print_json

    component = _component(args)
    calls = [component.call_of(text) for text in args.invoke]
    loaded = component.load(args.libraries)
    results = []
    for call in calls:
        result = loaded.run(call)
        results.append({"function": call.export.place, "result": result})
        if result is not None and not args.json:
            print(result, flush=True)
    if args.json:
        print_json(results)
    return 0


def _apart(args: argparse.Namespace) -> int:
    """The same command in a process of its own: a component that traps takes that one with it."""
    import symbuild.doors

    script = Path(next(iter(symbuild.doors.__path__))) / "run.py"
    command = [sys.executable, str(script), "run", str(args.file), "--in-process"]
    command += [f"--invoke={call}" for call in args.invoke] + [f"--with={library}" for library in args.libraries]
    command += ["--json"] if args.json else []
    sys.stdout.flush()
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", errors="replace") as child:
        assert child.stderr
        trap = _pass_on(child.stderr)
    if child.returncode not in _OURS:
        raise _ended(child.returncode, trap, str(args.file))
    return child.returncode


def _pass_on(lines: Iterable[str]) -> str | None:
    """Print what the component prints, but for the message of a trap, which is returned."""
    trap = None
    for line in lines:
        if line.startswith(_TRAP):
            trap = line.removeprefix(_TRAP).rstrip("\n")
        else:
            sys.stderr.write(line)
            sys.stderr.flush()
    return trap


def _ended(status: int, trap: str | None, file: str) -> Difference:
    if trap:
        return Difference(f"the component trapped: {trap}", where=file)
    if status > 0:
        return Difference(f"the component ended the process, with status {status}", where=file)
    names = {s.value: s.name for s in signal.Signals}
    debugger = "`--in-process` calls it from a process of which a debugger shows the stack"
    return Difference(f"the component crashed: {names.get(-status, -status)}", where=file, help=debugger)
