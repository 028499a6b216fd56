"""What is made of a component that is isolated: C sources, from its world and from what its built file says.

Nothing is read, compiled or written here; ``steps/isolate.py`` does that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from symbuild.bindings.message import compiled
from symbuild.bindings.message.checks import require_synchronous
from symbuild.bindings.message.errors import error_messages
from symbuild.bindings.message.standins import member_view, standin_views
from symbuild.bindings.message.view import Facts, host_view, proxy_view
from symbuild.bindings.message.wiring import Reference, wired
from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.model.world import World

__all__ = ["Isolated", "Placement", "Reference", "Sources", "StandIn", "member", "sources"]


@frozen
class Placement:
    """How a proxy reaches its host, as a profile says (``sb_placement``).

    ``transport`` is shm or unix; ``deadline`` of a call in seconds, 0 for none; ``on_failure`` trap, restart or error;
    ``confine`` what the host gives up. ``errors`` maps functions, ``ns:pkg/iface#f``, to the result that stands for a
    failure of the host, in WAVE: ``err("gone")``.
    """

    transport: str = "shm"
    deadline: float = 0.0
    on_failure: str = "trap"
    confine: tuple[str, ...] = ()
    errors: Mapping[str, str] = MappingProxyType({})


@frozen
class Isolated:
    """A component and where things are.

    ``manifest`` is its own record, as it lies in the section ``.wit``. ``library`` is its file as seen from the host's
    folder, ``host`` the host executable as seen from the proxy's. ``references`` are the undefined symbols of its file;
    those that are no import of its world are left out here. ``prefix`` stands before the proxy's symbols, where others
    lead to them.
    """

    component: str
    manifest: bytes
    library: str
    host: str
    references: tuple[Reference, ...] = ()
    placement: Placement = Placement()
    prefix: str = ""


@frozen
class StandIn:
    """What takes a provider's place in the host: a library of that soname, from one C file and a version script."""

    soname: str
    source: str
    map: str


@frozen
class Sources:
    """C files and version scripts by name, and which of them is what."""

    proxy: str
    host: str
    standins: tuple[StandIn, ...]
    files: Mapping[str, bytes]


def sources(world: World, isolated: Isolated) -> Sources:
    """The C of a component's proxy, of its host, and of what stands in for its providers there.

    Raises InputError for a world that is not synchronous, and for errors that fit no function of it.
    """
    from hashlib import sha256

    require_synchronous(world)
    imports = wired(world, isolated.references)
    facts = Facts(
        world,
        isolated.component,
        sha256(isolated.manifest).digest(),
        isolated.library,
        isolated.host,
        isolated.placement.transport,
        _seconds(isolated.placement.deadline),
        isolated.placement.on_failure,
        " ".join(isolated.placement.confine),
        error_messages(world, isolated.placement.errors),
        imports,
        isolated.prefix,
    )
    proxy, host = f"{isolated.component}_proxy.c", f"{isolated.component}_host.c"
    files = {
        proxy: "".join(compiled.side_c(proxy_view(facts))).encode(),
        host: "".join(compiled.side_c(host_view(facts))).encode(),
    }
    standins = []
    for view in standin_views(imports):
        name = f"{isolated.component}_standin_{_file_part(view.soname)}"
        standin = StandIn(view.soname, f"{name}.c", f"{name}.map")
        standins.append(standin)
        files[standin.source] = "".join(compiled.standin_c(view)).encode()
        files[standin.map] = view.version_script.encode()
    _require_distinct(standins)
    return Sources(proxy, host, tuple(standins), files)


def member(world: World, soname: str, prefix: str) -> bytes:
    """The C of a library that has a component's symbols and leads to the proxy of its group, whose have ``prefix``."""
    return "".join(compiled.standin_c(member_view(world, soname, prefix))).encode()


def _seconds(deadline: float) -> str:
    return repr(float(deadline))


def _file_part(soname: str) -> str:
    return "".join(_plain(soname))


def _plain(soname: str) -> Iterator[str]:
    for c in soname.removeprefix("lib").partition(".so")[0]:
        yield c if c.isalnum() or c in "_-." else "_"


def _require_distinct(standins: list[StandIn]) -> None:
    names = [standin.source for standin in standins]
    twice = [standin.soname for standin in standins if names.count(standin.source) > 1]
    if twice:
        raise InputError(f"the sonames {' and '.join(twice)} are too much alike", help="rename one of the libraries")
