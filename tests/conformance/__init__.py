"""Runs a folder of tests in wit-bindgen's layout: ``python -m tests.conformance DIR``.

A test is a folder with ``test.wit``, sources of the runner's world (``runner*.c``) and sources of the worlds it needs
(``test*.c``); ``//@`` headers hold TOML as wit-bindgen's ``crates/test`` reads it. Every combination of sources is
built, connected and run. The stages: :mod:`discover` finds, :mod:`wiring` connects, :mod:`languages` compile,
:mod:`direct`, :mod:`wasm` and :mod:`miri` are the targets, :mod:`cross` reads of other machines, :mod:`control` proves
that the tests can fail, :mod:`report` tells. :mod:`codegen` is a run of its own, of WIT without sources.
"""
