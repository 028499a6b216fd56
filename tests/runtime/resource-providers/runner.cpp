#include "runner_cpp.h"

void exports::runner::Run() {
  a::Thing mine(1);
  b::Thing other(1);
  assert(a::Alive() == 1 && b::Alive() == 1);
  assert(mine.By().get_view() == "left" && other.By().get_view() == "right");
  assert(mine.More(2) == 3 && other.More(2) == 201);

#ifndef __wasm__
  {
    // The handle of one called through the other: its maker's code runs, and ends it.
    a::Thing stray{wit::ResourceImportBase(other.into_handle())};
    assert(stray.By().get_view() == "right" && stray.More(1) == 301);
  }
#else
  b::Thing{std::move(other)};
#endif
  assert(a::Alive() == 1 && b::Alive() == 0);
  a::Thing{std::move(mine)};
  assert(a::Alive() == 0);
}
