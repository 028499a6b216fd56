"""Benchmarks: what generated code, the generator and its builds cost, as ratios within one run. See README.md."""
