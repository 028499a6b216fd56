#include "runner_cpp.h"
#include <assert.h>
#include <limits>

using namespace test::scalars::scalars;

template <class T> static void same(T (*function)(T) noexcept) {
  using limits = std::numeric_limits<T>;
  for (T v : {limits::lowest(), limits::max(), T(0), T(1)}) assert(function(v) == v);
}

void exports::runner::Run() {
  same(ABool);
  same(AU8);
  same(AS8);
  same(AU16);
  same(AS16);
  same(AU32);
  same(AS32);
  same(AU64);
  same(AS64);
  same(AF32);
  same(AF64);
  assert(isnan(AF32(NAN)) && AF64(-INFINITY) == -INFINITY);
  assert(AChar('a') == 'a' && AChar(0x10FFFF) == 0x10FFFF);
  assert(All(true, 200, -100, 60000, -30000, 4000000000u, -2000000000, 18000000000000000000u, -9000000000000000000,
             0.5f, -0.25, 0x10FFFF));
  assert(!All(false, 200, -100, 60000, -30000, 4000000000u, -2000000000, 18000000000000000000u,
              -9000000000000000000, 0.5f, -0.25, 0x10FFFF));
  Put(-7);
  assert(Get() == -7);
}
