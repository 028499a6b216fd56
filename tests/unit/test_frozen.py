"""Values are frozen, compare by what they hold, and are dataclasses to whoever asks."""

from __future__ import annotations

import dataclasses

import pytest

from symbuild.frozen import frozen, nominal


@frozen
class Point:
    """A place."""

    x: int
    y: int = 0

    @property
    def sum(self) -> int:
        return self.x + self.y


@frozen
class Vector:
    x: int
    y: int = 0


@frozen
class Nothing:
    pass


@nominal
class Thing:
    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


def test_values_compare_by_class_and_fields() -> None:
    assert Point(1) == Point(1, 0) == Point(y=0, x=1)
    assert hash(Point(1)) == hash(Point(1, 0))
    assert Point(1) != Point(1, 1)
    assert Point(1) != Vector(1)
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing(), Point(1), Vector(1)}) == 3


def test_nominal_values_equal_themselves_alone() -> None:
    thing = Thing("a")
    assert thing == thing
    assert thing != Thing("a")
    assert repr(thing) == "<a>"


def test_nothing_can_be_assigned_or_added() -> None:
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.z = 2  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


def test_arguments_are_checked_as_a_dataclass_checks_them() -> None:
    for arguments in ((), (1, 2, 3)):
        with pytest.raises(TypeError, match=r"Point\.__init__\(\)"):
            Point(*arguments)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        Point(1, z=2)  # type: ignore[call-arg]


def test_class_keeps_what_it_defines() -> None:
    assert Point(1, 2).sum == 3
    assert Point.__doc__ == "A place."
    assert (Point.__name__, Point.__qualname__, Point.__module__) == ("Point", "Point", __name__)
    assert repr(Point(1)) == "Point(x=1, y=0)"
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_dataclasses_functions_take_it() -> None:
    assert dataclasses.is_dataclass(Point)
    assert [f.name for f in dataclasses.fields(Point)] == ["x", "y"]
    assert dataclasses.replace(Point(1), y=5) == Point(1, 5)
    assert dataclasses.asdict(Point(1)) == {"x": 1, "y": 0}
    assert dataclasses.fields(Nothing()) == ()
