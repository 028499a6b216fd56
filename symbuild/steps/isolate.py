"""A component in a process of its own, made from its built file alone.

``OUT/libcodec.so`` is the proxy: the component's file name, soname, version node, symbols and manifest, with code that
sends calls away. ``OUT/codec.isolated/`` holds the host executable ``codec``, the component as it is, and for each of
its providers a stand-in of the same soname, which the loader takes for it in the host.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from symbuild.bindings.message import backend
from symbuild.errors import InputError, UsageError
from symbuild.frozen import frozen
from symbuild.steps import manifest
from symbuild.steps.binary import read
from symbuild.steps.c_driver import Driver
from symbuild.steps.export_map import gnu
from symbuild.steps.generate import RUNTIME
from symbuild.steps.invoke import find_export
from symbuild.steps.isolate_facts import Facts, facts_of
from symbuild.steps.loaded import library_path
from symbuild.steps.profile import Terms

FLAGS = ("-std=gnu11", "-O2", "-fPIC", "-fvisibility=hidden", "-fno-lto", "-pthread", f"-I{RUNTIME}")
SOURCES = RUNTIME.parent / "src" / "isolate"
INSTALLED = "installed"  # the folder, in the host's, of the proxy that is installed


@frozen
class Wish:
    """How a component is to be isolated.

    ``in_place``: the host is led to the component's file by a link, where it else has a copy. ``install_rpath``: for a
    build tree, whose run paths are not those of an installation: make another proxy, with this one. ``runtime`` is an
    archive of the runtime, for builds that compile it once.
    """

    terms: Terms
    in_place: bool = False
    install_rpath: str | None = None
    runtime: Path | None = None


def isolate(file: Path, out: Path, wish: Wish, compiler: Sequence[str]) -> None:
    """Make proxy, host and stand-ins of a component in ``out``; a file that would be the same stays untouched.

    ``compiler`` is the command of a C compiler for the component's machine. Raises InputError for what cannot be
    isolated, and ToolError; then ``out`` is as it was.
    """
    facts = facts_of(file, library_path())
    require_elsewhere(facts, out)
    put_in(out, compiler, lambda made, cc: Maker(facts, wish, out, made, cc).make())


def require_elsewhere(facts: Facts, out: Path) -> None:
    """Raise UsageError where the proxy would lie where the component does."""
    if facts.path.resolve() == (out / facts.name).resolve():
        raise UsageError(f"the proxy would replace `{facts.path}` itself", help="name another directory with -o")


def require_machine(facts: Facts, compiled: Path) -> None:
    """Raise InputError where a compiler makes code for another machine than the component's."""
    machine = read(compiled).machine
    if machine != facts.machine:
        raise InputError(
            f"the component is for {facts.machine}, and the C compiler makes code for {machine}",
            where=str(facts.path),
            help="name a cross compiler: --cc aarch64-linux-gnu-gcc",
        )


def put_in(out: Path, compiler: Sequence[str], make: Callable[[Path, Driver], None]) -> None:
    """Have files made in a folder aside, and put them into ``out`` when all are there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".isolate-", dir=out) as temporary:
            made = Path(temporary, "made")
            made.mkdir()
            make(made, Driver(tuple(compiler), FLAGS, Path(temporary)))
            _put(made, out)
    except OSError as error:
        raise InputError(f"cannot write to `{error.filename or out}`: {error.strerror}") from error


def compiled_runtime(compiler: Sequence[str], folder: Path) -> Path:
    """The runtime of proxies and hosts as one object in ``folder``, for many runs of :func:`isolate`."""
    cc = Driver(tuple(compiler), FLAGS, folder)
    return cc.link(folder / "symbuild_isolate.o", cc.compile_all(_sources()), "-r", "-nostdlib")


def _sources() -> list[Path]:
    return sorted(SOURCES.glob("*.c"))


def install(proxy: Path, host: str, library: Path) -> None:
    """Let what was made in a build tree take the place of a component that was just installed as ``library``.

    ``host`` is the component, or its group. Raises InputError where that cannot be.
    """
    made, hosted = proxy.parent / f"{host}.isolated", library.parent / f"{host}.isolated"
    own = made / INSTALLED
    try:
        hosted.mkdir(parents=True, exist_ok=True)
        if not _leads_to(hosted.name, library):  # else it was installed before, and kept
            library.replace(hosted / proxy.name)
        for path in (path for path in made.rglob("*") if path.is_file() and not path.is_symlink()):
            if not path.is_relative_to(own):
                name = path.relative_to(made)
                (hosted / name).parent.mkdir(exist_ok=True)
                shutil.copy(own / name if (own / name).exists() else path, hosted / name)
        shutil.copy(own / proxy.name if (own / proxy.name).exists() else proxy, library)
    except OSError as error:
        raise InputError(f"cannot install `{error.filename or library}`: {error.strerror}") from error


def _leads_to(folder: str, library: Path) -> bool:
    """Whether a library is a proxy: it has the name of the folder of its host, or of its group's proxy, in it."""
    return f"{folder}/".encode() in library.read_bytes()


class Maker:
    """Makes the files of one component, as they will be in ``out``, in ``made``."""

    prefix = ""  # of the proxy's symbols

    def __init__(self, facts: Facts, wish: Wish, out: Path, made: Path, cc: Driver) -> None:
        self.facts, self.wish, self.out, self.made, self.cc = facts, wish, out, made, cc
        self.name = facts.manifest.component
        # What the host loads, and the host as the proxy sees it.
        self.loaded, self.host = facts.name, f"{self.name}.isolated/{self.name}"
        self.folder = made / f"{self.name}.isolated"
        self.folder.mkdir(parents=True)

    def make(self) -> None:
        """All of it."""
        record = manifest.encode(self.facts.manifest)
        described = self.cc.compile(self.cc.write("manifest.c", manifest.render_c(record, self.name).encode()))
        require_machine(self.facts, described)
        generated = self._generated(record)
        written = {name: self.cc.write(name, content) for name, content in generated.files.items()}
        sides = [written[generated.proxy], written[generated.host]]
        proxy, host, *runtime = self.cc.compile_all([*sides, *([] if self.wish.runtime else _sources())])
        standins = [self._stand_in(each) for each in generated.standins]
        standins += [self._idle(soname) for soname in self.facts.providers if not (self.folder / soname).exists()]
        private = [self._copied(path) for path in self.facts.private] if not self.wish.in_place else []
        # DT_RPATH goes before LD_LIBRARY_PATH, which may lead to the providers themselves.
        here = ("-Wl,--disable-new-dtags", "-Wl,-rpath,$ORIGIN", "-Wl,--no-as-needed")
        archive = self.wish.runtime
        whole = ["-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive"] if archive else []
        self.cc.link(self.folder / self.name, [host, *runtime], *whole, "-rdynamic", *here, *standins, *private, "-ldl")
        self.link_proxies([proxy, *runtime], described, [*whole, *standins])
        self.add_components()

    def link_proxies(self, objects: Sequence[Path], described: Path, libraries: Sequence[str | Path]) -> None:
        """What takes the component's place: of these objects, one of which has its manifest."""
        self.proxy(self.made, [*objects, described], libraries, self._run_path())
        if self.wish.install_rpath is not None:
            path = [self.wish.install_rpath] if self.wish.install_rpath else []
            self.proxy(self.folder / INSTALLED, [*objects, described], libraries, path)

    def add_components(self) -> None:
        """What the host loads."""
        self.add_component(self.facts)

    def _generated(self, record: bytes) -> backend.Sources:
        facts, terms = self.facts, self.wish.terms
        placement = backend.Placement(terms.transport, terms.deadline, terms.on_failure, terms.confine, self._errors())
        isolated = backend.Isolated(
            self.name,
            record,
            self.loaded,
            self.host,
            facts.references,
            placement,
            self.prefix,
        )
        return backend.sources(facts.world, isolated)

    def _errors(self) -> Mapping[str, str]:
        """The profile's functions by their full names."""
        return {find_export(self.facts.world, name).place: value for name, value in self.wish.terms.errors}

    def _stand_in(self, standin: backend.StandIn) -> Path:
        compiled = self.cc.compile(self.cc.folder / standin.source)
        script = f"-Wl,--version-script={self.cc.folder / standin.map}"
        return self.library(self.folder / standin.soname, [compiled], standin.soname, script)

    def _idle(self, soname: str) -> Path:
        """A provider that the component was linked with and calls nothing of."""
        compiled = self.cc.compile(self.cc.write("idle.c", b"typedef int symbuild_no_exports;\n"))
        return self.library(self.folder / soname, [compiled], soname)

    def library(self, made: Path, objects: Sequence[Path], soname: str, *arguments: str | Path) -> Path:
        """A shared library of that name."""
        return self.cc.link(made, objects, "-shared", f"-Wl,-soname,{soname}", *arguments)

    def proxy(
        self, folder: Path, objects: Sequence[Path], libraries: Sequence[str | Path], run_path: Sequence[str]
    ) -> None:
        """It needs what the component needs, by the same versions: what it is linked with has them."""
        folder.mkdir(parents=True, exist_ok=True)
        script = self.cc.write("proxy.map", export_map(self.facts).encode())
        found = [f"-Wl,-rpath,{':'.join(run_path)}"] if run_path else []
        # Exit handlers of threads point into it, and its host ends with the process.
        options = (f"-Wl,--version-script={script}", *found, "-Wl,-z,nodelete", "-Wl,--no-as-needed")
        self.library(folder / self.facts.name, objects, self.facts.name, *options, *libraries)
        if folder == self.made and self.facts.path.name != self.facts.name:
            (folder / self.facts.path.name).symlink_to(self.facts.name)

    def _run_path(self) -> list[str]:
        """The component's own, then where its providers are now."""
        found = [f"$ORIGIN/{os.path.relpath(p.resolve(), self.out.resolve())}" for p in self.facts.folders]
        return list(dict.fromkeys([*self.facts.search, *found]))

    def add_component(self, facts: Facts) -> None:
        """The component's file, for the host."""
        to = self.folder / facts.name
        if self.wish.in_place:
            place = self.out.resolve() / self.folder.name
            to.symlink_to(os.path.relpath(facts.path.resolve(), place))
        else:
            shutil.copy(facts.path, to)

    def _copied(self, library: Path) -> Path:
        return Path(shutil.copy(library, self.folder))


def export_map(facts: Facts) -> str:
    """The version script of what has the component's symbols."""
    if facts.node is not None:
        return gnu(facts.exports, facts.node)
    names = "".join(f" {symbol};" for symbol in facts.exports)
    return f"{{ {f'global:{names}' if names else ''} local: *; }};\n"


def _put(made: Path, out: Path) -> None:
    """Bring finished files to their places, the proxy last; then remove what is not made any more."""
    files = [path.relative_to(made) for path in made.rglob("*") if path.is_symlink() or path.is_file()]
    for name in sorted(files, key=lambda name: (-len(name.parts), name)):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        if not _same(made / name, out / name):
            (made / name).replace(out / name)
    for folder in {name.parts[0] for name in files if len(name.parts) > 1}:
        for path in (out / folder).rglob("*"):
            if path.relative_to(out) not in files and (path.is_symlink() or not path.is_dir()):
                path.unlink()


def _same(one: Path, other: Path) -> bool:
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    return other.is_file() and one.read_bytes() == other.read_bytes()
