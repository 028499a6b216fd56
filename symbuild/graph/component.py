"""Components with their ports, and the edges between them. Names only: files and linkers come later, in ``steps``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symbuild.abi.flatten import CoreSignature
from symbuild.abi.mangle import ROOT


@dataclass(frozen=True, slots=True)
class Port:
    """One function at a component's border (symmetric-abi.md, section 1).

    ``module`` is an interface id, a label or ``$root``. ``interface`` is the id of the interface behind a label, None
    for an inline one. ``symbol`` is what the linker sees; ``reference`` the name in the importer's own code, a private
    one where the link step binds it. ``hash`` is of all that a call depends on, None where it is not known.
    """

    module: str
    function: str
    symbol: str
    signature: CoreSignature
    reference: str
    interface: str | None = None
    hash: str | None = None

    @property
    def wit(self) -> str:
        """How a message names the function."""
        return self.function if self.module == ROOT else f"{self.module}#{self.function}"

    @property
    def unit(self) -> str:
        """What is provided as a whole: an interface, or a single function of the world itself."""
        return self.wit if self.module == ROOT else self.module


@dataclass(frozen=True, slots=True)
class Component:
    """A component, or a program: what it calls and what it defines."""

    name: str
    imports: tuple[Port, ...] = ()
    exports: tuple[Port, ...] = ()

    @property
    def offered(self) -> dict[str, dict[str, Port]]:
        """What this component exports, by unit and function."""
        units: dict[str, dict[str, Port]] = {}
        for port in self.exports:
            units.setdefault(port.unit, {})[port.function] = port
        return units


@dataclass(frozen=True, slots=True)
class Edge:
    """One imported function and who provides it."""

    importer: str
    wanted: Port
    provider: str
    offered: Port


@dataclass(frozen=True, slots=True)
class Offers:
    """Who provides each unit in a whole build; units and names are sorted."""

    providers: Mapping[str, tuple[str, ...]]

    def of(self, unit: str) -> tuple[str, ...]:
        """The providers of a unit; none if nobody exports it."""
        return self.providers.get(unit, ())

    def rival(self, unit: str) -> bool:
        """Whether several components provide the unit, so that importers must say which one they mean."""
        return len(self.of(unit)) > 1


def offers(components: Iterable[Component]) -> Offers:
    """The providers of everything that ``components`` export."""
    found: dict[str, set[str]] = {}
    for component in components:
        for unit in component.offered:
            found.setdefault(unit, set()).add(component.name)
    return Offers({unit: tuple(sorted(names)) for unit, names in sorted(found.items())})


def units_for(port: Port) -> tuple[str, ...]:
    """Units that satisfy an import, the best first: under its own name, else by the interface behind its label."""
    if port.interface and port.interface != port.module:
        return port.unit, port.interface
    return (port.unit,)
