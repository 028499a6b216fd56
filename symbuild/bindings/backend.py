"""What a language's back end is to the rest of symbuild: a world in, files out, all options chosen before."""

from __future__ import annotations

from typing import Protocol

from symbuild.frozen import frozen
from symbuild.model.world import World


@frozen
class UserFunction:
    """What the user defines for an export: its name in the language, and the symbol its object then has.

    ``export`` is the symbol of the export it serves.
    """

    export: str
    name: str
    symbol: str


class Backend(Protocol):
    """A language with its options."""

    @property
    def runtime(self) -> tuple[str, ...]:
        """Files of ``symbuild/runtime`` that generated code includes or imports."""
        ...

    @property
    def dynamic(self) -> frozenset[str]:
        """Imports, by id or label, that are bound at run time through a table."""
        ...

    def files(self, world: World) -> dict[str, bytes]:
        """The generated files by name, the one users include or name first."""
        ...

    def user_functions(self, world: World) -> tuple[UserFunction, ...]:
        """What the user defines."""
        ...
