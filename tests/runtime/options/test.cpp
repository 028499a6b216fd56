#include "test_cpp.h"
#include <algorithm>

namespace exports::test::options::options {

std::optional<bool> ABool(std::optional<bool> v) { return v; }
std::optional<uint8_t> AU8(std::optional<uint8_t> v) { return v; }
std::optional<int16_t> AS16(std::optional<int16_t> v) { return v; }
std::optional<uint64_t> AU64(std::optional<uint64_t> v) { return v; }
std::optional<float> AF32(std::optional<float> v) { return v; }
std::optional<double> AF64(std::optional<double> v) { return v; }
std::optional<uint32_t> AChar(std::optional<uint32_t> v) { return v; }
std::optional<wit::string> Text(std::optional<wit::string> v) { return v; }
std::optional<wit::vector<uint8_t>> Bytes(std::optional<wit::vector<uint8_t>> v) { return v; }
std::optional<std::tuple<uint8_t, wit::string>> ATuple(std::optional<std::tuple<uint8_t, wit::string>> v) { return v; }
std::optional<Pair> ARecord(std::optional<Pair> v) { return v; }
std::optional<std::optional<uint32_t>> Twice(std::optional<std::optional<uint32_t>> v) { return v; }
std::optional<std::optional<std::optional<wit::string>>>
Thrice(std::optional<std::optional<std::optional<wit::string>>> v) {
  return v;
}
std::optional<std::expected<uint8_t, wit::string>> AResult(std::optional<std::expected<uint8_t, wit::string>> v) {
  return v;
}
std::optional<wit::string> Named(std::optional<wit::string> v) { return v; }
std::optional<wit::string> Alias(std::optional<wit::string> v) { return v; }

uint32_t Several(std::optional<uint8_t> a, std::optional<wit::string> b, uint8_t c, std::optional<double> d) {
  return a.value_or(0) + (d == 0.5 ? 1000u : 0u) + c * 10000u + (b && b->get_view() == "b" ? 10000000u : 0u);
}

wit::vector<std::optional<wit::string>> Listed(wit::vector<std::optional<wit::string>> v) {
  std::reverse(v.data(), v.data() + v.size());
  return v;
}

} // namespace exports::test::options::options
