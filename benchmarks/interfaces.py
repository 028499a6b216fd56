"""WIT of any size for the generator to read: interfaces of ten functions with types of every kind."""

from __future__ import annotations

from collections.abc import Sequence

_INTERFACE = """\
/// Interface number {n}.
interface i{n} {{
  record entry {{ id: u32, name: string, data: list<u8> }}
  variant shape {{ number(u32), text(string), ratio(f32), nothing }}
  enum kind {{ first, second, third }}
  flags marks {{ hidden, shared, locked }}
  type entries = list<entry>;

  count: func(first: u32, second: s64) -> u32;
  echo: func(text: string) -> string;
  form: func(of: entry) -> shape;
  find: func(among: list<entry>, kind: kind) -> result<string, kind>;
  maybe: func(number: option<u32>) -> option<string>;
  pair: func(of: tuple<u8, marks>) -> tuple<u8, char>;
  note: func(what: shape, now: bool);
  sort: func(all: entries) -> entries;
  narrow: func(left: u8, right: s8) -> u16;
  check: func() -> result;
}}

"""


def wit(count: int, sides: Sequence[str] = ("export", "import")) -> str:
    """A package whose world ``many`` has ``count`` interfaces, on each of ``sides`` in turn."""
    interfaces = "".join(_INTERFACE.format(n=n) for n in range(count))
    items = "".join(f"  {sides[n % len(sides)]} i{n};\n" for n in range(count))
    return f"package bench:many;\n\n{interfaces}world many {{\n{items}}}\n"
