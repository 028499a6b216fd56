"""Makes the helpers beside this file (``corpus``, ``outline``) importable from every folder of tests."""
