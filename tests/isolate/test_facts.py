"""What a component's file says of its neighbours, wherever these are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from symbuild.bindings.message.wiring import Reference
from symbuild.cli import run
from symbuild.errors import InputError
from symbuild.steps.isolate_facts import facts_of
from tests.built import build

WIT = """\
package demo:shop;

interface log { write: func(s: string); }
interface price { of: func(item: u32) -> u32; }
interface sale { sell: func(item: u32) -> u32; }

world logger { export log; }
world pricer { export price; }
world seller { import log; import price; export sale; }
"""
LOGGER = '#include "logger.h"\nvoid exports_demo_shop_log_write(logger_string_t *s) { logger_string_free(s); }\n'
PRICER = '#include "pricer.h"\nuint32_t exports_demo_shop_price_of(uint32_t item) { return item * 2; }\n'
SELLER = """\
#include "seller.h"
uint32_t exports_demo_shop_sale_sell(uint32_t item) {
  seller_string_t sold;
  seller_string_set(&sold, "sold");
  demo_shop_log_write(&sold);
  return demo_shop_price_of(item);
}
"""
WRITE = "demoX3AshopX2FlogX00write"
OF = "demoX3AshopX2FpriceX00of"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three libraries, as ones that name versions and are found by run path."""
    folder = tmp_path_factory.mktemp("shop")
    wit = folder / "shop.wit"
    wit.write_text(WIT)
    build(folder, "logger", wit, "logger", LOGGER)
    build(folder, "pricer", wit, "pricer", PRICER)
    subprocess.run(
        ["gcc", "-shared", "-x", "c", "/dev/null", "-Wl,-soname,libown.so", "-o", "libown.so"], cwd=folder, check=True
    )
    libraries = ("-Wl,--no-as-needed", "liblogger.so", "libpricer.so", "libown.so")
    build(folder, "seller", wit, "seller", SELLER, *libraries, "-Wl,-rpath,$ORIGIN")
    return folder


def test_versions_tell_who_provides_what(shop: Path) -> None:
    facts = facts_of(shop / "libseller.so")
    assert set(facts.references) == {
        Reference(WRITE, "liblogger.so", "logger"),
        Reference(OF, "libpricer.so", "pricer"),
    }
    assert facts.providers == ("liblogger.so", "libpricer.so")
    assert facts.folders == (shop,)
    assert [path.name for path in facts.private] == ["libown.so"]
    assert (facts.name, facts.node) == ("libseller.so", "seller")


def test_providers_need_not_be_there(shop: Path, tmp_path: Path) -> None:
    shutil.copy(shop / "libseller.so", tmp_path)
    facts = facts_of(tmp_path / "libseller.so")
    assert facts.providers == ("liblogger.so", "libpricer.so")
    assert facts.folders == ()


def test_folders_of_the_user_s_are_searched(shop: Path, tmp_path: Path) -> None:
    shutil.copy(shop / "libseller.so", tmp_path)
    assert facts_of(tmp_path / "libseller.so", [shop]).folders == (shop,)


@pytest.fixture
def unversioned(shop: Path, tmp_path: Path) -> Path:
    """The seller linked against libraries that name no versions, as where each interface has one provider."""
    for name, symbol in (("logger", WRITE), ("pricer", OF)):
        stub = tmp_path / f"{name}_stub.c"
        stub.write_text(f"void {symbol}(void) {{}}\n")
        made = ["-shared", "-fPIC", str(stub), f"-Wl,-soname,lib{name}.so", "-o", str(tmp_path / f"lib{name}.so")]
        subprocess.run(["gcc", *made], check=True)
    libraries = (str(tmp_path / "liblogger.so"), str(tmp_path / "libpricer.so"))
    folder = tmp_path / "linked"
    folder.mkdir()
    return build(folder, "seller", shop / "shop.wit", "seller", SELLER, *libraries)


def test_without_versions_the_files_tell(unversioned: Path, shop: Path) -> None:
    facts = facts_of(unversioned, [shop])
    assert set(facts.references) == {Reference(WRITE, "liblogger.so"), Reference(OF, "libpricer.so")}
    assert facts.providers == ("liblogger.so", "libpricer.so")


def test_without_versions_and_files_any_provider_will_do(unversioned: Path) -> None:
    facts = facts_of(unversioned)
    assert {r.provider for r in facts.references} == {"liblogger.so"}
    assert facts.providers == ("liblogger.so", "libpricer.so")  # and not the C library


def test_imports_without_a_library_are_the_loading_process_s(shop: Path, tmp_path: Path) -> None:
    facts = facts_of(build(tmp_path, "seller", shop / "shop.wit", "seller", SELLER))
    assert set(facts.references) == {Reference(WRITE, None), Reference(OF, None)}
    assert facts.providers == ()


def refused(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        facts_of(path)
    return str(raised.value)


def test_what_cannot_be_isolated(shop: Path, tmp_path: Path) -> None:
    assert "carries no manifest" in refused(shop / "libown.so")
    assert "programs are not isolated" in refused(Path("/bin/ls"))
    (tmp_path / "a.wasm").write_bytes(b"\0asm\x0d\0\1\0")
    assert "only native components can be isolated" in refused(tmp_path / "a.wasm")
    (tmp_path / "text").write_text("text")
    assert "not an object file" in refused(tmp_path / "text")
    assert "cannot read" in refused(tmp_path / "none")


def test_a_file_that_lacks_an_export_is_refused(shop: Path, tmp_path: Path) -> None:
    nothing = "-Wl,--version-script=nothing.map"
    (tmp_path / "nothing.map").write_text("{ local: *; };\n")
    made = ["--component", "logger", "--out-dir", str(tmp_path)]
    assert run(["bindgen", "c", str(shop / "shop.wit"), "-w", "logger", *made]) == 0
    (tmp_path / "user.c").write_text(LOGGER)
    sources = ["user.c", "logger.c", "logger_manifest.c"]
    subprocess.run(["gcc", "-shared", "-fPIC", *sources, nothing, "-o", "liblogger.so"], cwd=tmp_path, check=True)
    assert f"does not export `{WRITE}` of its own world" in refused(tmp_path / "liblogger.so")
