"""Rust as a back end."""

from __future__ import annotations

from dataclasses import dataclass

from symbuild.bindings.backend import UserFunction
from symbuild.bindings.rust.builder import bindings, user_functions
from symbuild.bindings.rust.names import Options
from symbuild.model.world import World


@dataclass(frozen=True, slots=True)
class Rust:
    """Rust with the API of wit-bindgen 0.60."""

    options: Options

    @property
    def runtime(self) -> tuple[str, ...]:
        """Generated Rust includes no header; what it calls is a crate."""
        return ()

    @property
    def dynamic(self) -> frozenset[str]:
        """No import is bound at run time."""
        return frozenset()

    def files(self, world: World) -> dict[str, bytes]:
        """``<world>.rs``."""
        return bindings(world, self.options)

    def user_functions(self, world: World) -> tuple[UserFunction, ...]:
        """The methods that the user defines."""
        return user_functions(world, self.options)
