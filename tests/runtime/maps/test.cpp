#include "test_cpp.h"
#include <algorithm>

namespace exports::test::maps::maps {

using Ages = wit::unordered_map<wit::string, uint32_t>;
using Names = wit::unordered_map<uint32_t, wit::string>;

Names Invert(Ages v) {
  auto made = Names::allocate(v.size());
  for (size_t i = 0; i < v.size(); i++) made.initialize(i, {v.data()[i].second, v.data()[i].first});
  return made;
}

Names Same(Names v) { return v; }
wit::unordered_map<uint32_t, bool> ByChar(wit::unordered_map<uint32_t, bool> v) { return v; }

wit::unordered_map<int64_t, wit::vector<wit::string>> ByS64(wit::unordered_map<int64_t, wit::vector<wit::string>> v) {
  for (auto &entry : v) entry.first = -entry.first;
  return v;
}

wit::unordered_map<uint8_t, Measure> Measures(wit::unordered_map<uint8_t, Measure> v) {
  for (auto &entry : v) entry.second.value *= 2;
  return v;
}

wit::unordered_map<wit::string, wit::unordered_map<wit::string, std::optional<uint8_t>>>
Nested(wit::unordered_map<wit::string, wit::unordered_map<wit::string, std::optional<uint8_t>>> v) {
  return v;
}

uint32_t Count(wit::unordered_map<uint16_t, uint16_t> v) { return uint32_t(v.size()); }

std::optional<uint32_t> Find(Ages v, wit::string name) {
  for (auto &entry : v)
    if (entry.first.get_view() == name.get_view()) return entry.second;
  return {};
}

std::expected<Names, Ages> Maybe(std::optional<Ages> v) {
  if (v && !v->empty()) return Invert(std::move(*v));
  if (!v) return std::unexpected<Ages>(Ages());
  auto made = Ages::allocate(1);
  made.initialize(0, {wit::string::from_view("empty"), 0});
  return std::unexpected<Ages>(std::move(made));
}

wit::vector<Ages> Many(wit::vector<Ages> v) {
  std::reverse(v.data(), v.data() + v.size());
  return v;
}

} // namespace exports::test::maps::maps
