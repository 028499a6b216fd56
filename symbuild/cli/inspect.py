"""``symbuild inspect FILE``: manifest, symbols, imports and sizes of a built file."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbuild.cli.reporting import print_json

if TYPE_CHECKING:
    from symbuild.model.world import InterfaceItem
    from symbuild.steps.binary import Binary, Symbol
    from symbuild.steps.manifest import Manifest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a library, program, object, archive or wasm file")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def run(args: argparse.Namespace) -> int:
    """Print what the file says of itself."""
    from symbuild.steps.binary import read

    binary = read(args.file)
    document = _wasm(args.file, binary) if binary.format == "wasm" else _native(args.file, binary)
    if args.json:
        print_json(document)
    else:
        print("\n".join(_text(document)))
    return 0


def _native(path: Path, binary: Binary) -> dict[str, Any]:
    return {
        "file": str(path),
        "size": path.stat().st_size,
        "format": binary.format,
        "kind": binary.kind,
        "machine": binary.machine,
        "name": binary.name,
        "needed": list(binary.needed),
        "manifests": _manifests(binary),
        "exports": [_symbol(s) for s in binary.exports],
        "imports": [_symbol(s) for s in binary.imports],
        "sections": [{"name": s.name, "size": s.size} for s in binary.sections],
    }


def _manifests(binary: Binary) -> list[dict[str, Any]]:
    from symbuild.steps.manifest import decode_all

    return [_manifest(m) for m in decode_all(binary.wit or b"")]


def _manifest(manifest: Manifest) -> dict[str, Any]:
    return {
        "component": manifest.component,
        "world": manifest.world,
        "abi_version": manifest.abi_version,
        "string_encoding": manifest.string_encoding,
        "interfaces": [
            {"side": e.side, "module": e.module, "interface": e.interface, "hash": e.hash.hex()}
            for e in manifest.entries
        ],
        "wit_size": len(manifest.wit),
    }


def _symbol(symbol: Symbol) -> dict[str, str | None]:
    from symbuild.abi.mangle import demangle

    return {"symbol": symbol.name, "version": symbol.version, "wit": demangle(symbol.name)}


def _wasm(path: Path, binary: Binary) -> dict[str, Any]:
    document: dict[str, Any] = {
        "file": str(path),
        "size": path.stat().st_size,
        "format": "wasm",
        "kind": binary.kind,
        "machine": "wasm",
    }
    if binary.kind == "component":
        from symbuild.abi.mangle import export_name
        from symbuild.abi.symbols import exports_of, imports_of
        from symbuild.wit import load_world

        world = load_world(path).world
        document |= {
            "world": world.id,
            "manifests": _manifests(binary),
            "exports": [{"wit": export_name(linkage.module, linkage.function)} for linkage in exports_of(world)],
            "imports": [
                *({"wit": item.key, "types_only": True} for item in world.imports if _has_only_types(item)),
                *({"wit": export_name(linkage.module, linkage.function)} for linkage in imports_of(world)),
            ],
        }
    return document


def _has_only_types(item: InterfaceItem) -> bool:
    from symbuild.abi.resources import resources_in

    return not item.interface.functions and not resources_in(item.interface.types)


def _text(document: Mapping[str, Any]) -> Iterable[str]:
    kind = f"{document['format']} {document['kind']}"
    yield f"{document['file']}: {kind} for {document['machine']}, {document['size']} bytes"
    if document.get("name"):
        yield f"  name       {document['name']}"
    for i, manifest in enumerate(document.get("manifests", ())):
        yield f"  {'fused of' if i else 'component':9}  {manifest['component']}"
        yield f"  world      {manifest['world']} ({manifest['wit_size']} bytes of WIT)"
        yield f"  ABI        version {manifest['abi_version']}, strings {manifest['string_encoding']}"
        for entry in manifest["interfaces"]:
            yield f"  {entry['side']:9}  {_module(entry)}  {entry['hash'][:16]}"
    if document.get("world"):
        yield f"  world      {document['world']}"
    for key in ("exports", "imports"):
        yield from _list(key, map(_name, document.get(key, ())))
    yield from _list("needed", document.get("needed", ()))
    yield from _list("sections", (f"{s['size']:>10}  {s['name']}" for s in document.get("sections", ())))


def _module(entry: Mapping[str, Any]) -> str:
    id = entry["interface"]
    return f"{entry['module']} ({id})" if id and id != entry["module"] else str(entry["module"])


def _name(symbol: Mapping[str, Any]) -> str:
    version = f"  @{symbol['version']}" if symbol.get("version") else ""
    types_only = "  (types only)" if symbol.get("types_only") else ""
    return f"{symbol['wit'] or symbol['symbol']}{version}{types_only}"


def _list(title: str, lines: Iterable[str]) -> Iterable[str]:
    listed = [f"  {line}" for line in lines]
    return [f"{title} ({len(listed)})", *listed] if listed else []
