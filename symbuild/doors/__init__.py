"""What other tools load or run: the Meson hook, the wrapper that starts a foreign Meson, the plain script entry.

``symmeson.py`` and ``run.py`` start under interpreters that may be older than ours and have no ``symbuild`` to import.
"""
