#include "runner_cpp.h"
#include <assert.h>

template <class Amount> static Amount amount(uint32_t value) { return {value, wit::string::from_view("unit")}; }

void exports::runner::Run() {
  assert(!::left::Get("left") && !::right::Get("right"));
  assert(::left::Set(amount<::left::Amount>(0)) == ::left::State::kEmpty);
  assert(::left::Set(amount<::left::Amount>(7)) == ::left::State::kFull);
  assert(::right::Set(amount<::right::Amount>(7)) == ::right::State::kFull);
  assert(::left::Get("left")->value == 7 && ::right::Get("right")->value == 70);
  assert(::right::Get("right")->unit.get_view() == "right" && !::left::Get("right"));
}
