"""The committed modules are what their templates compile to."""

from __future__ import annotations

import pytest

from symbuild.bindings import precompile

pytest.importorskip("jinja2", reason="needs jinja2, which is in the dependency group `test`")


@pytest.mark.parametrize("language", sorted(precompile.LANGUAGES))
def test_committed_module_is_current(language: str) -> None:
    committed = precompile.module_path(language).read_text(encoding="utf-8")
    assert committed == precompile.compile_language(language), "run `python -m symbuild.bindings.precompile`"


@pytest.mark.parametrize("text", ["{{ a | upper }}", "{% macro m() %}{% endmacro %}", "{{ a + b }}"])
def test_what_is_not_compiled_is_an_error(text: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "c" / "templates"
    folder.mkdir(parents=True)
    (folder / "x.j2").write_text(text)
    monkeypatch.setattr(precompile, "HERE", tmp_path)
    with pytest.raises(NotImplementedError, match="line 1"):
        precompile.compile_language("c")


def test_for_with_else_and_if(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "c" / "templates"
    folder.mkdir(parents=True)
    (folder / "x.j2").write_text("{% for a in view.xs %}{{ a.n ~ '!' if a.n }},{% else %}none{% endfor %}")
    monkeypatch.setattr(precompile, "HERE", tmp_path)
    namespace: dict[str, object] = {}
    exec(precompile.compile_language("c"), namespace)

    class View:
        def __init__(self, *names: str) -> None:
            self.xs = [type("A", (), {"n": n}) for n in names]

    assert "".join(namespace["x"](View("p", ""))) == "p!,,"  # type: ignore[operator]
    assert "".join(namespace["x"](View())) == "none"  # type: ignore[operator]
