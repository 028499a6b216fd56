"""Relocatable object files: their names, read and rewritten, so that what is private to a component stays its own.

No linker and no ``objcopy`` is needed. Only names change, never code or data, so an object means what it meant before.
"""
