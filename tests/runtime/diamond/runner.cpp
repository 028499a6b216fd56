#include "runner_cpp.h"
#include <assert.h>

void exports::runner::Run() {
  auto [one, two, names] = test::diamond::All();
  assert(one == 1 && two == 22 && names.get_view() == "leftright");
  auto right = mine::Get();
  assert(right.n == 11 && right.by.get_view() == "right");
}
