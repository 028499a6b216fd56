"""C++ as a back end."""

from __future__ import annotations

from symbuild.bindings.backend import UserFunction
from symbuild.bindings.cpp.names import Options
from symbuild.bindings.cpp.view import bindings, user_functions
from symbuild.frozen import frozen
from symbuild.model.world import World


@frozen
class Cpp:
    """C++20 with the API of wit-bindgen 0.60."""

    options: Options

    @property
    def runtime(self) -> tuple[str, ...]:
        """The headers that generated C++ includes."""
        return ("symbuild.h", "wit.h", "wit_expected.h")

    @property
    def dynamic(self) -> frozenset[str]:
        """Imports bound at run time: none, C++ has no table for them."""
        return frozenset()

    def files(self, world: World) -> dict[str, bytes]:
        """``<world>_cpp.h`` and ``<world>.cpp``."""
        return bindings(world, self.options)

    def user_functions(self, world: World) -> tuple[UserFunction, ...]:
        """The C++ functions that the user defines."""
        return user_functions(world, self.options)
