"""What ``symbuild explain`` tells of a build of Meson's."""

from __future__ import annotations

import sys
from collections.abc import Callable

from .door import RUN, Project


def test_a_build_explains_itself(project: Callable[[str], Project]) -> None:
    rivals = project("rivals")
    rivals.setup()
    rivals.ninja()
    text = rivals.run(sys.executable, RUN, "explain", "b").stdout
    assert "app: demo:rivals/app (c)\n  demo:rivals/store <- cache: version node of cache\n" in text
    assert "  near (demo:rivals/store) <- memory: by its label, version node of memory\n" in text
    assert "  demo:rivals/store <- memory: by a private name, version node of memory\n" in text
