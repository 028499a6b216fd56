"""Everything the templates of proxy and host print, with all names final.

The two files are alike: each has functions that send calls away and functions that serve those of the other, one table
of either, and the border. What differs is which side of the world is whose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symbuild.abi.flatten import CoreSignature
from symbuild.abi.glue import core_param
from symbuild.abi.interface_hash import ABI_VERSION, resource_hash
from symbuild.abi.mangle import ROOT, drop_name, symbol
from symbuild.abi.message import call_over, serve
from symbuild.abi.resources import is_drop, method_index, methods_of, resources_in
from symbuild.abi.symbols import Linkage, exports_of
from symbuild.abi.walk import Subroutines
from symbuild.bindings.c_family.core import c_string
from symbuild.bindings.c_family.view import Definition, core_head, subroutine_definitions, wit_place
from symbuild.bindings.message.errors import ErrorMessage
from symbuild.bindings.message.speller import Frame, Speller, operations_name
from symbuild.bindings.message.standins import VISIBLE, call_name
from symbuild.bindings.message.wiring import Import
from symbuild.frozen import frozen
from symbuild.model.types import TypeDef
from symbuild.model.world import Interface, World, is_exported


@frozen
class Facts:
    """What is known of an isolated component; see ``backend.Isolated``. ``errors`` are by the function's symbol."""

    world: World
    component: str
    manifest_hash: bytes
    library: str
    host: str
    transport: str
    deadline: str
    on_failure: str
    confine: str
    errors: Mapping[str, ErrorMessage]
    imports: tuple[Import, ...]
    prefix: str = ""


@frozen
class ErrorView:
    """A constant message: its name, and its bytes for either width of pointers."""

    name: str
    narrow: tuple[str, ...]
    wide: tuple[str, ...]


@frozen
class SideView:
    """One C file. ``bound`` and ``library`` are a host's, ``placement`` a proxy's.

    ``externs`` are what it calls; ``prototypes`` and ``tables`` make up what stand-ins lead to; ``function_rows`` and
    ``resource_rows`` are the border's.
    """

    title: str
    component: str
    digest: tuple[str, ...]
    externs: tuple[str, ...]
    prototypes: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    subroutines: tuple[Definition, ...]
    functions: tuple[Definition, ...]
    errors: tuple[ErrorView, ...]
    function_count: str
    function_rows: tuple[str, ...]
    resource_count: str
    resource_rows: tuple[str, ...]
    is_host: bool
    bound: tuple[str, ...] = ()
    bound_count: str = "0"
    library: str = ""
    placement: tuple[str, ...] = ()


@frozen
class _Resource:
    """A resource of the border, and the interface that defines it."""

    module: str
    interface: Interface
    definition: TypeDef

    @property
    def drop(self) -> str:
        """The symbol of its drop function."""
        return symbol(self.module, drop_name(self.definition.name))


def proxy_view(facts: Facts) -> SideView:
    """The proxy: it sends the calls of exports away, and serves those of imports."""
    side = _Side(facts)
    for number, linkage in enumerate(side.exports):
        side.send_export(number, linkage)
    for imported in facts.imports:
        side.serve_import(imported)
    side.add_tables(made=True)
    placement = (c_string(facts.host), c_string(facts.transport), facts.deadline, c_string(facts.on_failure))
    title = f"The proxy of component {facts.component}, which runs in a process of its own."
    return side.view(title, is_host=False, placement=(*placement, c_string(facts.confine)))


def host_view(facts: Facts) -> SideView:
    """The host: it serves the calls of exports, and sends those of imports away."""
    side = _Side(facts)
    for linkage in side.exports:
        side.serve_export(linkage)
    for imported in facts.imports:
        side.send_import(imported)
    side.add_tables(made=False)
    return side.view(f"The host of component {facts.component}.", is_host=True, library=c_string(facts.library))


class _Side:
    """Collects one of the two files."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.exports = exports_of(facts.world)
        self.resources = tuple(_resources(facts.world))
        self.numbers = {resource.definition: i for i, resource in enumerate(self.resources)}
        self.subroutines = Subroutines()
        self.externs: list[str] = []
        self.prototypes: list[str] = []
        self.tables: list[tuple[str, ...]] = []
        self.functions: list[Definition] = []
        self.errors: list[ErrorView] = []
        self.rows: list[str] = []
        self.bound: list[str] = []
        # What drops an object of this side, by the drop function's symbol; what sends a call away, by its symbol.
        self.drops: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        # Who makes an imported item's resources.
        self.makers: dict[str, str] = {}

    # -- the proxy -----------------------------------------------------------------------------------------------------
    def send_export(self, number: int, linkage: Linkage) -> None:
        """The symbol that the component's callers are linked with."""
        name = exported = f"{self.facts.prefix}{linkage.symbol}"
        if linkage.declared.kind == "method" or is_drop(linkage.declared):
            # The table must not hold symbols: a linker may bind those to another component's.
            name = f"_call_{linkage.symbol}"
            self.prototypes.append(f"static {core_head(name, linkage.signature)};")
            self.functions.append(self.sender(number, linkage, name, f"static {_head(name, linkage)}"))
            self.functions.append(_exported(exported, linkage.signature, name))
        else:
            head = _head(name, linkage)
            declaration = f"{VISIBLE}{head};"
            self.functions.append(self.sender(number, linkage, name, head, declaration))
        self.rows.append(self.row(linkage, error=self.facts.errors.get(linkage.symbol)))

    def serve_import(self, imported: Import) -> None:
        """What calls a provider of the component, where this one does."""
        linkage, reference = imported.linkage, imported.reference
        core, served = linkage.symbol, "NULL"
        if reference:
            core = f"_edge_{linkage.symbol}" if reference.node else reference.symbol
            version = f'\n__asm__(".symver {core}, {reference.symbol}@{reference.node}");' if reference.node else ""
            self.externs.append(f"extern {core_head(core, linkage.signature)};{version}")
        if is_drop(linkage.declared):
            pointer = f"_drop_{linkage.symbol}"
            self.externs.append(f"static void (*{pointer})(uint8_t *) = {core if reference else '_drop_by_maker'};")
            self.drops[linkage.symbol] = core = pointer
        if imported.is_called:
            served = self.serve(linkage, core)
        self.rows.append(self.row(linkage, served))

    # -- the host ------------------------------------------------------------------------------------------------------
    def serve_export(self, linkage: Linkage) -> None:
        """What calls the component."""
        pointer = f"_bound_{linkage.symbol}"
        self.externs.append(f"static {core_head(f'(*{pointer})', linkage.signature)};")
        self.bound.append(f"{{{c_string(linkage.symbol)}, (void (**)(void))&{pointer}}}")
        if is_drop(linkage.declared):
            self.drops[linkage.symbol] = pointer
        self.rows.append(self.row(linkage, self.serve(linkage, pointer)))

    def send_import(self, imported: Import) -> None:
        """What the component's references lead to: by a stand-in, or by the symbol itself."""
        linkage, reference, name = imported.linkage, imported.reference, call_name(imported)
        if imported.is_called:
            self.prototypes.append(f"{VISIBLE}{core_head(name, linkage.signature)};")
            self.functions.append(self.sender(imported.number, linkage, name, _head(name, linkage)))
        if reference:
            self.makers[linkage.module] = reference.provider or "the loading process"
            if reference.provider is None:
                self.functions.append(_exported(reference.symbol, linkage.signature, name))
        self.rows.append(self.row(linkage))

    # -- both ----------------------------------------------------------------------------------------------------------
    def sender(self, number: int, linkage: Linkage, name: str, head: str, declaration: str = "") -> Definition:
        """The function that sends a call away."""
        f, place = linkage.declared, wit_place(linkage.module, linkage.function)
        glue = call_over(f, self.subroutines, place, recovers=linkage.symbol in self.facts.errors)
        method = method_index(self.interface(linkage), f) if f.kind == "method" else 0
        frame = Frame("&_call", number, method=method, where=c_string(place))
        lines = Speller(self.numbers, self.subroutines, frame).block(glue.body)
        self.sent[linkage.symbol] = name
        return Definition(head, ("sb_call _call;", *lines), declaration, place)

    def serve(self, linkage: Linkage, core: str) -> str:
        """The function that serves a call; returns its name."""
        place, name = wit_place(linkage.module, linkage.function), f"_serve_{linkage.symbol}"
        glue = serve(linkage.declared, self.subroutines, place)
        lines = Speller(self.numbers, self.subroutines, Frame(core=core, where=c_string(place))).block(glue.body)
        self.functions.append(Definition(f"static void {name}(sb_call *_call)", tuple(lines), place=place))
        return name

    def interface(self, linkage: Linkage) -> Interface:
        """What defines a function's resource."""
        return linkage.interface or _root(self.facts.world)

    def row(self, linkage: Linkage, served: str = "NULL", error: ErrorMessage | None = None) -> str:
        """A function's row of the border."""
        place, drops = wit_place(linkage.module, linkage.function), "true" if is_drop(linkage.declared) else "false"
        if error is None:
            return f"{{{c_string(place)}, {drops}, {served}, NULL, 0}}"
        name = f"_error_{linkage.symbol}"
        self.errors.append(ErrorView(name, _bytes(error.w32), _bytes(error.w64)))
        return f"{{{c_string(place)}, {drops}, {served}, {name}, sizeof {name}}}"

    def add_tables(self, *, made: bool) -> None:
        """The operations tables of the stand-ins: for what the component makes, or for what it imports."""
        for resource in self.resources:
            if is_exported(resource.definition) is made:
                maker = self.facts.component if made else self.makers.get(resource.module, "the loading process")
                self.tables.append(tuple(self.table(resource, maker)))

    def table(self, resource: _Resource, maker: str) -> Iterator[str]:
        """The lines of one."""
        methods = methods_of(resource.interface, resource.definition)
        senders = [self.sent.get(symbol(resource.module, f.name)) for f in methods]
        name = operations_name(resource.definition)
        yield "static const struct {"
        yield "  sb_operations head;"
        if methods:
            yield f"  sb_method methods[{len(methods)}];"
        yield f"}} {name} = {{"
        first, second = _bytes(resource_hash(resource.interface, resource.definition))
        yield f"    {{sizeof {name}, {ABI_VERSION},"
        yield f"     {{{first}"
        yield f"      {second.removesuffix(',')}}},"
        yield f"     {c_string(maker)}, {self.sent[resource.drop]}}},"
        if methods:
            # What the component does not refer to is not called.
            yield f"    {{{', '.join(f'(sb_method){s}' if s else 'NULL' for s in senders)}}},"
        yield "};"

    def resource_rows(self, *, made: bool) -> Iterator[str]:
        """The border's rows of resources; ``made``: what the component makes has stand-ins here."""
        for resource in self.resources:
            place = c_string(wit_place(resource.module, resource.definition.name))
            if is_exported(resource.definition) is made:
                yield f"{{{place}, &{operations_name(resource.definition)}.head, NULL}}"
            else:
                yield f"{{{place}, NULL, &{self.drops[resource.drop]}}}"

    def view(self, title: str, *, is_host: bool, library: str = "", placement: tuple[str, ...] = ()) -> SideView:
        """The file."""
        if "_drop_by_maker" in "".join(self.externs):
            self.externs.insert(0, _DROP_BY_MAKER)
        return SideView(
            title=title,
            component=c_string(self.facts.component),
            digest=_bytes(self.facts.manifest_hash),
            externs=tuple(self.externs),
            prototypes=tuple(self.prototypes),
            tables=tuple(self.tables),
            subroutines=subroutine_definitions(Speller(self.numbers, self.subroutines, Frame())),
            functions=tuple(self.functions),
            errors=tuple(self.errors),
            function_count=str(len(self.rows)),
            function_rows=tuple(self.rows),
            resource_count=str(len(self.resources)),
            resource_rows=tuple(self.resource_rows(made=not is_host)),
            is_host=is_host,
            bound=tuple(self.bound),
            bound_count=str(len(self.bound)),
            library=library,
            placement=placement,
        )


_DROP_BY_MAKER = """\
/* Ends an object whose drop function the component does not refer to. */
static void _drop_by_maker(uint8_t *handle) { ((const sb_box *)(const void *)handle)->operations->drop(handle); }
"""


def _resources(world: World) -> Iterator[_Resource]:
    for item in (*world.exports, *world.imports):
        for definition in resources_in(item.interface.types):
            yield _Resource(item.key, item.interface, definition)
    for definition in resources_in(world.types):
        yield _Resource(ROOT, _root(world), definition)


def _root(world: World) -> Interface:
    """What defines the world's own resources."""
    return Interface(None, None, world.types, world.imported_functions)


def _head(name: str, linkage: Linkage) -> str:
    return core_head(name, linkage.signature, named=True)


def _exported(name: str, signature: CoreSignature, called: str) -> Definition:
    """A symbol that leads to a function of the file."""
    head, passed = core_head(name, signature, named=True), ", ".join(map(core_param, range(len(signature.params))))
    line = f"{'return ' if signature.result else ''}{called}({passed});"
    return Definition(head, (line,), f"{VISIBLE}{head};")


def _bytes(data: bytes) -> tuple[str, ...]:
    """The lines of an initialiser, sixteen bytes each."""
    rows = [data[i : i + 16] for i in range(0, len(data), 16)]
    return tuple(", ".join(f"0x{byte:02x}" for byte in row) + "," for row in rows)
