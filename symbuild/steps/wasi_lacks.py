"""What WASI 0.2 and its C libraries lack, told by what a compiler or linker says of a source that uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbuild.errors import Finding
from symbuild.frozen import frozen

_ELSEWHERE = "leave it out where `__wasm__` is defined, or build the component natively: `target: 'native'`"


def _emulated(macro: str, library: str) -> str:
    return f"to have it imitated, set `c_args: '-D_WASI_EMULATED_{macro}'` and `link_args: '-lwasi-emulated-{library}'`"


@frozen
class Lack:
    """Something that programs use elsewhere: its name, how messages show it is missing, and what to do instead."""

    name: str
    sign: re.Pattern[str]
    cure: str


def _functions(*names: str) -> str:
    """Messages about functions: undeclared in C, in C++, or undefined."""
    return rf"(?:(?:undeclared|declaration of) (?:function|identifier) '|undefined symbol: )(?:{'|'.join(names)})\b"


def _headers(*names: str) -> str:
    return rf"'(?:{'|'.join(map(re.escape, names))})' file not found"


def _std(*names: str) -> str:
    return rf"no (?:member|type|template) named '(?:{'|'.join(names)})' in namespace 'std"


def _lack(name: str, cure: str, *signs: str) -> Lack:
    return Lack(name, re.compile("|".join(signs)), cure)


_LACKS = (
    _lack(
        "threads",
        _ELSEWHERE,
        _functions(r"pthread_\w+", r"thrd_\w+", r"mtx_\w+"),
        _headers("threads.h"),
        _std("thread", "jthread", "mutex", r"\w+_mutex", r"condition_variable\w*", "lock_guard", "async", "future"),
    ),
    _lack(
        "C++ exceptions",
        "let functions return what went wrong: a WIT `result`, std::optional, an error code",
        r"cannot use '(?:try|throw)' with exceptions disabled",
        r"undefined symbol: __cxa_(?:throw|allocate_exception|begin_catch)",
    ),
    _lack(
        "sockets",
        _ELSEWHERE,
        _functions("socket", "connect", "bind", "listen", "getaddrinfo", "gethostbyname", "socketpair"),
        _headers("netdb.h"),
    ),
    _lack(
        "processes",
        _ELSEWHERE,
        _functions("fork", "vfork", r"exec[lv]p?e?", "system", "popen", "pipe", "waitpid", "wait", r"posix_spawnp?"),
        _headers("sys/wait.h", "spawn.h"),
    ),
    _lack("loading of libraries", _ELSEWHERE, _functions("dlopen", "dlsym", "dlclose"), _headers("dlfcn.h")),
    _lack(
        "files through <fstream> and <filesystem>, in this compiler's C++ library",
        "use the functions of <cstdio>, or a wasi-sdk (WASI_SDK_PATH)",
        r"undefined template 'std::basic_(?:i|o)?fstream",
        r"in namespace 'std::(?:__\w+::)*filesystem'",
    ),
    _lack("signals", _emulated("SIGNAL", "signal"), "wasm lacks signal support", _functions("signal", "raise")),
    _lack("mapping of files", _emulated("MMAN", "mman"), "WASI lacks a true mmap", _functions("mmap", "munmap")),
    _lack(
        "clocks of processes",
        _emulated("PROCESS_CLOCKS", "process-clocks"),
        "error: .*WASI lacks process-associated clocks",
        _functions("clock", "times", "getrusage"),
    ),
    _lack("process numbers", _emulated("GETPID", "getpid"), "WASI lacks getpid", _functions("getpid")),
    _lack(
        "std::os::unix",
        _ELSEWHERE.replace("`__wasm__` is", '`target_family = "wasm"` is'),
        r"could not find `unix` in `os`",
    ),
    _lack("setjmp and longjmp", _ELSEWHERE, r"Setjmp/longjmp support requires", _functions("setjmp", "longjmp")),
)
_FOREIGN = re.compile(
    r"error: (?:unsupported option '|unknown target CPU '|unsupported argument '[^']*' to option '-m)"
)
_UNDEFINED = re.compile(r"undefined symbol: (exports[_:]\S+.*)")


def explained(messages: str) -> Iterator[Finding]:
    """What the messages of a compiler or linker that failed come from, each cause once."""
    for lack in _LACKS:
        if lack.sign.search(messages):
            yield Finding(f"WASI has no {lack.name}, which this source uses", help=lack.cure)
    if _FOREIGN.search(messages):
        cure = "leave it out of `c_args` and `cpp_args` (CFLAGS, CXXFLAGS) of build directories for wasm"
        yield Finding("an argument is for this machine's compiler, not for wasm's", help=cure)
    for name in dict.fromkeys(_UNDEFINED.findall(messages)):
        yield Finding(f"no source defines `{name}`, which the world exports", help="the bindings' header declares it")
