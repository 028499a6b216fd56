"""C as a back end."""

from __future__ import annotations

from symbuild.bindings.backend import UserFunction
from symbuild.bindings.c.names import Options
from symbuild.bindings.c.view import bindings, user_functions
from symbuild.frozen import frozen
from symbuild.model.world import World


@frozen
class C:
    """C with the API of wit-bindgen 0.60."""

    options: Options

    @property
    def runtime(self) -> tuple[str, ...]:
        """The header that generated C includes."""
        return ("symbuild.h",)

    @property
    def dynamic(self) -> frozenset[str]:
        """Imports bound at run time."""
        return self.options.dynamic

    def files(self, world: World) -> dict[str, bytes]:
        """``<world>.h`` and ``<world>.c``."""
        return bindings(world, self.options)

    def user_functions(self, world: World) -> tuple[UserFunction, ...]:
        """The C functions that the user defines."""
        return user_functions(world, self.options)
