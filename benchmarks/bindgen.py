"""The generator: its start, a small world, how its time grows, and how it compares with compiling what it wrote."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.interfaces import wit
from benchmarks.languages import compiler
from benchmarks.process import PYTHON, SYMBUILD, time_rounds
from benchmarks.row import Row, compared

ROUNDS = 3
# Processes that take a tenth of a second get as many more rounds as that allows.
SMALL_ROUNDS = 7


def measure(scratch: Path, rounds: int) -> list[Row]:
    """Small runs and large ones."""
    return [*_small(scratch, rounds * SMALL_ROUNDS), *_large(scratch, rounds)]


def _small(scratch: Path, rounds: int) -> list[Row]:
    commands: dict[str, list[str | Path]] = {
        "python": [*PYTHON, "-c", "pass"],
        "help": [*SYMBUILD, "--help"],
        "ten": _bindgen(scratch, 1),
    }
    times = time_rounds(commands, scratch, rounds)
    python, ten = times["python"], times["ten"]
    return [
        compared("bindgen: symbuild --help to python -c pass, CPU", 3, times["help"].cpu, python.cpu, "s"),
        Row("bindgen: ten functions, by the clock", 0.25, median(ten.wall), f"{median(ten.cpu):.3g} s of CPU", "s"),
        compared("bindgen: ten functions to python -c pass, CPU", None, ten.cpu, python.cpu, "s"),
    ]


def _large(scratch: Path, rounds: int) -> list[Row]:
    counts = (100, 1000)
    commands = {}
    for count in counts:
        commands[f"write {count}"] = _bindgen(scratch, count)
        out = scratch / f"many{count}"
        commands[f"compile {count}"] = [*compiler(), "-O0", "-c", out / "many.c", "-o", out / "many.o"]
    times = time_rounds(commands, scratch, rounds)
    growth = compared(
        "bindgen: 1000 interfaces of ten functions to 100, CPU",
        11,
        times["write 1000"].cpu,
        times["write 100"].cpu,
        "s",
    )
    return [
        growth,
        *(
            compared(
                f"bindgen: {count} interfaces, to cc -O0 -c of what it wrote, CPU",
                1,
                times[f"write {count}"].cpu,
                times[f"compile {count}"].cpu,
                "s",
            )
            for count in counts
        ),
    ]


def _bindgen(scratch: Path, count: int) -> list[str | Path]:
    source = scratch / f"many{count}.wit"
    source.write_text(wit(count))
    return [*SYMBUILD, "bindgen", "c", source, "--out-dir", scratch / f"many{count}"]
