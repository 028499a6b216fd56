"""The world of what several components become."""

from __future__ import annotations

import pytest

from symbuild.errors import Findings
from symbuild.steps.embedded import encoded_text, wit_text
from symbuild.steps.fuse_world import Member, WorldText, merged, read
from symbuild.wit import encode, load_world

WIT = """\
package demo:all@0.1.0;
interface base { record pair { a: u32, b: u32 } resource thing { value: func() -> pair; } }
interface ops { use base.{pair, thing}; make: func(of: pair) -> thing; }
world first {
  import ops;
  import label: ops;
  import inner: interface { use base.{pair}; swap: func(of: pair) -> pair; }
  use base.{pair};
  type pairs = list<pair>;
  import told: func(of: pairs);
  export sum: func(of: pairs) -> u32;
}
world second {
  import base;
  export ops;
  export %interface: func();
}
world third {
  import label: base;
  export sum: func() -> u64;
}
"""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, WorldText]:
    file = tmp_path_factory.mktemp("wit") / "all.wit"
    file.write_text(WIT, encoding="utf-8")
    found = {}
    for name in ("first", "second", "third"):
        world = load_world(file, name).world
        found[name] = read(wit_text(encode(file, world), name), world.id)
    return found


def whole(*members: Member, name: str = "whole") -> str:
    """The fused world, as the WIT tool prints it."""
    encoded, world = encoded_text(*merged(members, name))
    text = wit_text(encoded, "whole")
    assert world.id == "symbuild:fused/whole"
    return text[text.index("world whole {") : text.index("\n}\n")]


def test_what_is_met_inside_is_gone(worlds: dict[str, WorldText]) -> None:
    first = Member("first", worlds["first"], True, frozenset({"demo:all/ops@0.1.0", "label", "told", "inner"}))
    second = Member("second", worlds["second"], False, frozenset())
    text = whole(first, second)
    assert "export sum: func(of: pairs) -> u32;" in text
    assert "import demo:all/base@0.1.0;" in text
    for gone in ("ops", "label", "told", "inner", "interface"):
        assert gone not in text


def test_what_is_open_stays(worlds: dict[str, WorldText]) -> None:
    first = Member("first", worlds["first"], False, frozenset({"label"}))
    second = Member("second", worlds["second"], True, frozenset())
    text = whole(first, second)
    for kept in ("import demo:all/ops@0.1.0;", "import told: func(of: pairs);", "type pairs = list<pair>;"):
        assert kept in text
    assert "swap: func(of: pair) -> pair;" in text
    assert "export demo:all/ops@0.1.0;" in text
    assert "export %interface: func();" in text
    assert "sum" not in text


def test_one_name_for_two_things(worlds: dict[str, WorldText]) -> None:
    first = Member("first", worlds["first"], True, frozenset())
    third = Member("third", worlds["third"], True, frozenset())
    with pytest.raises(Findings) as error:
        merged([first, third], "whole")
    said = [f.what for f in error.value.findings]
    assert said == ["`first` and `third` both import `label`", "`first` and `third` both export `sum`"]


def test_a_name_that_is_no_world_s(worlds: dict[str, WorldText]) -> None:
    _, world = merged([Member("second", worlds["second"], True, frozenset())], "Lib_x.1")
    assert world == "symbuild:fused/fused"
