"""Components in processes of their own: the step that makes a proxy, and the runtime that proxies are linked with."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

from symbuild.doors.SCons.build import RUNTIME, Build
from symbuild.doors.SCons.command import machine_flags, path_of, run, top, verbatim
from symbuild.steps.profile import Choice, choice_json
from symbuild.steps.step import Planned, isolate, isolate_group

_FLAGS = ["-std=gnu11", "-O2", "-fPIC", "-fvisibility=hidden", "-fno-lto", "-pthread", "-w"]


def proxy_of(build: Build, env: Any, plan: Planned, built: Any) -> Any:
    """The proxy of a component; the host, and what it loads, lie in a folder beside it."""
    runtime = build.once("isolation runtime", lambda: _runtime(build))
    file = build.profile.file if build.profile.names(plan.name) else ""
    compiler = shlex.join([*env.Split(env.subst("$CC")), *machine_flags(env)])
    words = ["--cc", compiler, *(["--profile", file] if file else [])]
    needed, hosts = [top(file)] if file else [], ["--runtime", path_of(runtime)]
    if plan.group:
        _join_group(build, plan, [runtime, *needed], [*words, *hosts])
    else:
        words, needed = [*words, *hosts], [runtime, *needed]
    (proxy,) = build.step(isolate(plan), needed, verbatim(*words))
    env.Clean(proxy, proxy.dir.Dir(f"{plan.group or plan.name}.isolated"))
    return proxy


def _join_group(build: Build, plan: Planned, needed: list[Any], words: list[str]) -> None:
    """Let the process of a group have one more component."""
    step = isolate_group((plan,))
    _, file, *rest = step.argv

    def declare() -> Any:
        # It may be called for one file again and again, each time with more sources.
        return build.env.Builder(action=run(build.env, "isolate", "$SOURCES", *verbatim(*rest, *words)), multi=True)

    made = build.once(step.outputs[0], declare)(build.env, list(map(top, step.outputs)), [top(file)])
    build.env.Depends(made, needed)


def placement_of(build: Build, plan: Planned, choice: Choice) -> Any:
    """The file by which `symbuild explain` knows the placement. A proxy that has had its time is away with it.

    Programs look for libraries in the folder of proxies first, also for those that are none any more.
    """
    proxy = build.env.File(top(isolate(plan).outputs[0]))
    host = proxy.dir.Dir(f"{plan.name}.isolated")
    old = [] if plan.isolated else [proxy.get_abspath(), host.get_abspath()]

    def place(target: list[Any], source: list[Any], env: Any) -> None:
        for path in map(Path, old):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        Path(target[0].get_abspath()).write_text(source[0].get_text_contents(), encoding="utf-8")

    return build.write(f"{plan.folder}/{plan.name}.placement.json", json.dumps(choice_json(choice)), place)


def _runtime(build: Build) -> Any:
    """What proxies and hosts are made of besides generated code, one for the whole build."""
    env, folder = build.env.Clone(tools=[]), f"{build.root}symbuild-runtime"
    env.Replace(CCFLAGS=[*machine_flags(env), *_FLAGS], CFLAGS=[], CPPPATH=[env.Dir(str(RUNTIME / "include"))])
    sources = sorted((RUNTIME / "src" / "isolate").glob("*.c"))
    objects = [env.SharedObject(top(f"{folder}/{source.name}.os"), str(source)) for source in sources]
    (archive,) = env.StaticLibrary(top(f"{folder}/libsymbuild_isolate.a"), objects)
    return archive
