"""The files by which build steps tell each other of the graph: a component's ports, and a build's providers."""

from __future__ import annotations

import json
from pathlib import Path

from symbuild.abi.flatten import CoreSignature
from symbuild.errors import InputError
from symbuild.graph.component import Component, Offers, Port
from symbuild.steps import world_file

FORMAT = 1


def read_component(path: Path) -> Component:
    """The component that a world file describes. Raises InputError where there is none."""
    file = world_file.read(path)
    return Component(
        file.component,
        tuple(map(_port, file.imports)),
        tuple(_port(export.port) for export in file.exports),
    )


def _port(port: world_file.Port) -> Port:
    signature = CoreSignature(port.params, port.result)
    return Port(port.module, port.function, port.symbol, signature, port.reference, port.interface)


def offers_text(offered: Offers) -> str:
    """The providers of a build as JSON."""
    return json.dumps({"format": FORMAT, "providers": dict(offered.providers)}, indent=1) + "\n"


def read_offers(path: Path) -> Offers:
    """What :func:`offers_text` wrote. Raises InputError for anything else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise InputError(f"`{path}` is of another symbuild", help="run `symbuild graph` again")
        return Offers({unit: tuple(names) for unit, names in document["providers"].items()})
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"`{path}` is not what `symbuild graph` writes") from error
