#include "runner_cpp.h"
#include <assert.h>

using namespace test::chain;

void exports::runner::Run() {
  uint32_t sizes[] = {1, 20, UINT32_MAX};
  auto given = wit::vector<uint32_t>::from_view(std::span<uint32_t>(sizes));
  auto done = steps::RunJob({wit::string::from_view("job é"), std::move(given)});
  assert(done.name.get_view() == "JOB é");
  assert(done.sizes.size() == 3 && done.sizes[0] == 3 && done.sizes[1] == 41 && done.sizes[2] == UINT32_MAX);
  assert(steps::Depth() == 101);
  assert(only_leaf::Shout("job é").get_view() == "JOB é");
}
