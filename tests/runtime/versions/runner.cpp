#include "runner_cpp.h"
#include <assert.h>

namespace v1 = other::lib1_0_0::api;
namespace v2 = other::lib2_1_0_beta_1_build_7::api;

void exports::runner::Run() {
  assert(v1::Number() == 1 && v2::Number() == 2);
  assert(v1::Open({wit::string::from_view("one")}).get_view() == "one");
  assert((*v2::Open({wit::string::from_view("two"), 99})).get_view() == "two");
  assert(v2::Open({wit::string::from_view("two"), 100}).error() == 100);
}
