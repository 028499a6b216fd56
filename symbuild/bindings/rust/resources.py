"""The types of resources: what an importer has, and what a component has for those it makes (wit-bindgen's
``type_resource``).

Natively a handle of the component's own resource is a box with the operations table in front; on wasm the host keeps
the handles, and three of its functions take the place of the boxes (symmetric-abi.md, sections 5 and 10).
"""

from __future__ import annotations

from dataclasses import dataclass

from symbuild.abi.interface_hash import ABI_VERSION, resource_hash
from symbuild.abi.mangle import bound_symbol, drop_name, import_name, symbol
from symbuild.abi.resources import methods_of
from symbuild.bindings.casing import shouty, snake
from symbuild.bindings.rust import compiled
from symbuild.bindings.rust.names import NATIVE, WASM, Options, type_name
from symbuild.bindings.rust.speller import operations
from symbuild.bindings.rust.types import doc_lines
from symbuild.model.types import TypeDef
from symbuild.model.world import Function, Interface


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceView:
    """One resource. ``module``, ``drop`` and ``symbol`` name the function that drops a handle, on wasm and natively.

    What follows is of one the component makes. ``guest`` is the trait its object has; ``implementor`` and
    ``operations`` are statics; ``methods`` the functions of the table, in its order. ``native`` and ``hosted`` say
    where handles are boxes, and where the host keeps them.
    """

    docs: tuple[str, ...]
    name: str
    module: str
    drop: str
    symbol: str = ""
    is_own: bool = False
    guest: str = ""
    new: str = ""
    rep: str = ""
    implementor: str = ""
    operations: str = ""
    abi_version: str = str(ABI_VERSION)
    hash: str = ""
    component: str = ""
    drop_glue: str = ""
    methods: tuple[str, ...] = ()
    native: str = NATIVE
    hosted: str = ""
    is_native: bool = False
    is_hosted: bool = False

    @property
    def is_either(self) -> bool:
        """Whether symmetric exports take the handles of a host, too: on wasm, in one module with their callers."""
        return self.is_native and self.is_hosted

    @property
    def method_count(self) -> str:
        return str(len(self.methods))


def imported_resource(resource: TypeDef, key: str, *, bound: bool) -> tuple[str, ...]:
    """The lines of what an importer has for a resource."""
    module, drop = import_name(key, drop_name(resource.name))
    linker_name = symbol(key, drop)
    view = ResourceView(
        docs=doc_lines(resource.docs),
        name=type_name(resource.name),
        module=module,
        drop=drop,
        symbol=bound_symbol(linker_name) if bound else linker_name,
    )
    return _lines(view)


def own_resource(
    resource: TypeDef, key: str, interface: Interface, options: Options, component: str
) -> tuple[str, ...]:
    """The lines of what a component has for a resource it makes."""
    view = ResourceView(
        docs=doc_lines(resource.docs),
        name=type_name(resource.name),
        module=f"[export]{key}",
        drop=drop_name(resource.name),
        is_own=True,
        guest=guest_trait(resource),
        new=f"[resource-new]{resource.name}",
        rep=f"[resource-rep]{resource.name}",
        implementor=f"_{shouty(resource.name)}_TYPE",
        operations=operations(resource),
        hash="".join(f"\\x{byte:02x}" for byte in resource_hash(interface, resource)),
        component=options.component or component,
        drop_glue=drop_glue_name(resource),
        methods=tuple(_method(f, key, options) for f in methods_of(interface, resource)),
        hosted=WASM if options.abi == "both" else "",
        is_native=options.abi != "canonical",
        is_hosted=options.abi != "symmetric",
    )
    return _lines(view)


def guest_trait(resource: TypeDef) -> str:
    """The trait that the object of a resource has."""
    return f"Guest{type_name(resource.name)}"


def drop_glue_name(resource: TypeDef) -> str:
    """The function behind the native export that drops a handle."""
    return f"_drop_{snake(resource.name)}"


def _method(f: Function, key: str, options: Options) -> str:
    """A method as its table holds it. One that is skipped the user exports, natively under its symbol."""
    if f.name not in options.skip:
        return f"_export_{snake(f.name)}::<T> as *const ()"
    declared = f'unsafe extern "C" {{ #[link_name = "{symbol(key, f.name)}"] fn _user(); }}'
    return f"{{ {declared} _user as *const () }}"


def _lines(view: ResourceView) -> tuple[str, ...]:
    return tuple("".join(compiled.resource_rs(view)).splitlines())
