"""Objects of LLVM's intermediate code (``clang -flto``), kept as such, so that a link inlines across components.

Their names cannot be changed in the file, and need not be: LLVM's own tools make one module of a component's objects,
in which all is internal but what others of the component, or other components, know by name; only that is renamed.
Internal names cannot meet, and groups of equal name (COMDAT) dissolve in the module.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from symbuild.errors import InputError, ToolError
from symbuild.frozen import nominal
from symbuild.steps.fuse import PROGRAM_NAMES, Part
from symbuild.steps.objects.model import Changes, ObjectFile, ObjectSymbol
from symbuild.steps.objects.read import rewrite

_MANIFEST = "sb_manifest"
_PASSES = "internalize,globaldce,rewrite-symbols"


@nominal
class Llvm:
    """The tools that belong to one clang: those of another version may not read what it writes."""

    nm: str
    link: str
    opt: str


def tools_of(clang: Sequence[str]) -> Llvm:
    """The tools beside a clang. Raises ToolError where it has none."""
    return Llvm(*(_beside(clang, name) for name in ("llvm-nm", "llvm-link", "opt")))


def _beside(clang: Sequence[str], name: str) -> str:
    found = _run([*clang, f"-print-prog-name={name}"], f"`{' '.join(clang)}` is no clang").decode().strip()
    if not Path(found).is_file():
        raise ToolError(
            f"`{' '.join(clang)}` has no `{name}` beside it",
            help="name the clang that compiled the objects by `--linker`, and install LLVM's tools of its version",
        )
    return found


def _run(command: Sequence[str], what: str) -> bytes:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise ToolError(f"cannot run `{command[0]}`: {error.strerror}") from error
    if done.returncode:
        raise ToolError(f"{what}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def read_bitcode(data: bytes, where: str, llvm: Llvm) -> ObjectFile:
    """The names of a module. Raises InputError for one that these tools cannot read: another version wrote it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "module.bc")
        file.write_bytes(data)
        try:
            listed = _run([llvm.nm, "--format=posix", str(file)], "llvm-nm failed").decode(errors="surrogateescape")
        except ToolError as error:
            help = f"compile it with the clang to which `{llvm.nm}` belongs"
            raise InputError(error.findings[0].what, where=where, help=help) from error
    names = [line.rsplit(" ", 3) for line in listed.splitlines()]
    symbols = tuple(_symbol(name, kind) for name, kind, *_ in names if kind.isupper() or kind in "vw")
    return ObjectFile(where, data, "bitcode", "", symbols, locals=frozenset(n for n, k, *_ in names if k.islower()))


def _symbol(name: str, kind: str) -> ObjectSymbol:
    """Of llvm-nm's letters: U undefined; w and v weak and undefined, W and V weak and defined."""
    return ObjectSymbol(name, kind not in "Uwv", kind in "wvWV")


def is_manifest(object: ObjectFile) -> bool:
    """Whether a module has nothing but a manifest: the whole gets one of its own."""
    return object.format == "bitcode" and not object.symbols and object.locals == {_MANIFEST}


def rewriting(llvm: Llvm) -> _Rewriting:
    """How a part's objects get new names where some are modules."""
    return _Rewriting(llvm)


class _Rewriting:
    def __init__(self, llvm: Llvm) -> None:
        self._llvm = llvm

    def __call__(self, part: Part, changes: Changes) -> tuple[ObjectFile, ...]:
        """The part's native objects, and one module of the others."""
        modules = [o for o in part.objects if o.format == "bitcode" and not is_manifest(o)]
        native = tuple(rewrite(o, changes) for o in part.objects if o.format != "bitcode")
        if not modules:
            return native
        known = {name for o in part.objects if o.format != "bitcode" for name in o.wanted}
        known |= {port.symbol for port in part.component.exports}
        known |= PROGRAM_NAMES if part.is_program else frozenset()
        public = sorted(known & {name for o in modules for name in o.defined})
        return (self._merged(part.name, modules, public, changes.symbols), *native)

    def _merged(
        self, name: str, modules: Sequence[ObjectFile], public: Sequence[str], names: Mapping[str, str]
    ) -> ObjectFile:
        wanted = {n for o in modules for n in o.wanted} - {n for o in modules for n in o.defined}
        renamed = {n: names[n] for n in sorted({*public, *wanted}) if n in names}
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            files = [folder / f"{i}.bc" for i in range(len(modules))]
            for file, module in zip(files, modules, strict=True):
                file.write_bytes(module.data)
            one, made = folder / "one.bc", folder / "made.bc"
            _run([self._llvm.link, *map(str, files), "-o", str(one)], f"the modules of `{name}` cannot be linked")
            (folder / "public").write_text("".join(f"{n}\n" for n in public), encoding="utf-8")
            (folder / "names").write_text("---\n".join(_entries(renamed)), encoding="utf-8")
            options = [f"-passes={_PASSES}", f"-internalize-public-api-file={folder / 'public'}"]
            options += [f"-rewrite-map-file={folder / 'names'}"] if renamed else []
            _run([self._llvm.opt, *options, str(one), "-o", str(made)], f"the modules of `{name}` cannot be renamed")
            return read_bitcode(made.read_bytes(), f"{name}.bc", self._llvm)


def _entries(names: Mapping[str, str]) -> Iterator[str]:
    """LLVM's map of new names (``SymbolRewriter.h``): each name may be that of any kind of thing."""
    for kind in ("function", "global variable", "global alias"):
        for old, new in names.items():
            yield f'{kind}: {{ source: "{old}", target: "{new}" }}\n'


def has_modules(objects: Iterable[ObjectFile]) -> bool:
    """Whether a link must be one that knows LLVM's intermediate code."""
    return any(object.format == "bitcode" for object in objects)
