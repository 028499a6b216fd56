"""Objects of a component as objects of Python: they end when they are left, dropped or given away, and once."""

from __future__ import annotations

import copy
import gc
import inspect
import operator
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from built import build

from python import build_package, imported

DATA = Path(__file__).parent.parent / "data" / "counters"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, wit = tmp_path_factory.mktemp("resources"), DATA / "counters.wit"
    component = build(folder, "counters", wit, "tally", (DATA / "counters.c").read_text(encoding="utf-8"))
    return build_package(folder, "tally", wit, "tally", component)


@pytest.fixture
def counters(package: Path) -> Iterator[Any]:
    found = imported(package).counters
    yield found
    gc.collect()
    assert found.alive() == 0, "every object has ended"


def test_methods_statics_and_functions(counters: Any) -> None:
    counter = counters.Counter(40)
    assert counter.add(2) == 42
    assert counter.compare(counters.Counter(42))
    assert not counter.compare(counters.Counter(1))
    assert counter.compare(counter), "lent twice"
    assert counters.total([counter, counter, counters.Counter(1)]) == 85
    assert counters.Counter.open("").add(1) == 1


def test_what_is_given_cannot_be_ended_meanwhile(counters: Any) -> None:
    """The conversion of a later argument runs the caller's code, before the component is called."""
    counter, refused = counters.Counter(4), []

    class Weight:
        def __index__(self) -> int:
            with pytest.raises(ValueError, match="is given to a call") as error, counter:
                pass
            refused.append(error)
            return 3

    assert counters.weigh(counter, [1, Weight()]) == 16
    assert len(refused) == 1


def test_an_error_of_what_makes_one_is_raised(counters: Any) -> None:
    with pytest.raises(Exception, match="absent") as caught:
        counters.Counter.open("absent")
    assert caught.type.__name__ == "Err"


def test_an_object_ends_with_its_last_reference(counters: Any) -> None:
    counter = counters.Counter(1)
    assert counters.alive() == 1
    del counter
    assert counters.alive() == 0


def test_an_object_ends_where_its_block_is_left(counters: Any) -> None:
    with counters.Counter(1) as counter:
        assert counters.alive() == 1
    assert counters.alive() == 0
    with pytest.raises(ValueError, match="dropped or given away"):
        counter.add(1)
    with counter:
        pass


def test_an_object_that_was_given_away_is_gone(counters: Any) -> None:
    one, other = counters.Counter(1), counters.Counter(2)
    one.absorb(other)
    assert counters.alive() == 1
    with pytest.raises(ValueError, match="dropped or given away"):
        other.add(1)
    pair = counters.split(one)
    assert (pair.one.add(0), pair.two.add(0)) == (1, 2)
    assert counters.take([pair.one], pair.two) == 3
    assert counters.alive() == 1


def test_a_call_that_fails_takes_nothing(counters: Any) -> None:
    one = counters.Counter(1)
    for bad in (5, None, object(), "x"):
        with pytest.raises(TypeError):
            counters.take([one, bad], None)
    assert one.add(1) == 2


def test_an_object_is_not_given_twice_nor_lent_and_given(counters: Any) -> None:
    one = counters.Counter(1)
    with pytest.raises(ValueError, match="given away in the same call"):
        counters.take([one, one], None)
    with pytest.raises(ValueError, match="given away in the same call"):
        counters.take([one], one)
    with pytest.raises(ValueError, match="lent"):
        one.absorb(one)
    assert one.compare(one)
    assert counters.take([one], None) == 1


def test_only_objects_of_the_class_are_handles(counters: Any) -> None:
    with pytest.raises(TypeError, match="Counter"):
        counters.total([object()])
    with pytest.raises(TypeError):
        counters.Counter.add(5, 1)
    with pytest.raises(ValueError, match="dropped"):
        object.__new__(counters.Counter).add(1)
    with pytest.raises(TypeError, match="no constructor"):
        counters.Silent()


def test_methods_tell_their_signatures(counters: Any) -> None:
    shown = {f: str(inspect.signature(f)) for f in (counters.Counter.add, counters.Counter.open, counters.total)}
    assert list(shown.values()) == ["(self, n, /)", "(name, /)", "(all, /)"]
    assert str(inspect.signature(counters.Counter(1).add)) == "(n, /)"
    assert str(inspect.signature(counters.Counter)) == "(start, /)"
    assert (counters.Counter.add.__name__, counters.Counter.add.__qualname__) == ("add", "counters.Counter.add")


def test_methods_are_found_by_users_of_their_names(counters: Any) -> None:
    one = counters.Counter(1)
    assert [operator.methodcaller("add", i)(one) for i in (1, 2)] == [2, 4]
    assert list(map(counters.Counter.add, [one], [1])) == [5]
    bound = one.add
    del one
    assert bound(1) == 6, "a bound method has its object"


@pytest.mark.parametrize("use", [copy.copy, copy.deepcopy, pickle.dumps], ids=["copy", "deepcopy", "pickle"])
def test_objects_are_not_copied(counters: Any, use: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match="cannot pickle 'Counter' object"):
        use(counters.Counter(1))


def test_a_methods_object_stays_while_its_arguments_are_converted(counters: Any) -> None:
    counter = counters.Counter(1)

    class Number:
        def __index__(self) -> int:
            with pytest.raises(ValueError, match="is lent to a call"), counter:
                pass
            return counters.total([counter]) + 10

    assert counter.add(Number()) == 12
    with counter:
        pass
    with pytest.raises(ValueError, match="dropped or given away"):
        counter.add(Number())


def test_many_handles_in_one_call(counters: Any) -> None:
    assert counters.take([counters.Counter(1) for _ in range(1000)], None) == 1000


def test_nothing_leaks(counters: Any) -> None:
    def rounds(count: int) -> int:
        for _ in range(count):
            with counters.Counter(1) as one:
                one.add(1)
            counters.take([counters.Counter(1), counters.Counter(2)], counters.Counter(3))
            with pytest.raises(TypeError):
                counters.take([counters.Counter(1), 1], None)
        gc.collect()
        return sys.getallocatedblocks()

    rounds(10)
    before = rounds(1)
    assert rounds(1000) - before < 500


def test_an_object_that_outlives_the_interpreter_ends_with_it(package: Path) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(package.parent)!r}); import tally; sys.c = tally.counters.Counter(1)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_mypy_knows_the_classes(package: Path, tmp_path: Path) -> None:
    good = "with counters.Counter(1) as c:\n    n: int = c.add(1)\nd: counters.Counter = counters.Counter.open('')\n"
    wrong = ("counters.Counter('x')", "counters.Counter(1).absorb(1)", "counters.Silent()")
    (tmp_path / "tally").symlink_to(package)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", "x.py"]
    for text, code in [(good, 0), *((text, 1) for text in wrong)]:
        (tmp_path / "x.py").write_text(f"from tally import counters\n{text}\n", encoding="utf-8")
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout
