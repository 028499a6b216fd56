"""What later build steps read of a component's world."""

from __future__ import annotations

from pathlib import Path

from symbuild.abi.passing import Passing
from symbuild.steps.world_file import Api, describe, from_json, to_json
from symbuild.wit import load_world

HOST = """
package t:plugins;
interface filter { apply: func(line: string) -> string; }
interface clock { now: func() -> u64; }
world host { import filter; import clock; }
"""


def test_an_interface_bound_at_run_time_is_no_import_of_the_linker_s(tmp_path: Path) -> None:
    wit = tmp_path / "host.wit"
    wit.write_text(HOST)
    world = load_world(wit, "host").world
    linked = describe(world, "host", {}, {"t:plugins/filter"}, Api("c", views=True))
    assert [port.wit for port in linked.imports] == ["t:plugins/clock#now"]
    assert [(port.wit, port.passing) for port in linked.run_time] == [
        ("t:plugins/filter#apply", Passing(("line",), gives=True))
    ]
    assert from_json(to_json(linked)) == linked
    assert {port.module for port in describe(world, "host", {}).imports} == {"t:plugins/clock", "t:plugins/filter"}
