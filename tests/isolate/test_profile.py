"""Profile files: what they say of each component, and every mistake at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.errors import Findings, InputError, SymbuildError, UsageError
from symbuild.steps.profile import (
    Choice,
    Terms,
    checked_terms,
    choice_json,
    choice_of_json,
    read_profile,
    require_known,
)

PROFILE = """\
default = "direct"

[component.codec]
placement = "isolated"
transport = "unix"
deadline = 2.5
on_failure = "error"
errors = { "codec#decode" = 'err("gone")', encode = 'err("gone")' }
confine = ["no-new-privileges", "?seccomp"]

[component."log"]
placement = "isolated"
"""
CODEC = Terms(
    "unix",
    2.5,
    "error",
    (("codec#decode", 'err("gone")'), ("encode", 'err("gone")')),
    ("no-new-privileges", "?seccomp"),
)


def written(folder: Path, text: str) -> Path:
    path = folder / "profile.toml"
    path.write_text(text)
    return path


def test_it_says_where_each_component_is(tmp_path: Path) -> None:
    profile = read_profile(written(tmp_path, PROFILE))
    assert profile.of("codec") == Choice("isolated", CODEC)
    assert profile.of("log") == Choice("isolated")
    assert profile.of("other") == Choice("direct")
    assert profile.lines == {"codec": 3, "log": 11}


def test_what_it_does_not_say_is_left_to_others(tmp_path: Path) -> None:
    assert read_profile(written(tmp_path, "")).of("codec") == Choice(None)
    terms_only = read_profile(written(tmp_path, "[component.codec]\ndeadline = 1\n"))
    assert terms_only.of("codec") == Choice(None, Terms(deadline=1))
    defaulted = read_profile(written(tmp_path, 'default = "isolated"\n[component.codec]\ndeadline = 1\n'))
    assert defaulted.of("codec") == Choice("isolated", Terms(deadline=1))


def test_json_keeps_it(tmp_path: Path) -> None:
    choice = read_profile(written(tmp_path, PROFILE)).of("codec")
    assert choice_of_json(choice_json(choice)) == choice


APART = "default = 'isolated'\n"


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ('default = "isolate"', "unknown default `isolate`", 1),
        ("default = 3", "unknown default `3`", 1),
        ('\ndefault = "sandboxed"', "placement `sandboxed` is not built yet", 2),
        ('colour = "red"', "unknown key `colour`", 1),
        ("component = 3", "`component` is a table for each component", 1),
        ("[component]\ncodec = 3", "`component.codec` is a table", 2),
        ("[component.codec]\n\ndead-line = 3", "unknown key `component.codec.dead-line`", 3),
        ('[component.codec]\nplacement = "sandboxed"', "placement `sandboxed` is not built yet", 2),
        ('[component.codec]\nplacement = "nowhere"', "unknown placement `nowhere`", 2),
        ('[component.codec]\nplacement = "direct"\ndeadline = 3', "`deadline` is for isolated components", 3),
        ("[component.codec]\ngroup = 'Media'", "`group` is a name in lower case", 2),
        (f"{APART}component.a.group = 'm'\ncomponent.b = {{group='m', deadline=1}}", "`a` and `b` are of group `m`", 3),
        (f"{APART}component.a.group = 'b'\ncomponent.b = {{}}", "a component outside of group `b` has the name", 2),
        ("component.a.group = 'm'", "`a` is of a group, and nothing here isolates it", 1),
        ("[component.codec]\ndeadline = -1", "`deadline` is a number of seconds", 2),
        ("[component.codec]\ndeadline = inf", "`deadline` is a number of seconds", 2),
        ("[component.codec]\ndeadline = true", "`deadline` is a number of seconds", 2),
        ('[component.codec]\ntransport = "tcp"', "unknown transport `tcp`", 2),
        ('[component.codec]\non_failure = "ignore"', "unknown on_failure `ignore`", 2),
        ('component.codec.confine = "files"', "`confine` is a list of words", 1),
        ('[component.codec]\nconfine = ["?secomp"]', "`?secomp` is nothing that a process can give up", 2),
        ("[component.codec.errors]\nf = 1", "`errors` is a table of WAVE texts", 1),
        ("[component.codec.errors]\nf = 'err'", '`errors` are for `on_failure = "error"`', 1),
    ],
)
def test_every_mistake_is_told_with_its_line(text: str, what: str, line: int, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Findings) as raised:
        read_profile(path)
    (finding,) = raised.value.findings
    assert finding.what.startswith(what)
    assert finding.where == f"{path}:{line}"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Findings) as raised:
        read_profile(written(tmp_path, "a = 1\nb = 2\n[component.codec]\nc = 3\n"))
    assert [(finding.where or "").rpartition(":")[2] for finding in raised.value.findings] == ["1", "2", "4"]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"default = ", "the profile is not TOML"), (b"\xff", "the profile is not UTF-8"), (None, "cannot read")],
)
def test_what_is_no_profile(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_profile(path)


def test_a_component_that_no_build_has_is_an_error(tmp_path: Path) -> None:
    profile = read_profile(written(tmp_path, PROFILE))
    require_known(profile, ["codec", "log", "app"])
    with pytest.raises(Findings) as raised:
        require_known(profile, ["codecs", "log"])
    (finding,) = raised.value.findings
    assert finding.where == f"{profile.path}:3"
    assert finding.help == "did you mean `codecs`?"


def test_options_of_a_command_are_checked_alike() -> None:
    assert checked_terms({"deadline": 1.5, "confine": ["seccomp"]}) == Terms(deadline=1.5, confine=("seccomp",))
    with pytest.raises(UsageError, match="unknown transport `tcp`"):
        checked_terms({"transport": "tcp"})


def test_doors_are_told_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", str(written(tmp_path, PROFILE))]) == 0
    assert '"on_failure": "error"' in capsys.readouterr().out
    assert run(["profile", str(tmp_path / "none.toml")]) == SymbuildError.exit_code
    assert "cannot read the profile" in capsys.readouterr().err
