"""Several components in one process: calls among them stay there, and what befalls one befalls all."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from symbuild.cli import run
from tests.built import build
from tests.isolate.test_calls import built, output, program
from tests.isolate.test_isolate import LOGGER, shop, sold

__all__ = ["built", "shop"]


def grouped(built: Path, out: Path, group: str, components: list[str], *options: str) -> None:
    files = [str(built / f"lib{name}.so") for name in components]
    assert run(["isolate", *files, "--group", group, "-o", str(out), *options]) == 0


@pytest.mark.parametrize("transport", ["shm", "unix"])
@pytest.mark.parametrize("options", [(), ("--in-place",)], ids=["copied", "in-place"])
def test_the_same_in_one_process(transport: str, options: tuple[str, ...], built: Path, tmp_path: Path) -> None:
    direct = output(program(built, [built], tmp_path / "direct"))
    out = tmp_path / "out"
    grouped(built, out, "sales", ["shop", "logger"], "--transport", transport, *options)
    assert output(program(built, [out, built], tmp_path / "app")) == direct


def test_what_befalls_one_befalls_all(shop: Path, tmp_path: Path) -> None:
    """Both end with their process, and start anew: the logger has forgotten what it had counted."""
    out = tmp_path / "out"
    error = ["--on-failure", "error", "--error", "sale#sell", 'err("gone")']
    grouped(shop, out, "trade", ["seller", "logger"], *error)
    assert sold(shop, "1", "1").stdout == "one\none\n8\n"
    assert sold(shop, "1", "1", first=out).stdout == "one\none\n8\n"
    assert sold(shop, "1", "13", "1", first=out).stdout == "one\nno: gone\none\n4\n"
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == {
        "libseller.so", "liblogger.so", "trade.isolated/trade", "trade.isolated/libseller.so",
        "trade.isolated/liblogger.so", "trade.isolated/libtrade.members.so", "trade.isolated/client/libtrade.group.so",
    }  # fmt: skip
    for name in ("libseller.so", "liblogger.so"):
        assert (out / "trade.isolated" / name).read_bytes() == (shop / name).read_bytes()
        assert run(["check", str(out / name)]) == 0


def test_a_trap_names_the_group(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    grouped(shop, out, "trade", ["seller", "logger"])
    crashed = sold(shop, "13", first=out)
    assert crashed.returncode == -signal.SIGABRT
    assert "trap: demo:shop/sale#sell: component `trade` (isolated, process " in crashed.stderr
    assert "the host was killed by signal 6 (aborted)" in crashed.stderr


def test_groups_call_each_other(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    grouped(shop, out, "front", ["seller"])
    grouped(shop, out, "back", ["logger"])
    assert sold(shop, "1", "0", "2", first=out).stdout == sold(shop, "1", "0", "2").stdout
    (out / "back.isolated" / "back").unlink()
    missing = sold(shop, "1", first=out)
    assert "trap: demo:shop/log#write: component `back` (isolated): its host `" in missing.stderr


def test_a_profile_says_who_is_together(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "profile.toml"
    table = 'placement = "isolated"\ngroup = "trade"\non_failure = "error"\n'
    error = """errors = { "sale#sell" = 'err("gone")' }\n"""
    profile.write_text(f"[component.seller]\n{table}{error}[component.logger]\n{table}")
    files, out = [str(shop / "libseller.so"), str(shop / "liblogger.so")], tmp_path / "out"
    assert run(["isolate", *files, "--profile", str(profile), "-o", str(out)]) == 0
    assert sold(shop, "13", "1", first=out).stdout == "no: gone\none\n4\n"
    assert run(["isolate", files[0], "--profile", str(profile), "-o", str(out)]) == 3
    assert "the process of group `trade` has `seller` and `logger`" in capsys.readouterr().err
    assert run(["isolate", files[0], "--profile", str(profile), "-o", str(out), "--part", "member"]) == 0
    assert sold(shop, "13", "1", first=out).stdout == "no: gone\none\n4\n"


@pytest.mark.parametrize(
    ("files", "options", "code", "said"),
    [
        (["seller", "logger"], [], 2, "several components have one process as a group"),
        (["seller", "seller"], ["--group", "trade"], 2, "two components of the group are called"),
        (["seller"], ["--group", "Trade"], 2, "`group` is a name in lower case"),
        (["seller"], ["--part", "member"], 2, "several components have one process as a group"),
        (["logger", "other"], ["--group", "trade"], 3, "`logger` and `other` both export `demo:shop/log`"),
    ],
)
def test_refused(
    files: list[str],
    options: list[str],
    code: int,
    said: str,
    shop: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = [str(shop / f"lib{name}.so") for name in files]
    if "other" in files:
        paths[files.index("other")] = str(build(tmp_path, "other", shop / "shop.wit", "logger", LOGGER))
    assert run(["isolate", *paths, *options, "-o", str(tmp_path / "out")]) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
