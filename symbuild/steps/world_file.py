"""``NAME.world.json``: what later build steps need to know of a component's world, so that they read no WIT.

It names functions, symbols and signatures but neither lines nor paths: a comment in the WIT must not change it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from symbuild.abi.flatten import Core
from symbuild.abi.interface_hash import call_hash
from symbuild.abi.mangle import export_name
from symbuild.abi.passing import Passing
from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.model.world import Interface, World

FORMAT = 4


@frozen
class Definition:
    """A function the user must define: its name in the user's source, and what the linker calls it."""

    name: str
    symbol: str


@frozen
class Port:
    """A function at the border, as :class:`~symbuild.abi.symbols.Linkage` has it.

    ``interface`` is the id of the interface, None for an inline one and for the world's own functions. ``hash`` is the
    :func:`~symbuild.abi.interface_hash.call_hash` in hexadecimal.
    """

    module: str
    function: str
    symbol: str
    reference: str
    interface: str | None
    params: tuple[Core, ...]
    result: Core | None
    passing: Passing
    hash: str

    @property
    def wit(self) -> str:
        """How a message names the function."""
        return export_name(self.module, self.function)


@frozen
class Export:
    """An exported function and what the user defines for it, as the language back end says."""

    port: Port
    definitions: tuple[Definition, ...] = ()


@frozen
class Api:
    """What the component is written in, empty if unknown. ``views``: its exports take lent arguments as they lie."""

    language: str
    views: bool = False


UNKNOWN = Api("")


@frozen
class WorldFile:
    """The content of the file; ``world`` is ``ns:pkg/name@version``.

    ``run_time`` are imports that are bound at run time: no linker sees their symbols, so they are not in ``imports``.
    ``wit`` is the world's binary encoding, which also tells that of strings on wasm.
    """

    component: str
    world: str
    imports: tuple[Port, ...] = ()
    exports: tuple[Export, ...] = ()
    run_time: tuple[Port, ...] = ()
    api: Api = UNKNOWN
    wit: bytes = b""


def is_utf16(encoded: bytes) -> bool:
    """Whether strings are in UTF-16 on wasm, by a world's binary encoding: one of its sections has, behind a version of
    one byte, a byte for that."""
    _, _, said = encoded.partition(b"wit-component-encoding")
    return said[1:2] == b"\1"


def describe(
    world: World,
    component: str,
    definitions: Mapping[str, tuple[Definition, ...]],
    dynamic: Collection[str] = (),
    api: Api = UNKNOWN,
    wit: bytes = b"",
) -> WorldFile:
    """The file of a component; ``definitions`` are by symbol of the export they serve.

    Interfaces in ``dynamic`` are bound at run time.
    """
    root = Interface(None, None, world.types)
    imports = [(linkage.module in dynamic, _port(linkage, root)) for linkage in imports_of(world)]
    return WorldFile(
        component,
        world.id,
        tuple(port for is_dynamic, port in imports if not is_dynamic),
        tuple(Export(_port(linkage, root), definitions.get(linkage.symbol, ())) for linkage in exports_of(world)),
        tuple(port for is_dynamic, port in imports if is_dynamic),
        api,
        wit,
    )


def _port(linkage: Linkage, root: Interface) -> Port:
    """``root`` stands for the interface of the world's own functions."""
    return Port(
        linkage.module,
        linkage.function,
        linkage.symbol,
        linkage.reference,
        linkage.interface.id if linkage.interface else None,
        linkage.signature.params,
        linkage.signature.result,
        linkage.passing,
        call_hash(linkage.interface or root, linkage.declared).hex(),
    )


def to_json(file: WorldFile) -> str:
    """The text of the file."""
    document = {
        "format": FORMAT,
        "component": file.component,
        "world": file.world,
        "language": file.api.language,
        "views": file.api.views,
        "imports": list(map(_port_to_json, file.imports)),
        "exports": [
            {
                **_port_to_json(export.port),
                "definitions": [{"name": d.name, "symbol": d.symbol} for d in export.definitions],
            }
            for export in file.exports
        ],
        "run_time": list(map(_port_to_json, file.run_time)),
        "wit": b64encode(file.wit).decode(),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> WorldFile:
    """What :func:`to_json` wrote. Raises InputError for anything else."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise InputError(
                f"the world file is of format {document['format']}; this symbuild reads format {FORMAT}",
                help="generate the bindings again",
            )
        return WorldFile(
            document["component"],
            document["world"],
            tuple(map(_port_from_json, document["imports"])),
            tuple(map(_export_from_json, document["exports"])),
            tuple(map(_port_from_json, document["run_time"])),
            Api(document["language"], document["views"]),
            b64decode(document["wit"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("this is not a world file of symbuild", help="name the file NAME.world.json") from error


def read(path: Path) -> WorldFile:
    """The world file at ``path``. Raises InputError where there is none."""
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError("this is not a world file of symbuild", where=str(path)) from error


def _port_to_json(port: Port) -> dict[str, Any]:
    return {
        "module": port.module,
        "function": port.function,
        "symbol": port.symbol,
        "reference": port.reference,
        "interface": port.interface,
        "params": list(port.params),
        "result": port.result,
        "lends": list(port.passing.lends),
        "gives": port.passing.gives,
        "moves": list(port.passing.moves),
        "borrows": list(port.passing.borrows),
        "makes": port.passing.makes,
        "hash": port.hash,
    }


def _port_from_json(entry: Mapping[str, Any]) -> Port:
    return Port(
        entry["module"],
        entry["function"],
        entry["symbol"],
        entry["reference"],
        entry["interface"],
        tuple(entry["params"]),
        entry["result"],
        Passing(tuple(entry["lends"]), entry["gives"], tuple(entry["moves"]), tuple(entry["borrows"]), entry["makes"]),
        entry["hash"],
    )


def _export_from_json(entry: Mapping[str, Any]) -> Export:
    definitions = tuple(Definition(d["name"], d["symbol"]) for d in entry["definitions"])
    return Export(_port_from_json(entry), definitions)
