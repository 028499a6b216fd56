"""What it costs that a component has a process of its own, to what the machine can do at best.

The base of each figure is a process that answers through shared memory or a socket and does nothing else
(``isolation/driver.c``). Both sides run at a real-time priority where that is allowed: figures are of the way between
them, not of who else is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from statistics import median, quantiles

from benchmarks.languages import compiler
from benchmarks.process import ROOT, SYMBUILD, run
from benchmarks.row import Row, compared, skipped

ROUNDS = 15
SOURCES = ROOT / "benchmarks" / "isolation"
TRANSPORTS = ("shm", "unix")

#: By where both sides run: (what, variant, base, goal).
FIGURES = {
    "two": (("a call, two CPUs, to spinning by hand", "shm", "spin", 2.0),),
    "one": (
        ("a call, one CPU, to a futex by hand", "shm", "futex", 1.2),
        ("a call, one CPU, to a Unix stream", "shm", "stream", 0.6),
        ("a call, one CPU, to gRPC over a Unix socket", "shm", "grpc", 0.2),
        ("a call by `unix`, one CPU, to SEQPACKET by hand", "unix", "seqpacket", 1.15),
        ("1 MiB of list<u8>, one CPU, to bytes made in place", "shm-many", "futex-many", 1.4),
        ("1 MiB of list<u8>, one CPU, to a Unix stream", "shm-many", "stream-many", 0.3),
        ("1,000 records, one CPU, to a deep copy in the process", "shm-records", "deep-copy", 0.2),
        ("1,000 records, one CPU, to encoding and decoding them as wRPC does", "shm-records", "wrpc-records", 0.5),
    ),
    "free": (
        ("a call, any CPUs, to a futex by hand", "shm", "futex", 1.2),
        ("a call, any CPUs, to a Unix stream", "shm", "stream", 0.6),
        ("a call, any CPUs, to gRPC over a Unix socket", "shm", "grpc", 0.2),
    ),
}
SLOWEST = 20.0  # p99 to p50: it collapses nowhere
DEATHS = 100
SOON, LATEST = 1.0, 5.0  # ms until a caller knows, p50 and p99


def measure(scratch: Path, rounds: int) -> list[Row]:
    """Calls, large arguments and deaths of hosts, with both transports."""
    if sys.platform != "linux":
        return [skipped("isolated: a call", None, "Linux only")]
    driver = _build(scratch)
    lacks_peer = _build_peer(scratch)
    rows = []
    for mode, figures in FIGURES.items():
        if mode == "two" and len(os.sched_getaffinity(0)) < 2:
            rows.append(skipped(f"isolated: {figures[0][0]}", figures[0][3], "needs two CPUs"))
            continue
        times = _run(driver, mode, rounds)
        for what, variant, base, goal in figures:
            if base == "grpc" and lacks_peer:
                rows.append(skipped(f"isolated: {what}", goal, lacks_peer))
            else:
                rows.append(compared(f"isolated: {what}", goal, times[variant], times[base], "us"))
        spread = [slow / usual for slow, usual in zip(times["shm-p99"], times["shm-p50"], strict=True)]
        rows.append(Row(f"isolated: p99 to p50 of a call, {mode}", SLOWEST, median(spread)))
    deaths = _run(driver, "kill", DEATHS)
    for transport in TRANSPORTS:
        percent = quantiles([us / 1000 for us in deaths[f"{transport}-death"]], n=100)
        rows.append(Row(f"isolated: a host's death is told, `{transport}`, p50", SOON, percent[49], unit="ms"))
        rows.append(Row(f"isolated: a host's death is told, `{transport}`, p99", LATEST, percent[98], unit="ms"))
    return rows


def _build(scratch: Path) -> Path:
    """The component, a proxy for each transport and the program that times them, as ``driver``."""
    cc = compiler()
    made = scratch / "codec"
    bindgen = [*SYMBUILD, "bindgen", "c", SOURCES / "isolated.wit", "-w", "codec-component", "--component", "codec"]
    run([*bindgen, "--api-style", "symmetric", "--out-dir", made], scratch)
    shutil.copy(SOURCES / "codec.c", made)
    sources = sorted(path.name for path in made.glob("*.c"))
    shared = ["-O2", "-shared", "-fPIC", "-Wl,-soname,libcodec.so", "-Wl,--version-script=codec.map"]
    run([*cc, *shared, *sources, "-o", "libcodec.so"], scratch, made)
    for transport in TRANSPORTS:
        isolate = [*SYMBUILD, "isolate", made / "libcodec.so", "-o", scratch / transport, "--on-failure", "restart"]
        run([*isolate, "--transport", transport], scratch)
    driver = scratch / "driver"
    aligned = ["-O2", "-rdynamic", "-falign-functions=64", "-falign-loops=64"]
    run([*cc, *aligned, f"-I{made}", SOURCES / "driver.c", "-o", driver], scratch)
    return driver


def _build_peer(scratch: Path) -> str | None:
    """gRPC's answer to the same call, as ``libpeer.so``; or what is missing for it."""
    plugin = shutil.which("grpc_cpp_plugin")
    asked = ["pkg-config", "--cflags", "--libs", "grpc++", "protobuf"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False) if shutil.which("pkg-config") else None
    if not (plugin and shutil.which("protoc") and shutil.which("g++") and found and found.returncode == 0):
        return "needs gRPC for C++ (Debian: libgrpc++-dev, protobuf-compiler-grpc)"
    peer = SOURCES / "grpc"
    generate = ["protoc", f"--proto_path={peer}", "--cpp_out=.", "--grpc_out=.", f"--plugin=protoc-gen-grpc={plugin}"]
    run([*generate, "codec.proto"], scratch, scratch)
    sources = [peer / "peer.cpp", "codec.pb.cc", "codec.grpc.pb.cc"]
    shared = ["g++", "-std=c++17", "-O2", "-shared", "-fPIC", "-I."]
    run([*shared, *sources, *found.stdout.split(), "-o", "libpeer.so"], scratch, scratch)
    return None


def _run(driver: Path, mode: str, rounds: int) -> Mapping[str, list[float]]:
    """Microseconds of every variant, a round each."""
    proxies = [str(driver.parent / transport / "libcodec.so") for transport in TRANSPORTS]
    peer = [path for path in [driver.parent / "libpeer.so"] if path.exists() and mode != "kill"]
    done = subprocess.run([driver, mode, str(rounds), *proxies, *peer], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{driver} {mode}: {done.stderr}")
    times: defaultdict[str, list[float]] = defaultdict(list)
    for line in done.stdout.splitlines():
        name, nanoseconds = line.split()
        times[name].append(float(nanoseconds) / 1000)
    return times
