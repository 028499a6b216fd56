"""Python as a back end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from symbuild.bindings.backend import UserFunction
from symbuild.bindings.python.buffers import require_buffers
from symbuild.bindings.python.compiled import init_py, init_pyi, native_c, wasm_py
from symbuild.bindings.python.native import native_view, require_exported
from symbuild.bindings.python.package import package_view
from symbuild.bindings.python.provided import require_providable
from symbuild.bindings.python.shared import Source, require_shareable
from symbuild.bindings.python.types import Types
from symbuild.bindings.python.wasm import wasm_view
from symbuild.frozen import frozen
from symbuild.model.world import World

_PARTS = ("", "_imports", "_loader", "_packages")
_HEADERS = ("symbuild.h", *(f"symbuild_python{part}.h" for part in _PARTS))
_WASM_PACKAGE = ("_native.py", "_values.py", "_wasm.py", "_wasi.py")


@frozen
class Options:
    """``release_gil``: functions, as traps call them, that run without the interpreter's lock.

    ``provided``: imports that Python objects provide, as WIT names them. ``packages``: other packages, by the imports
    whose classes and functions they have. ``wasm``: the component's core module is run in wasmtime, and no extension is
    compiled. ``buffers``: functions that return their numbers as memoryviews.
    """

    release_gil: frozenset[str] = frozenset()
    provided: tuple[str, ...] = ()
    packages: Mapping[str, Source] = MappingProxyType({})
    wasm: bool = False
    buffers: frozenset[str] = frozenset()


@frozen
class Python:
    """The package of one component, for CPython 3.11 and newer."""

    options: Options

    @property
    def runtime(self) -> tuple[str, ...]:
        """The headers that the extension includes, or what the package on wasm imports."""
        return _WASM_PACKAGE if self.options.wasm else _HEADERS

    @property
    def dynamic(self) -> frozenset[str]:
        """No import is bound at run time: the package imports nothing of the world."""
        return frozenset()

    def files(self, world: World) -> dict[str, bytes]:
        """The files of the package's folder; their names do not depend on the world.

        Raises InputError where a function has another component's resources, or an option names what is not there.
        """
        require_shareable(world, self.options.packages, self.options.provided)
        require_providable(world, self.options.provided)
        types = Types(world, self.options.provided, self.options.packages, self.options.buffers)
        require_exported(types, "--release-gil", self.options.release_gil)
        require_exported(types, "--buffer", self.options.buffers)
        require_buffers(types)
        texts = {
            "__init__.py": init_py(package_view(types)),
            "__init__.pyi": init_pyi(package_view(types)),
            **self._native(types),
        }
        return {name: "".join(parts).encode() for name, parts in texts.items()} | {"py.typed": b""}

    def _native(self, types: Types) -> dict[str, Iterator[str]]:
        """What the module ``_native`` is made of, or on wasm calls."""
        if self.options.wasm:
            return {"_glue.py": wasm_py(wasm_view(types, self.options.release_gil))}
        return {"_native.c": native_c(native_view(types, self.options.release_gil))}

    def user_functions(self, world: World) -> tuple[UserFunction, ...]:
        """None: the component defines them, in another language."""
        return ()
