"""WIT components as build targets: from a WIT file to native shared objects and WebAssembly.

The stages, each of which imports only from those to its left: ``wit`` → ``model`` → ``abi`` → ``bindings`` →
``graph`` → ``steps`` → ``cli``. ``symbuild/README.md`` is the map.
"""

__version__ = "0.1.0"
