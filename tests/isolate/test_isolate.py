"""`symbuild isolate`: from a built file alone, wherever it was copied to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.steps.binary import read
from tests.built import build

WIT = """\
package demo:shop;

interface log { write: func(s: string); count: func() -> u32; }
interface sale { sell: func(item: u32) -> result<string, string>; }

world logger { export log; }
world seller { import log; export sale; }
world till { import log; import sale; }
"""
LOGGER = """\
#include "logger.h"
static uint32_t count;
void exports_demo_shop_log_write(logger_string_t *s) {
  count += (uint32_t)s->len;
  logger_string_free(s);
}
uint32_t exports_demo_shop_log_count(void) { return count; }
"""
SELLER = """\
#include "seller.h"
#include <stdlib.h>
bool exports_demo_shop_sale_sell(uint32_t item, seller_string_t *ret, seller_string_t *err) {
  seller_string_t sold;
  seller_string_set(&sold, "sold");
  demo_shop_log_write(&sold);
  if (item == 13) abort();
  if (item == 0) seller_string_dup(err, "nothing");
  else seller_string_dup(ret, item == 1 ? "one" : "many");
  return item != 0;
}
"""
TILL = """\
#include "till.h"
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    till_string_t sold, problem;
    if (demo_shop_sale_sell((uint32_t)atoi(argv[i]), &sold, &problem)) {
      printf("%.*s\\n", (int)sold.len, (char *)sold.ptr);
      till_string_free(&sold);
    } else {
      printf("no: %.*s\\n", (int)problem.len, (char *)problem.ptr);
      till_string_free(&problem);
    }
  }
  printf("%u\\n", demo_shop_log_count());
  return 0;
}
"""


def build_till(folder: Path, wit: Path) -> None:
    """The program, which finds its components by their names only."""
    assert run(["bindgen", "c", str(wit), "-w", "till", "--out-dir", str(folder)]) == 0
    (folder / "main.c").write_text(TILL)
    command = ["gcc", "main.c", "till.c", "-L.", "-lseller", "-llogger", "-Wl,-rpath-link,.", "-o", "till"]
    subprocess.run(command, cwd=folder, check=True)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two components and a program."""
    folder = tmp_path_factory.mktemp("shop")
    wit = folder / "shop.wit"
    wit.write_text(WIT)
    build(folder, "logger", wit, "logger", LOGGER)
    build(folder, "seller", wit, "seller", SELLER, "liblogger.so")
    build_till(folder, wit)
    return folder


@pytest.fixture
def away(shop: Path, tmp_path: Path) -> Path:
    """The seller's file alone, far from all it was made of."""
    folder = tmp_path / "away"
    folder.mkdir()
    shutil.copy(shop / "libseller.so", folder)
    return folder


def sold(shop: Path, *items: str, first: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program with libraries of ``first`` before the others."""
    path = os.pathsep.join(map(str, filter(None, (first, shop))))
    environment = {**os.environ, "LD_LIBRARY_PATH": path}
    return subprocess.run([shop / "till", *items], env=environment, capture_output=True, text=True, check=False)


def test_a_file_copied_away_is_isolated(shop: Path, away: Path) -> None:
    out = away / "out"
    assert run(["isolate", str(away / "libseller.so"), "-o", str(out)]) == 0
    assert {path.relative_to(out).as_posix() for path in out.rglob("*")} == {
        "libseller.so", "seller.isolated", "seller.isolated/seller", "seller.isolated/libseller.so",
        "seller.isolated/liblogger.so",
    }  # fmt: skip
    assert (out / "seller.isolated" / "libseller.so").read_bytes() == (shop / "libseller.so").read_bytes()
    direct, isolated = sold(shop, "1", "0", "2"), sold(shop, "1", "0", "2", first=out)
    assert direct.stdout == "one\nno: nothing\nmany\n12\n"
    assert (isolated.stdout, isolated.stderr) == (
        direct.stdout,
        "",
    )  # the seller calls the logger of the program's process
    crashed = sold(shop, "13", first=out)
    assert "demo:shop/sale#sell" in crashed.stderr
    assert "seller" in crashed.stderr


def test_the_proxy_is_what_the_component_is(shop: Path, away: Path) -> None:
    out = away / "out"
    assert run(["isolate", str(away / "libseller.so"), "-o", str(out)]) == 0
    assert run(["check", str(out / "libseller.so")]) == 0
    component, proxy = read(shop / "libseller.so"), read(out / "libseller.so")
    assert (proxy.name, proxy.exports, proxy.wit) == (component.name, component.exports, component.wit)
    imported = [s for s in proxy.imports if s.name.startswith("demoX3A")]
    assert set(imported) >= {s for s in component.imports if s.name.startswith("demoX3A")}
    assert proxy.needed[0] == component.needed[0] == "liblogger.so"


def test_a_second_run_touches_nothing(away: Path) -> None:
    out = away / "out"
    command = ["isolate", str(away / "libseller.so"), "-o", str(out), "--in-place"]
    assert run(command) == 0
    before = {path: path.lstat().st_mtime_ns for path in out.rglob("*") if not path.is_dir()}
    (out / "seller.isolated" / "libleft-over.so").touch()
    assert run(command) == 0
    assert {path: path.lstat().st_mtime_ns for path in out.rglob("*") if not path.is_dir()} == before
    assert (out / "seller.isolated" / "libseller.so").readlink() == Path("../../libseller.so")


def test_a_failure_may_be_an_error(shop: Path, away: Path) -> None:
    out = away / "out"
    error = ["--on-failure", "error", "--error", "sell", 'err("sold out")']
    assert run(["isolate", str(away / "libseller.so"), "-o", str(out), "--deadline", "20", *error]) == 0
    assert sold(shop, "1", "13", "2", first=out).stdout == "one\nno: sold out\nmany\n12\n"


def test_a_profile_says_the_same(shop: Path, away: Path) -> None:
    profile = away / "profile.toml"
    profile.write_text(
        '[component.seller]\nplacement = "isolated"\ntransport = "unix"\non_failure = "error"\n'
        'errors = { "sale#sell" = \'err("sold out")\' }\n'
    )
    out = away / "out"
    assert run(["isolate", str(away / "libseller.so"), "-o", str(out), "--profile", str(profile)]) == 0
    assert sold(shop, "1", "13", "2", first=out).stdout == "one\nno: sold out\nmany\n12\n"


def test_both_may_be_isolated(shop: Path, away: Path) -> None:
    out = away / "out"
    for name in ("seller", "logger"):
        assert run(["isolate", str(shop / f"lib{name}.so"), "-o", str(out)]) == 0
    assert sold(shop, "1", "0", first=out).stdout == "one\nno: nothing\n8\n"


PLUGIN_HOST = """\
#include "loader.h"
#include <dlfcn.h>
#include <stdio.h>
static uint32_t total;
void exports_demo_shop_log_write(loader_string_t *s) {
  total += (uint32_t)s->len;
  loader_string_free(s);
}
uint32_t exports_demo_shop_log_count(void) { return total; }
int main(int argc, char **argv) {
  void *plugin = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : 0;
  void (*sell)(uint32_t, uint8_t *) = 0;
  if (plugin) *(void **)&sell = dlsym(plugin, "demoX3AshopX2FsaleX00sell");
  if (!sell) {
    fprintf(stderr, "%s\\n", dlerror());
    return 1;
  }
  _Alignas(8) uint8_t area[32];
  sell(1, area);
  printf("%u\\n", total);
  return 0;
}
"""


def test_a_plugin_calls_the_process_that_loads_it(shop: Path, tmp_path: Path) -> None:
    wit = tmp_path / "loader.wit"
    wit.write_text(WIT + "world loader { export log; }\n")
    plugin = build(tmp_path, "seller", wit, "seller", SELLER)  # linked with no logger
    assert run(["isolate", str(plugin), "-o", str(tmp_path / "out")]) == 0
    assert run(["bindgen", "c", str(wit), "-w", "loader", "--out-dir", str(tmp_path)]) == 0
    (tmp_path / "main.c").write_text(PLUGIN_HOST)
    command = ["gcc", "main.c", "loader.c", "-rdynamic", "-fvisibility=default", "-ldl", "-o", "loader"]
    subprocess.run(command, cwd=tmp_path, check=True)
    for file in (plugin, tmp_path / "out" / "libseller.so"):
        done = subprocess.run([tmp_path / "loader", file], capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == ("4\n", "")


def test_libraries_of_its_own_come_along(shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / "own.c").write_text("int own(void) { return 5; }\n")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "own.c", "-Wl,-soname,libown.so", "-o", "libown.so"], cwd=folder, check=True
    )
    source = LOGGER.replace("{ return count; }", "{ extern int own(void); return count + (uint32_t)own(); }")
    library = build(folder, "logger", shop / "shop.wit", "logger", source, "libown.so", "-Wl,-rpath,$ORIGIN")
    out = tmp_path / "out"
    assert run(["isolate", str(library), "-o", str(out)]) == 0
    shutil.rmtree(folder)
    assert sold(shop, "1", first=out).stdout == "one\n9\n"


def said(capsys: pytest.CaptureFixture[str], *command: object) -> tuple[int, str]:
    status = run(["isolate", *map(str, command)])
    return status, capsys.readouterr().err


def test_mistakes_leave_nothing_behind(shop: Path, away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = away / "libseller.so", away / "out"
    plain = away / "libplain.so"
    subprocess.run(["gcc", "-shared", "-x", "c", "/dev/null", "-o", plain], check=True)
    mistakes: list[tuple[tuple[object, ...], int, str]] = [
        ((shop / "till",), 3, "programs are not isolated"),
        ((plain,), 3, "carries no manifest"),
        ((away / "none.so",), 3, "cannot read"),
        ((file, "--cc", "no-such-cc"), 4, "--cc names `no-such-cc`, which cannot be run"),
        ((file, "--cc", "false"), 4, "compiling manifest.c failed: `false` says"),
        ((file, "--transport", "tcp"), 2, "unknown transport `tcp`"),
        ((file, "--deadline", "-1"), 2, "`deadline` is a number of seconds"),
        ((file, "--on-failure", "error", "--error", "buy", "err"), 2, "exports no function `buy`"),
        ((file, "--error", "sell", "err"), 2, '`errors` are for `on_failure = "error"`'),
        ((file, "--on-failure", "error", "--error", "sell", "maybe"), 3, "sell"),
        ((file, "--confine", "everything"), 2, "`everything` is nothing that a process can give up"),
    ]
    for command, status, message in mistakes:
        found, text = said(capsys, *command, "-o", out)
        assert (found, message in text) == (status, True), text
        assert "Traceback" not in text
        assert not out.exists() or list(out.iterdir()) == []
    status, text = said(capsys, file, "-o", away)
    assert (status, "the proxy would replace" in text) == (2, True)
    assert sorted(path.name for path in away.iterdir()) == [
        "libplain.so",
        "libseller.so",
        *(["out"] if out.exists() else []),
    ]


def test_a_profile_must_isolate_it(away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = away / "profile.toml"
    profile.write_text('default = "direct"\n')
    status, text = said(capsys, away / "libseller.so", "-o", away / "out", "--profile", profile)
    assert (status, "the profile places `seller` direct" in text) == (3, True)
    status, text = said(capsys, away / "libseller.so", "-o", away / "out", "--profile", profile, "--deadline", "1")
    assert (status, "`--profile` says it all" in text) == (2, True)


CROSS = {"aarch64-linux-gnu-gcc": "qemu-aarch64", "arm-linux-gnueabihf-gcc": "qemu-arm"}


@pytest.mark.parametrize("compiler", CROSS)
def test_another_machine_s_component_takes_its_compiler(
    compiler: str, shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which(compiler):
        pytest.skip(f"needs {compiler}")
    folder = tmp_path / "cross"
    folder.mkdir()
    gcc = tmp_path / "bin" / "gcc"
    gcc.parent.mkdir()
    gcc.symlink_to(str(shutil.which(compiler)))
    with monkeypatch.context() as patched:
        patched.setenv("PATH", f"{gcc.parent}{os.pathsep}{os.environ['PATH']}")
        build(folder, "logger", shop / "shop.wit", "logger", LOGGER)
        build(folder, "seller", shop / "shop.wit", "seller", SELLER, "liblogger.so")
        build_till(folder, shop / "shop.wit")
    file, out = folder / "libseller.so", folder / "out"
    status, text = said(capsys, file, "-o", out, "--cc", "gcc")
    assert (status, "the C compiler makes code for" in text) == (3, True)
    assert run(["isolate", str(file), "-o", str(out), "--cc", compiler]) == 0
    assert read(out / "libseller.so").machine == read(file).machine


def test_the_command_imports_no_generator_for_help() -> None:
    done = subprocess.run([sys.executable, "-m", "symbuild", "isolate", "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "--on-failure" in done.stdout
