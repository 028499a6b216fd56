"""How each import of a component reaches its provider (symmetric-abi.md, section 6), for ``symbuild explain``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from symbuild.abi.mangle import ROOT
from symbuild.frozen import frozen
from symbuild.graph.component import Component, Edge, Offers, Port

# direct: by the plain symbol, whoever defines it. label, private name: through a function that the link step adds, as
# the plain symbol would mean another import, or the component's own export. open: the loading process provides it.
# run-time table: the program fills it in when it has loaded a library.
Kind = Literal["direct", "label", "private name", "open", "run-time table"]


@frozen
class Binding:
    """The way of one imported function, by its symbol.

    ``node`` is the provider whose version node the reference names, None where any provider's definition will do.
    """

    symbol: str
    kind: Kind
    provider: str | None = None
    node: str | None = None


def bindings_of(importer: Component, edges: Iterable[Edge], offered: Offers, *, versions: bool) -> Iterator[Binding]:
    """How each import is bound. ``versions``: the platform's symbols have versions, which tell rivals apart."""
    bound = {edge.wanted.symbol: edge for edge in edges}
    for port in importer.imports:
        edge = bound.get(port.symbol)
        if edge is None:
            yield Binding(port.symbol, "open")
        else:
            rivals = versions and offered.rival(edge.offered.unit)
            yield Binding(port.symbol, _kind(port), edge.provider, edge.provider if rivals else None)


def _kind(port: Port) -> Kind:
    if port.reference == port.symbol:
        return "direct"
    return "private name" if port.module in (ROOT, port.interface) else "label"
