"""The files by which build steps tell each other of the graph: a component's ports, and a build's providers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from symbuild.abi.flatten import CoreSignature
from symbuild.errors import InputError
from symbuild.graph.component import Component, Offers, Port


def read_component(path: Path) -> Component:
    """The component that a world file describes."""
    document = _json(path)
    return Component(
        document["component"],
        tuple(map(_port, document["imports"])),
        tuple(map(_port, document["exports"])),
    )


def _port(d: dict[str, Any]) -> Port:
    return Port(
        d["module"],
        d["function"],
        d["symbol"],
        CoreSignature(tuple(d["params"]), d["result"]),
        d.get("reference", d["symbol"]),
        d.get("interface"),
    )


def offers_text(offered: Offers) -> str:
    """The providers of a build as JSON."""
    return json.dumps({"format": 1, "providers": dict(offered.providers)}, indent=1) + "\n"


def read_offers(path: Path) -> Offers:
    """What :func:`offers_text` wrote. Raises InputError for anything else."""
    document = _json(path)
    if document.get("format") != 1:
        raise InputError(f"`{path}` is not what this symbuild's `graph` writes", help="run `symbuild graph` again")
    return Offers({unit: tuple(names) for unit, names in document["providers"].items()})


def _json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"`{path}` is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise InputError(f"`{path}` is not an object of JSON")
    return document
