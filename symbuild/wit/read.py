"""The WIT tool's JSON (wit-parser's ``Resolve``) -> the model. A kind it does not know is an error with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from symbuild.errors import InputError, close_matches, error_context
from symbuild.model.types import (
    Bits,
    Case,
    Channel,
    Field,
    FixedSeq,
    Handle,
    Label,
    Named,
    Product,
    Resource,
    Scalar,
    ScalarName,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    map_of,
    option,
    result,
    tuple_of,
)
from symbuild.model.world import (
    WORLD_OWNER,
    Function,
    FunctionKind,
    Interface,
    InterfaceItem,
    Param,
    World,
    export_owner,
    import_owner,
)

Json = Mapping[str, Any]

_SCALARS = frozenset(get_args(ScalarName))
_FUNCTION_KINDS = frozenset(get_args(FunctionKind))


def find_world(document: Json, name: str | None, *, where: str) -> int:
    """The index of the world to build: ``name``, ``ns:pkg/name``, or the only world of the main package."""
    worlds, packages = document["worlds"], document["packages"]
    main = packages[-1]["worlds"]  # the main package is the last one
    if name is None:
        if len(main) == 1:
            return cast(int, next(iter(main.values())))
        package = packages[-1]["name"]
        if not main:
            raise InputError(f"package {package} has no worlds", where=where, help="add a `world` to the package")
        what = f"package {package} has {len(main)} worlds; one must be chosen"
        raise InputError(what, where=where, help=close_matches("", main))
    if name in main:
        return cast(int, main[name])
    ids = [qualified_world_name(document, i) for i in range(len(worlds))]
    for i, qualified in enumerate(ids):
        if name in (qualified, qualified.split("@")[0]):
            return i
    # A world of another package is chosen by its whole name only, so that is what is offered.
    others = [qualified for i, qualified in enumerate(ids) if i not in main.values()]
    raise InputError(f"no world `{name}`", where=where, help=close_matches(name, [*main, *others]))


def qualified_world_name(document: Json, index: int) -> str:
    """``ns:pkg/world@version``."""
    world = document["worlds"][index]
    return _join(document["packages"][world["package"]]["name"], world["name"])


def needs_nominal_ids(document: Json, index: int) -> bool:
    """Whether one interface stands twice in the world (both sides, or under labels), sharing its type ids."""
    world = document["worlds"][index]
    items = [*world["imports"].values(), *world["exports"].values()]
    ids = [item["interface"]["id"] for item in items if "interface" in item]
    return len(ids) != len(set(ids))


def read_world(document: Json, index: int) -> World:
    """Read world number ``index``."""
    return _Reader(document).world(index)


class _Reader:
    def __init__(self, document: Json) -> None:
        self.document = document
        self.types: dict[int, Type] = {}
        self.owners: dict[tuple[str, int], str] = {}

    def world(self, index: int) -> World:
        world = self.document["worlds"][index]
        with error_context(f"world {world['name']}"):
            self.find_owners(index)
            imported, exported = _items(world, "import"), _items(world, "export")
            imports = tuple(self.item("import", key, item["interface"]["id"]) for key, item in imported["interface"])
            return World(
                name=world["name"],
                package=self.document["packages"][world["package"]]["name"],
                types=tuple(self.definition(item["type"]) for _, item in imported["type"]),
                imports=imports,
                imported_functions=tuple(self.function(item["function"]) for _, item in imported["function"]),
                exports=tuple(self.item("export", key, item["interface"]["id"]) for key, item in exported["interface"]),
                exported_functions=tuple(self.function(item["function"]) for _, item in exported["function"]),
                docs=_docs(world),
                many_versions=self.many_versions(),
            )

    def find_owners(self, index: int) -> None:
        """Note which item of the world each interface is."""
        self.owners["world", index] = WORLD_OWNER
        world = self.document["worlds"][index]
        for side, owner in (("imports", import_owner), ("exports", export_owner)):
            for key, item in world[side].items():
                if "interface" in item:
                    number = item["interface"]["id"]
                    # Exported only: its types are the export's. On both sides nominal ids keep the two apart.
                    self.owners.setdefault(("interface", number), owner(self.label(key, number) or self.id(number)))

    def many_versions(self) -> frozenset[str]:
        names = [p["name"].split("@")[0] for p in self.document["packages"]]
        return frozenset(n for n in names if names.count(n) > 1)

    def label(self, key: str, number: int) -> str | None:
        """The label of a world item: its key, unless that only stands for a package's interface."""
        interface = self.document["interfaces"][number]
        # Nominal ids make a clone of an interface; the key may be the clone's or the original's.
        synthetic = (f"interface-{number}", f"interface-{interface.get('clone_of')}")
        return None if interface["name"] and key in synthetic else key

    def id(self, number: int) -> str:
        interface = self.document["interfaces"][number]
        return _join(self.document["packages"][interface["package"]]["name"], interface["name"])

    def item(self, side: str, key: str, number: int) -> InterfaceItem:
        label = self.label(key, number)
        with error_context(f"{side} {label or self.id(number)}"):
            return InterfaceItem(self.interface(number), label)

    def interface(self, number: int) -> Interface:
        interface = self.document["interfaces"][number]
        return Interface(
            id=self.id(number) if interface["name"] else None,
            name=interface["name"],
            # By id, which is topological: a type's parts come before it, wherever they stand in the file.
            types=tuple(self.definition(t) for t in sorted(interface["types"].values())),
            functions=tuple(map(self.function, interface["functions"].values())),
            docs=_docs(interface),
        )

    def function(self, function: Json) -> Function:
        with error_context(f"function {function['name']}"):
            kind, resource = function["kind"], None
            if isinstance(kind, dict):
                ((kind, number),) = kind.items()
                resource = self.definition(number)
            plain_kind = kind.removeprefix("async-")
            if plain_kind not in _FUNCTION_KINDS:
                raise _unknown(f"kind of function `{kind}`")
            return Function(
                name=function["name"],
                params=tuple(map(self.param, function["params"])),
                result=self.maybe(function.get("result")),
                kind=cast(FunctionKind, plain_kind),
                resource=resource,
                is_async=plain_kind != kind,
                docs=_docs(function),
            )

    def param(self, param: Json) -> Param:
        with error_context(f"parameter {param['name']}"):
            return Param(param["name"], self.type(param["type"]))

    def definition(self, number: int) -> TypeDef:
        named = self.type(number)
        assert isinstance(named, Named), "the tool gives names to what interfaces and worlds own"
        return named.definition

    def maybe(self, reference: str | int | None) -> Type | None:
        return None if reference is None else self.type(reference)

    def type(self, reference: str | int) -> Type:
        """A primitive's name or the index of a type."""
        if isinstance(reference, str):
            return self.primitive(reference)
        if reference not in self.types:
            self.types[reference] = self.read_type(self.document["types"][reference])
        return self.types[reference]

    def primitive(self, name: str) -> Type:
        if name in _SCALARS:
            return Scalar(cast(ScalarName, name))
        if name == "string":
            return Text()
        if name == "error-context":
            return Channel("error-context")
        raise _unknown(f"type `{name}`")

    def read_type(self, entry: Json) -> Type:
        kind, name = entry["kind"], entry.get("name")
        if not name:
            return self.anonymous(kind)
        with error_context(f"type {name}"):
            body = Resource() if kind == "resource" else self.anonymous(kind)
            return Named(TypeDef(name, self.owner(entry["owner"]), body, _docs(entry)))

    def owner(self, owner: Json | None) -> str:
        assert owner, "a named type has an owner"
        ((kind, number),) = owner.items()
        # Interfaces that only lend their types, through chains of `use`, are not items of the world.
        return self.owners.get((kind, number), "")

    def anonymous(self, kind: Json) -> Type:
        match kind:
            case {"type": reference}:
                return self.type(reference)
            case {"record": {"fields": fields}}:
                return Product(tuple(Field(f["name"], self.type(f["type"]), _docs(f)) for f in fields))
            case {"tuple": {"types": types}}:
                return tuple_of(*map(self.type, types))
            case {"variant": {"cases": cases}}:
                return Sum(tuple(Case(c["name"], self.maybe(c["type"]), _docs(c)) for c in cases))
            case {"enum": {"cases": cases}}:
                return Sum(tuple(Case(c["name"], None, _docs(c)) for c in cases), "enum")
            case {"option": reference}:
                return option(self.type(reference))
            case {"result": {"ok": ok, "err": error}}:
                return result(self.maybe(ok), self.maybe(error))
            case {"flags": {"flags": flags}}:
                return Bits(tuple(Label(f["name"], _docs(f)) for f in flags))
            case {"list": reference}:
                return Seq(self.type(reference))
            case {"fixed-length-list": [reference, count]}:
                return FixedSeq(self.type(reference), count)
            case {"map": [key, value]}:
                return map_of(self.type(key), self.type(value))
            case {"handle": {"own": number}}:
                return Handle(self.definition(number), owned=True)
            case {"handle": {"borrow": number}}:
                return Handle(self.definition(number), owned=False)
            case {"stream": reference}:
                return Channel("stream", self.maybe(reference))
            case {"future": reference}:
                return Channel("future", self.maybe(reference))
        raise _unknown(f"type `{', '.join(kind) if isinstance(kind, dict) else kind}`")


def _items(world: Json, side: str) -> dict[str, list[tuple[str, Json]]]:
    """The imports or exports of a world by their kind, each with its key."""
    kinds: dict[str, list[tuple[str, Json]]] = {"interface": [], "function": [], "type": []}
    for key, item in world[f"{side}s"].items():
        kind = next((kind for kind in kinds if kind in item), None)
        if kind is None:
            with error_context(f"{side} {key}"):
                raise _unknown(f"item `{', '.join(item)}`")
        kinds[kind].append((key, item))
    return kinds


def _unknown(what: str) -> InputError:
    return InputError(f"this symbuild does not know the WIT {what}", help="use a newer symbuild")


def _join(package: str, name: str) -> str:
    """``ns:pkg@1.0.0`` and ``name`` make ``ns:pkg/name@1.0.0``."""
    base, at, version = package.partition("@")
    return f"{base}/{name}{at}{version}"


def _docs(entry: Json) -> str | None:
    return (entry.get("docs") or {}).get("contents")
