#include "runner_cpp.h"
#include <assert.h>

void exports::runner::Run() {
  auto labels = wit::vector<wit::string>::allocate(1);
  labels.initialize(0, wit::string::from_view("label"));
  auto place = ::runner::MoveTo({{1, -1}, std::move(labels)}, ::runner::Side::kLeft);
  assert(place.at.x == 0 && place.at.y == -1 && place.labels.size() == 1 && place.labels[0].get_view() == "label");
  uint32_t numbers[] = {UINT32_MAX, 1};
  assert(::runner::Total(numbers) == uint64_t(UINT32_MAX) + 1 && ::runner::Log("line") == 4 && ::runner::Nothing());
  auto names = ::runner::Split("ab");
  assert(names->size() == 2 && (*names)[0].get_view() == "a" && (*names)[1].get_view() == "b");
  assert(::runner::Split({}).error() == ::runner::Side::kRight);
  auto origin = ::test::world_level::shared::Origin();
  assert(origin.x == INT16_MIN && origin.y == INT16_MAX);
}
