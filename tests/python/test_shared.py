"""Packages that share an interface: one class and one provider, whichever package makes, takes or ends an object."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from built import build

from python import build_package, imported
from symbuild.cli import run

DATA = Path(__file__).parent.parent / "data" / "counters"
SHOP = DATA.parent / "shop"
SHARED = "t:counters/counters"
PLAIN = "package t:counters;\ninterface nothing { f: func(); }\nworld plain { export nothing; }\n"


@dataclass(frozen=True, slots=True)
class Packages:
    """Where they lie: ``lender`` has the counters, ``keeper`` uses them, and ``copied`` has some of its own.

    ``keeper_apart`` is a keeper in another process; ``used`` says which of the two is meant.
    """

    folder: Path
    wit: Path
    used: str = "keeper"

    @property
    def lender(self) -> Any:
        return imported(self.folder / "lender").counters

    @property
    def keeper(self) -> Any:
        return imported(self.folder / self.used).shop

    @property
    def copied(self) -> Any:
        return imported(self.folder / "copied").counters


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    folder = tmp_path_factory.mktemp("shared")
    wit = folder / "wit"
    wit.mkdir()
    shutil.copy(DATA / "counters.wit", wit)
    shutil.copy(SHOP / "shop.wit", wit)
    (wit / "plain.wit").write_text(PLAIN, encoding="utf-8")
    keeper = (SHOP / "keeper.c").read_text(encoding="utf-8")
    source = (DATA / "counters.c").read_text(encoding="utf-8")
    for package, component in (("lender", "lent"), ("copied", "copied")):
        (folder / component).mkdir()
        built = build(folder / component, component, wit, "tally", source)
        build_package(folder, package, wit, "tally", built)
    (folder / "kept").mkdir()
    kept = build(folder / "kept", "kept", wit, "keeper", keeper)
    build_package(folder, "keeper", wit, "keeper", kept, "--package", f"{SHARED}=lender")
    (folder / "kept_remote").mkdir()
    remote = build(folder / "kept_remote", "kept_remote", wit, "keeper", keeper)
    assert run(["isolate", str(remote), "-o", str(folder / "kept_remote" / "out")]) == 0
    proxy = folder / "kept_remote" / "out" / remote.name
    build_package(folder, "keeper_apart", wit, "keeper", proxy, "--package", f"{SHARED}=lender")
    return Packages(folder, wit)


@pytest.fixture(params=["keeper", "keeper_apart"])
def shared(request: pytest.FixtureRequest, packages: Packages) -> Iterator[Packages]:
    yield replace(packages, used=request.param)
    gc.collect()
    assert packages.lender.alive() == 0, "every object has ended"


def test_objects_of_either_package_are_of_one_class(shared: Packages) -> None:
    made = shared.keeper.make(4)
    assert type(made) is shared.lender.Counter
    assert shared.keeper.Counter is shared.lender.Counter
    assert (shared.lender.alive(), made.add(1), shared.keeper.read(made)) == (1, 5, 5)
    assert shared.keeper.read(shared.lender.Counter(7)) == 7
    assert shared.lender.total([made, shared.keeper.make(1)]) == 6


def test_objects_are_given_and_come_back(shared: Packages) -> None:
    one = shared.lender.Counter(1)
    merged = shared.keeper.merge([one, shared.keeper.make(2), shared.lender.Counter(3)])
    assert shared.lender.alive() == 1
    with pytest.raises(ValueError, match="dropped or given away"):
        one.add(1)
    parts = shared.keeper.both(shared.lender.split(merged))
    assert type(parts) is shared.lender.Pair
    assert (parts.one.add(0), parts.two.add(0)) == (3, 3)
    with shared.keeper.make(1) as ended:
        pass
    with pytest.raises(ValueError, match="dropped"):
        shared.keeper.read(ended)


def test_errors_are_of_the_class_that_the_provider_has(shared: Packages) -> None:
    with pytest.raises(imported(shared.folder / "lender").Err, match="absent"):
        shared.keeper.find("absent")
    assert shared.keeper.find("").add(2) == 2


def test_an_object_that_is_lent_is_not_given(shared: Packages) -> None:
    one = shared.lender.Counter(1)
    with pytest.raises(ValueError, match="given away in the same call"):
        shared.keeper.merge([one, one])
    with pytest.raises(TypeError, match="expected"):
        shared.keeper.merge([one, 1])
    assert one.add(1) == 2


def test_a_copy_of_the_provider_stays_apart(shared: Packages) -> None:
    theirs = shared.copied.Counter(1)
    assert (shared.copied.alive(), shared.lender.alive()) == (1, 0)
    refused = (
        r"shop#read: expected <class 'lender.counters.Counter'>, not <class 'copied.counters.Counter'>, which is of a"
    )
    with pytest.raises(TypeError, match=refused):
        shared.keeper.read(theirs)
    with pytest.raises(TypeError, match="which is of a package with a component of its own"):
        shared.lender.Counter(1).absorb(theirs)
    assert theirs.add(1) == 2
    del theirs
    gc.collect()
    assert shared.copied.alive() == 0


def fails(packages: Packages, folder: Path) -> str:
    """What a process says that imports the keeper where another package is called ``lender``, in a folder."""
    shutil.copytree(packages.folder / "keeper", folder / "keeper")
    program = f"import sys; sys.path.insert(0, {str(folder)!r}); import keeper"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


def test_a_package_that_is_none_of_a_component_is_refused(packages: Packages, tmp_path: Path) -> None:
    (tmp_path / "lender.py").write_text("import math as _native\nErr = Ok = Some = counters = None\n", encoding="utf-8")
    told = "ImportError: package 'lender' is no native package of a component, and shares no objects with one"
    assert fails(packages, tmp_path) == told


def test_a_package_without_the_interface_is_refused(packages: Packages, tmp_path: Path) -> None:
    component = build(
        tmp_path, "plain", packages.wit, "plain", '#include "plain.h"\nvoid exports_t_counters_nothing_f(void) {}\n'
    )
    build_package(tmp_path, "lender", packages.wit, "plain", component)
    with (tmp_path / "lender" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("counters = None\n")
    assert fails(packages, tmp_path) == "ImportError: package 'lender' has no `t:counters/counters`"


def test_a_package_of_another_interface_by_the_name_is_refused(packages: Packages, tmp_path: Path) -> None:
    wit = (DATA / "counters.wit").read_text(encoding="utf-8").replace("weigh: func(c: counter", "weigh: func(c: silent")
    (tmp_path / "counters.wit").write_text(wit, encoding="utf-8")
    source = (DATA / "counters.c").read_text(encoding="utf-8").replace("value = ended(c),", "value = c.__handle != 0,")
    source = source.replace("_weigh(own c", "_weigh(exports_t_counters_counters_own_silent_t c")
    other = build(tmp_path, "other", tmp_path / "counters.wit", "tally", source)
    build_package(tmp_path, "lender", tmp_path / "counters.wit", "tally", other)
    told = "ImportError: package 'lender' was built with another `t:counters/counters`"
    assert fails(packages, tmp_path) == told


def test_a_library_that_is_called_as_anothers_is_found_out(packages: Packages, tmp_path: Path) -> None:
    """glibc takes the one that is loaded, whatever it is; a copy of it does no harm."""
    source = '#include "plain.h"\nvoid exports_t_counters_nothing_f(void) {}\n'
    for name, code in (("first", source), ("again", source), ("other", f"{source}int unused;\n")):
        (tmp_path / name).mkdir()
        component = build(tmp_path / name, "common", packages.wit, "plain", code)
        build_package(tmp_path / name, name, packages.wit, "plain", component)
    paths = [str(tmp_path / name) for name in ("first", "again", "other")]
    program = f"import sys; sys.path[:0] = {paths!r}\nimport first, again; again.nothing.f(); import other"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    mine, theirs = (tmp_path / name / "libcommon.so" for name in ("other", "first"))
    told = f"ImportError: {mine} of this package is not what is loaded as libcommon.so: that is {theirs}, of another"
    assert told in done.stderr
    alone = f"import sys; sys.path[:0] = {paths!r}\nimport other; other.nothing.f()"
    subprocess.run([sys.executable, "-c", alone], check=True)


@pytest.mark.parametrize(
    ("world", "options", "status", "message"),
    [
        (
            "keeper",
            [],
            3,
            "`counter` of `t:counters/counters` is another component's, and needs the class of its package",
        ),
        ("keeper", ["--package", "t:counters/shop=x"], 3, "does not import `t:counters/shop`"),
        ("keeper", ["--package", f"{SHARED}=1x"], 3, "`1x` names no package, as Python imports it"),
        ("keeper", ["--package", SHARED], 2, "whose import is meant?"),
        ("keeper", ["--package", f"{SHARED}=x", "--target", "wasm32-wasip2"], 2, "have memories of their own"),
    ],
)
def test_what_cannot_be_is_said(
    world: str, options: list[str], status: int, message: str, packages: Packages, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert run(["bindgen", "python", str(packages.wit), "-w", world, "--out-dir", str(tmp_path), *options]) == status
    assert message in capsys.readouterr().err


def test_mypy_knows_whose_the_classes_are(packages: Packages, tmp_path: Path) -> None:
    good = "c: counters.Counter = shop.make(1)\nwith c:\n    n: int = shop.read(c)\n"
    for name in ("lender", "keeper", "copied"):
        (tmp_path / name).symlink_to(packages.folder / name)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", "x.py"]
    for text, code in [(good, 0), ("shop.read(copied.counters.Counter(1))\n", 1)]:
        lines = f"import copied\nfrom keeper import shop\nfrom lender import counters\n{text}"
        (tmp_path / "x.py").write_text(lines, encoding="utf-8")
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout


def test_an_interface_has_the_name_that_is_said(packages: Packages, tmp_path: Path) -> None:
    options = ("--package", f"{SHARED}=acme.tally:counters_")
    assert run(["bindgen", "python", str(packages.wit), "-w", "keeper", "--out-dir", str(tmp_path), *options]) == 0
    for file in ("__init__.py", "__init__.pyi"):
        assert "from acme.tally import counters_ as counters\n" in (tmp_path / file).read_text(encoding="utf-8")
