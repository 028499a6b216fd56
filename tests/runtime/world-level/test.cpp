#include "test_cpp.h"

namespace exports::test {

::test::Place MoveTo(::test::Place p, ::test::Side s) {
  p.at.x = int16_t(p.at.x + (s == ::test::Side::kLeft ? -1 : 1));
  return p;
}

uint64_t Total(wit::vector<uint32_t> v) {
  uint64_t sum = 0;
  for (size_t i = 0; i < v.size(); i++) sum += v[i];
  return sum;
}

uint32_t Log(wit::string line) { return uint32_t(line.size()); }

std::expected<wit::vector<wit::string>, ::test::Side> Split(std::optional<wit::string> line) {
  if (!line) return std::unexpected<::test::Side>(::test::Side::kRight);
  auto made = wit::vector<wit::string>::allocate(line->size());
  for (size_t i = 0; i < line->size(); i++) made.initialize(i, wit::string::from_view(line->get_view().substr(i, 1)));
  return made;
}

bool Nothing() { return true; }

namespace world_level::shared {

::test::world_level::geometry::Point Origin() { return {INT16_MIN, INT16_MAX}; }

} // namespace world_level::shared

} // namespace exports::test
