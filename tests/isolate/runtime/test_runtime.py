"""The runtime of isolation, under a border written by hand: calls, handles, faults and ends, with both transports."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.isolate.runtime.build import Variant, compile_runtime

Driver = Callable[[Variant], Path]
TRANSPORTS = ["shm", "unix"]
CASES = [
    "values",
    "nested",
    "threads",
    "handles",
    "releases",
    "fails-deep",
    "forks",
    "thread-ends",
    "dies-idle",
    "own-threads",
    "own-threads-end",
]

#: What the caller of a fault is told, by the number of the fault in ``c/border.h``.
FAULTS = {
    0: "the host was killed by signal 11 (segmentation fault)",
    1: "the host was killed by signal 6 (aborted)",
    2: "the component called exit(3)",
    3: "the host ended with status 4",
    4: "trap: codec#fault: kind: as told",
    6: "the host was killed by signal 9 (killed)",
    7: "the host was killed by signal 11 (segmentation fault)",
    8: "the host, or its thread that served the call, has ended",
}
FORK, WRITE, NETWORK, EXEC, KILL = 9, 10, 11, 12, 13


def run(program: Path, *arguments: str, seconds: float = 60) -> str:
    """What the program prints; it has to succeed."""
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=seconds, check=False, cwd=program.parent
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert until(lambda: not hosts_in(program.parent))
    return done.stdout


def hosts_in(folder: Path) -> list[int]:
    """Processes that run the host of this folder."""
    host = str(folder / "codec.isolated" / "codec")
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and str((process / "exe").readlink()) == host:
                found.append(int(process.name))
        except OSError:  # has ended, or is the kernel's own
            continue
    return found


def until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Does it come true in time?"""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("case", CASES)
def test_case(driver: Driver, transport: str, case: str) -> None:
    run(driver(Variant(transport)), case)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(driver: Driver, transport: str, fault: int) -> None:
    said = run(driver(Variant(transport)), "faults", str(fault))
    assert said.startswith("codec#fault: component `codec` (isolated, process ")
    assert said.endswith(f"): {FAULTS[fault]}\n")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_lies_are_found_out(driver: Driver, transport: str) -> None:
    said = run(driver(Variant(transport)), "lies").splitlines()
    assert [line.split(": ")[-1] for line in said] == [
        "the message is shorter than what it holds",
        "the message is longer than what it holds",
        "a message that means nothing",
        "a message that means nothing",
        "invalid UTF-8",
        "the message is shorter than what it holds",
    ]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_is_lent_is_not_given(driver: Driver, transport: str) -> None:
    """Neither order gets past the receiver, which would use what it was lent after its new owner's end."""
    said = run(driver(Variant(transport)), "swaps").splitlines()
    assert [line.partition("is wrong: ")[2] for line in said] == [
        "codec#swap: second: a handle that is lent is given in the same message",
        "codec#swap: second: a handle that is given is lent in the same message",
    ]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_deadline(driver: Driver, transport: str) -> None:
    said = run(driver(Variant(transport, deadline=0.3)), "deadline")
    assert said.endswith("the host did not answer within 0.3 s\n")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_failures_stay_where_nothing_restarts(driver: Driver, transport: str) -> None:
    said = run(driver(Variant(transport, on_failure="trap")), "stays-failed")
    assert "killed by signal 9" in said


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_errors_stand_for_failures(driver: Driver, transport: str) -> None:
    run(driver(Variant(transport, on_failure="error", defines=("WITH_ERRORS",))), "errors")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("where", ["idle", "inside", "called-back"])
def test_a_host_ends_with_its_client(driver: Driver, transport: str, where: str) -> None:
    program = driver(Variant(transport))
    client = subprocess.Popen([program, "waits", where], stdout=subprocess.PIPE, text=True, cwd=program.parent)
    assert client.stdout is not None
    with client.stdout:
        assert client.stdout.readline() == "ready\n"
        hosts = hosts_in(program.parent)
        assert len(hosts) == 1
        assert Path(f"/proc/{hosts[0]}/comm").read_text() == "codec\n"
        client.kill()
        client.wait()
    assert until(lambda: not hosts_in(program.parent), 1)


def cpu_ticks(process: int) -> int:
    """Ticks of CPU time that a process has used (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_nobody_runs_when_nobody_calls(driver: Driver, transport: str) -> None:
    program = driver(Variant(transport))
    client = subprocess.Popen([program, "waits", "idle"], stdout=subprocess.PIPE, text=True, cwd=program.parent)
    assert client.stdout is not None
    with client.stdout:
        assert client.stdout.readline() == "ready\n"
        both = [client.pid, *hosts_in(program.parent)]
        before = [cpu_ticks(process) for process in both]
        time.sleep(1)
        assert [cpu_ticks(process) for process in both] == before
        client.kill()
        client.wait()
    assert until(lambda: not hosts_in(program.parent))


def test_a_host_that_is_missing(driver: Driver) -> None:
    program = driver(Variant(host="nowhere/codec"))
    assert run(program, "cannot-start") == (
        f"codec#add: component `codec` (isolated): its host `{program.parent}/nowhere/codec` cannot be started: "
        "No such file or directory\n"
    )


def test_a_host_of_another_version(driver: Driver) -> None:
    said = run(driver(Variant(defines=("HASH=2",))), "cannot-start")
    assert "its proxy: was made for another version of the component than its host" in said


def test_a_host_that_is_none(driver: Driver) -> None:
    said = run(driver(Variant(host="/bin/true")), "cannot-start")
    assert "its host `/bin/true` ended before it was ready" in said


def test_a_component_that_cannot_be_loaded(driver: Driver) -> None:
    program = driver(Variant(defines=("HASH=1",)))
    (program.parent / "codec.isolated/libcodec.so").write_bytes(b"no library")
    said = run(program, "cannot-start")
    assert "the component cannot be loaded: " in said
    assert "libcodec.so: file too short" in said


def test_a_copy_elsewhere(driver: Driver, tmp_path: Path) -> None:
    """A proxy finds its host beside itself, also from another folder and by a relative path."""
    source = driver(Variant()).parent
    shutil.copytree(source, tmp_path / "copied")
    environment = {**os.environ, "LD_LIBRARY_PATH": "copied"}
    done = subprocess.run(["copied/driver", "plain"], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0


def test_the_host_says_what_it_is(driver: Driver) -> None:
    host = driver(Variant()).parent / "codec.isolated" / "codec"
    done = subprocess.run([host], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "the host of component `codec`: its proxy starts it\n")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("words", ["no-new-privileges", "?namespaces seccomp ?landlock"])
def test_a_confined_host_works(driver: Driver, transport: str, words: str) -> None:
    program = driver(Variant(transport, confine=words))
    run(program, "values")
    run(program, "threads")


def confined(driver: Driver, words: str, fault: int) -> str:
    return run(driver(Variant(confine=words)), "confined", str(fault)).strip()


@pytest.mark.parametrize("fault", [NETWORK, EXEC, KILL])
def test_seccomp_kills(driver: Driver, fault: int) -> None:
    assert confined(driver, "seccomp", fault).endswith("the host was killed by signal 31 (bad system call)")
    assert confined(driver, "", WRITE) == "allowed"


def test_unknown_words_are_refused(driver: Driver) -> None:
    said = run(driver(Variant(confine="sandbox")), "cannot-start")
    assert "the host cannot be confined: sandbox: a word in it is not known" in said


def test_landlock(driver: Driver) -> None:
    """No file is written, where the kernel has it; where not, the host says so."""
    if has_landlock():
        assert confined(driver, "landlock", WRITE) == os.strerror(errno.EACCES)
    else:
        assert "cannot be confined: landlock" in run(driver(Variant(confine="landlock")), "cannot-start")


def has_landlock() -> bool:
    """Does the kernel know it? (landlock_create_ruleset(2), number 444 everywhere)"""
    return int(ctypes.CDLL(None).syscall(444, None, 0, 1)) > 0


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_warnings(compiler: str, tmp_path: Path) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"needs {compiler}")
    compile_runtime(tmp_path, Variant(compiler=compiler))


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("who", ["storm", "client-storm"])
def test_kills(driver: Driver, transport: str, who: str) -> None:
    """Hosts, or clients, are killed at random moments: calls fail or are right, and nothing is left."""
    run(driver(Variant(transport, deadline=30)), who, "30")


@pytest.mark.slow
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("who", ["storm", "client-storm"])
def test_many_kills(driver: Driver, transport: str, who: str) -> None:
    """10,000 in all: ``pytest -m slow tests/isolate/runtime -k many_kills``; some minutes."""
    run(driver(Variant(transport, deadline=30)), who, "2500", seconds=1800)


@pytest.mark.parametrize("transport", ["shm", pytest.param("unix", marks=pytest.mark.slow)])
@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_sanitizers(driver: Driver, transport: str, sanitizer: str) -> None:
    """Both processes; what traps by longjmp leaves blocks of the driver's own, so leaks are not looked for there."""
    flags = (f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all")
    program = driver(Variant(transport, deadline=30, flags=flags))
    for case in ["values", "nested", "threads", "handles", "thread-ends", "own-threads", "lies", "fails-deep"]:
        run(program, case)
    run(program, "faults", "4")
    run(program, "storm", "10")
