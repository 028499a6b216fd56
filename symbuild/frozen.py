"""``@frozen``: a frozen dataclass with slots that costs a twentieth to define.

The generator's stages speak in about a hundred small value classes. The standard decorator compiles six functions for
each and imports ``inspect``: half the time of a run on ten functions. This one compiles ``__init__`` alone; all else is
shared. Type checkers, ``match`` and the functions of ``dataclasses`` treat such a class as what it stands for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[_T]) -> type[_T]:
    """Make a class of its annotations: fields in order, defaults after them. Values compare by class and fields."""
    names = tuple(cls.__annotations__)
    values = _values_of(names)

    def __eq__(self: Any, other: object) -> bool:
        return values(self) == values(other) if type(self) is type(other) else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return _made(cls, {"__eq__": __eq__, "__hash__": __hash__})


@dataclass_transform(frozen_default=True, eq_default=False)
def nominal(cls: type[_T]) -> type[_T]:
    """``frozen``, but each value is equal to itself alone."""
    return _made(cls, {})


def _values_of(names: tuple[str, ...]) -> Callable[[Any], Any]:
    if names:
        return attrgetter(*names)
    return lambda _value: ()


def _made(cls: type[_T], methods: dict[str, Any]) -> type[_T]:
    """The class again, with slots: they can only be had when a class is created."""
    names = tuple(cls.__annotations__)
    body = dict(vars(cls))
    defaults = {name: body.pop(name) for name in names if name in body}
    for unwanted in ("__dict__", "__weakref__"):
        body.pop(unwanted, None)
    shared = {"__repr__": _repr, "__setattr__": _refuse, "__delattr__": _refuse, **_AS_DATACLASS, **methods}
    own = {"__qualname__": cls.__qualname__, "__slots__": names, "__match_args__": names, "_defaults": defaults}
    create: Any = type(cls)
    made = create(cls.__name__, cls.__bases__, {**shared, **body, **own})
    made.__init__ = _init(made, names, defaults)
    found: type[_T] = made
    return found


def _init(cls: type, names: tuple[str, ...], defaults: dict[str, Any]) -> Callable[..., None]:
    # A slot's own setter goes past the class's __setattr__, which refuses.
    scope = {f"_set_{name}": vars(cls)[name].__set__ for name in names}
    scope |= {f"_default_{name}": value for name, value in defaults.items()}
    parameters = "".join(f", {name}=_default_{name}" if name in defaults else f", {name}" for name in names)
    body = "".join(f" _set_{name}(self, {name})\n" for name in names) or " pass\n"
    exec(f"def __init__(self{parameters}):\n{body}", scope)
    init: Callable[..., None] = scope["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{type(self).__qualname__}({fields})"


def _refuse(self: Any, name: str, _value: object = None) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


class _AsDataclass:
    """What ``dataclasses.fields``, ``replace`` and the like ask of a class, made when it is asked."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, _instance: object, owner: Any) -> Any:
        from dataclasses import dataclass, field

        defaults = {name: field(default_factory=partial(_same, value)) for name, value in owner._defaults.items()}
        twin = type(owner.__name__, (), {"__annotations__": owner.__annotations__, **defaults})
        found = getattr(dataclass(frozen=True)(twin), self.name)
        setattr(owner, self.name, found)
        return found


def _same(value: _T) -> _T:
    return value


_AS_DATACLASS = {name: _AsDataclass(name) for name in ("__dataclass_fields__", "__dataclass_params__")}
