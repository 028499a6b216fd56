"""Writes the hostile peer of a world's component: tables of its types and functions for ``peer.c``, and core calls."""

from __future__ import annotations

from collections.abc import Iterable

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import Core, CoreSignature, core_signature, flatten
from symbuild.abi.interface_hash import ABI_VERSION, resource_hash
from symbuild.abi.layout import (
    ACCESS_SIZE,
    SCALAR_ACCESS,
    alignment,
    discriminant_access,
    offsets,
    payload_offset,
    size,
)
from symbuild.abi.mangle import export_name, symbol
from symbuild.abi.resources import methods_of, resources_in
from symbuild.abi.symbols import Linkage, exports_of, functions_of, imports_of
from symbuild.model.types import (
    Bits,
    Channel,
    FixedSeq,
    Handle,
    Product,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    origin,
    shape,
    tuple_of,
)
from symbuild.model.world import Function, Interface, World, is_exported

POINTER = 8  # bytes; fuzzers run where they were built
C_TYPES: dict[Core, str] = {
    "i32": "int32_t",
    "i64": "int64_t",
    "f32": "float",
    "f64": "double",
    "ptr": "uint8_t *",
    "len": "size_t",
}


def tables(world: World) -> str:
    """The C source of the peer for ``world``."""
    writer = _Writer(world)
    answered = {(e.module, e.function): writer.answered(e) for e in imports_of(world)}
    called = {(e.module, e.function): writer.called(e, answered.get((e.module, e.function))) for e in exports_of(world)}
    exports = list(called.values())
    makers = [name for (_, function), name in called.items() if function.startswith("[constructor]")]
    for item in world.exports:
        for resource in resources_in(item.interface.types):
            writer.rival(item.key, item.interface, resource)
    lists = [("fz_exports", "fz_export_count", exports), ("fz_makers", "fz_maker_count", makers)]
    for array, count, names in lists:
        writer.lines += [
            f"const fz_function *const {array}[] = {{{', '.join(f'&{n}' for n in names)}}};",
            f"const unsigned {count} = {len(names)};",
        ]
    return "\n".join(['#include "peer.h"', "", *writer.lines, ""])


class _Writer:
    """Writes each thing once, parts before wholes."""

    def __init__(self, world: World) -> None:
        self.lines: list[str] = []
        self._of_world = (*world.imported_functions, *world.exported_functions)
        self._types: dict[Type, str] = {}
        self._resources: dict[TypeDef, str] = {}
        self._functions = 0
        self._makers = {r: item.interface for item in world.exports for r in resources_in(item.interface.types)}

    # ---- types -----------------------------------------------------------------------------------------------------
    def type(self, t: Type) -> str:
        """The name of the table of ``t``."""
        if t not in self._types:
            text = self._describe(t)
            name = f"t{len(self._types)}"
            self.lines.append(f"static const fz_type {name} = {{{text}}};")
            self._types[t] = name
        return self._types[t]

    def _describe(self, t: Type) -> str:
        facts = {"size": size(t, "pointer", POINTER), "align": alignment(t, "pointer", POINTER)}
        facts["cores"] = len(flatten(t, "pointer"))
        kind, more = self._kind(t)
        return ", ".join([f".kind = FZ_{kind}", *(f".{key} = {value}" for key, value in {**facts, **more}.items())])

    def _kind(self, t: Type) -> tuple[str, dict[str, object]]:
        match shape(t):
            case Scalar(name):
                kinds = {"bool": "BOOL", "char": "CHAR", "f32": "FLOAT", "f64": "FLOAT"}
                kind = kinds.get(name, "SIGNED" if name.startswith("s") else "UNSIGNED")
                return kind, {"width": ACCESS_SIZE[SCALAR_ACCESS[name]]}
            case Text():
                return "TEXT", {}
            case Seq(elem):
                return "LIST", {"parts": self._parts([elem])}
            case FixedSeq(elem, count):
                return "FIXED", {"count": count, "parts": self._parts([elem])}
            case Product(fields):
                places = offsets((f.type for f in fields), "pointer", POINTER)[:-1]
                listed = f"(const uint32_t[]){{{', '.join(map(str, places))}}}"
                return "PRODUCT", {
                    "count": len(fields), "offsets": listed, "parts": self._parts(f.type for f in fields)
                }  # fmt: skip
            case Sum(cases) as s:
                return "SUM", {
                    "count": len(cases),
                    "width": ACCESS_SIZE[discriminant_access(s)],
                    "payload": payload_offset(s, "pointer", POINTER),
                    "parts": self._parts(c.type for c in cases),
                }
            case Bits(labels):
                return "FLAGS", {"count": len(labels), "width": size(t, "pointer", POINTER)}
            case Handle(resource, owned):
                return "OWN" if owned else "BORROW", {"resource": f"&{self.resource(origin(resource))}"}
            case Channel():
                raise AssertionError("async is refused")
        raise AssertionError(t)

    def _parts(self, types: Iterable[Type | None]) -> str:
        return f"(const fz_type *const[]){{{', '.join(f'&{self.type(t)}' if t else 'NULL' for t in types)}}}"

    def resource(self, definition: TypeDef) -> str:
        """The name of a resource's table."""
        if definition not in self._resources:
            name = f"r{len(self._resources)}"
            rival = f"&rival_{name}" if is_exported(definition) else "NULL"
            if is_exported(definition):
                interface = self._makers[definition]
                methods = len(methods_of(interface, definition))
                self.lines.append(f"{_table(name, methods)};")
            self.lines.append(
                f'static const fz_resource {name} = {{"{definition.name}", {len(self._resources)}, {rival}}};'
            )
            self._resources[definition] = name
        return self._resources[definition]

    # ---- functions -------------------------------------------------------------------------------------------------
    def function(self, module: str, f: Function, twin: str | None, call: str | None) -> str:
        """The name of a function's table."""
        signature = core_signature(f, SYMMETRIC)
        types = [p.type for p in f.params]
        own = f.resource is not None and is_exported(f.resource)
        self._functions += 1
        facts: dict[str, object] = {
            "name": f'"{export_name(module, f.name)}"',
            "count": len(types),
            "params": self._parts(types) if types else "NULL",
            "result": f"&{self.type(f.result)}" if f.result else "NULL",
            "spilled": f"&{self.type(tuple_of(*types))}" if signature.spilled else "NULL",
            "out": str(signature.area == "out").lower(),
            "forwards": str(own and (f.kind == "method" or "[resource-drop]" in f.name)).lower(),
            "cores": len(signature.params),
            "drops": str(own and "[resource-drop]" in f.name).lower(),
            "twin": f"&{twin}" if twin else "NULL",
            "call": call or "NULL",
        }
        name = f"f{self._functions}"
        text = ", ".join(f".{key} = {value}" for key, value in facts.items())
        self.lines.append(f"static const fz_function {name} = {{{text}}};")
        return name

    def called(self, linkage: Linkage, twin: str | None) -> str:
        """An export, with a function that calls it."""
        f = self._wit(linkage)
        signature = linkage.signature
        args = ", ".join(_from_slot(core, f"s[{i}]") for i, core in enumerate(signature.params))
        call = f"{linkage.symbol}({args})"
        kept = f"*r = {_to_slot(signature.result, call)};" if signature.result else f"{call};"
        caller = f"call_{linkage.symbol}"
        self.lines += [
            f"extern {_prototype(linkage.symbol, signature)};",
            f"static void {caller}(const uint64_t *s, uint64_t *r) {{ (void)s, (void)r; {kept} }}",
        ]
        return self.function(linkage.module, f, twin, caller)

    def answered(self, linkage: Linkage) -> str:
        """An import, defined."""
        name = self.function(linkage.module, self._wit(linkage), None, None)
        self._define(linkage.reference, linkage.signature, name, "", rival=False)
        return name

    def _wit(self, linkage: Linkage) -> Function:
        functions = functions_of(linkage.interface) if linkage.interface else self._of_world
        return next(f for f in functions if f.name == linkage.function)

    def rival(self, module: str, interface: Interface, resource: TypeDef) -> None:
        """Another maker of a resource that the component makes: the operations table and its functions."""
        name = self.resource(resource)
        drop = next(f for f in functions_of(interface) if f.name == f"[resource-drop]{resource.name}")
        entries = []
        for f in (drop, *methods_of(interface, resource)):
            entry = f"rival_{symbol(module, f.name)}"
            self._define(
                entry, core_signature(f, SYMMETRIC), self.function(module, f, None, None), "static ", rival=True
            )
            entries.append(entry)
        digest = ", ".join(map(str, resource_hash(interface, resource)))
        methods = ", ".join(f"(void (*)(void)){entry}" for entry in entries[1:])
        self.lines += [
            f"const struct table_{name} rival_{name} = {{",
            f'  {{sizeof rival_{name}, {ABI_VERSION}, {{{digest}}}, "rival", {entries[0]}}}, {{{methods}}}}};',
        ]

    def _define(self, name: str, signature: CoreSignature, table: str, storage: str, *, rival: bool) -> None:
        slots = ", ".join(_to_slot(core, f"p{i}") for i, core in enumerate(signature.params)) or "0"
        answer = f"fz_answer(&{table}, (const uint64_t[]){{{slots}}}, {str(rival).lower()})"
        body = f"return {_from_slot(signature.result, answer)};" if signature.result else f"{answer};"
        self.lines.append(f"{storage}{_prototype(name, signature)} {{ {body} }}")


def _table(name: str, methods: int) -> str:
    fields = f"fz_operations head; void (*methods[{methods}])(void);"
    return f"struct table_{name} {{ {fields} }}; extern const struct table_{name} rival_{name}"


def _prototype(name: str, signature: CoreSignature) -> str:
    params = ", ".join(f"{C_TYPES[core]} p{i}" for i, core in enumerate(signature.params)) or "void"
    return f"{C_TYPES[signature.result] if signature.result else 'void'} {name}({params})"


def _from_slot(core: Core, slot: str) -> str:
    match core:
        case "f32" | "f64":
            return f"fz_as_{core}({slot})"
        case "ptr":
            return f"(uint8_t *)(uintptr_t){slot}"
        case _:
            return f"({C_TYPES[core]}){slot}"


def _to_slot(core: Core, value: str) -> str:
    match core:
        case "f32" | "f64":
            return f"fz_of_{core}({value})"
        case "ptr":
            return f"(uint64_t)(uintptr_t){value}"
        case "i32":
            return f"(uint64_t)(uint32_t){value}"
        case _:
            return f"(uint64_t){value}"
