"""The jinja2 environment all templates share: strict, and quiet about white space."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2


@cache
def environment(language: str) -> jinja2.Environment:
    """The environment over ``bindings/<language>/templates``."""
    import jinja2  # here, as importing it takes longer than everything else a short command does

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / language / "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )


def render(language: str, template: str, view: Any) -> bytes:
    """Render one template over a view."""
    text: str = environment(language).get_template(template).render(view=view)
    return text.encode()
