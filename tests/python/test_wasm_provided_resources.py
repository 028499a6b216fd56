"""What holds of resources that Python provides to native components holds on wasm; traps are exceptions there."""

from __future__ import annotations

from pathlib import Path

import pytest

from python import test_provided_resources
from python.test_provided_resources import *  # noqa: F403  # its tests run here too, with the fixtures below
from python.test_provided_resources import PROVIDED, WIT, WORKER, Bucket, Shop
from python.wasm_package import build_wasm_package, imported_anew

for _name in ("checkers_know_what_provides", "traps", "what_lives_at_the_end_does_no_harm"):
    del globals()[f"test_{_name}"]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wasm")
    (folder / "shop.wit").write_text(WIT, encoding="utf-8")
    (folder / "user.c").write_text(WORKER, encoding="utf-8")
    return build_wasm_package(folder, "wasmshop", folder / "shop.wit", "worker", folder / "user.c", *PROVIDED)


@pytest.fixture(scope="module")
def package_placed(package: Path) -> Path:
    return package


@pytest.mark.parametrize(
    ("body", "cause", "said"),
    [
        ("stale", RuntimeError, "is none of demo:shop/store@1.0.0#bucket"),
        ("twice", RuntimeError, "is none of demo:shop/store@1.0.0#bucket"),
        ("get", ZeroDivisionError, "ZeroDivisionError"),
        ("merge", TypeError, r"\[static\]bucket.merge: expected <class"),
    ],
)
def test_what_goes_wrong_is_an_exception(package: Path, body: str, cause: type, said: str) -> None:
    class Uncounted(Bucket):
        """What an instance that has trapped may keep."""

        def __init__(self, name: str, /) -> None:
            self.texts, self.name = {}, name

        def __del__(self) -> None:
            pass

    class Wrong(Uncounted):
        def get(self, k: str, /) -> str | None:
            raise ZeroDivisionError

        @staticmethod
        def merge(a: Bucket, b: Bucket, /) -> Bucket:
            return Uncounted("no wrong one")

    with imported_anew(package) as shopped:

        class Other(Shop):
            Bucket = Wrong if body in ("get", "merge") else Uncounted
            open = Bucket

        shop = Other()
        shopped.provide(store=shop, paint=lambda b: 5)
        calls = {
            "stale": lambda: (shopped.work.stale(shop.Bucket("x")), shopped.work.again()),
            "twice": shopped.work.at_once,
            "get": lambda: shopped.work.look(shop.Bucket("x"), "k"),
            "merge": lambda: shopped.work.run("x"),
        }
        with pytest.raises(RuntimeError, match=said) as caught:
            calls[body]()
        assert isinstance(caught.value, cause) or isinstance(caught.value.__cause__, cause)


def test_the_layer_is_the_native_packages(package: Path, tmp_path: Path) -> None:
    native = test_provided_resources.generated(tmp_path)
    for name in ("__init__.py", "__init__.pyi", "py.typed"):
        assert (package / name).read_bytes() == (native / name).read_bytes(), name
