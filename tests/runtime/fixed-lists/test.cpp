#include "test_cpp.h"
#include <algorithm>

namespace exports::test::fixed_lists::fixed_lists {

template <class T, size_t N> static std::array<T, N> turn(std::array<T, N> v) {
  std::reverse(v.begin(), v.end());
  return v;
}

std::array<uint8_t, 4> Bytes(std::array<uint8_t, 4> v) { return turn(v); }
std::array<int64_t, 2> Words(std::array<int64_t, 2> v) { return turn(v); }
std::array<wit::string, 2> Names(std::array<wit::string, 2> v) { return turn(std::move(v)); }
std::array<Pixel, 2> Pixels(std::array<Pixel, 2> v) { return turn(v); }
std::array<std::optional<uint16_t>, 3> Options(std::array<std::optional<uint16_t>, 3> v) { return turn(v); }

std::array<std::array<float, 3>, 2> Transpose(std::array<std::array<float, 2>, 3> m) {
  std::array<std::array<float, 3>, 2> made;
  for (size_t row = 0; row < 3; row++)
    for (size_t column = 0; column < 2; column++) made[column][row] = m[row][column];
  return made;
}

int64_t Long(std::array<int32_t, 20> v) {
  int64_t sum = 0;
  for (int i = 0; i < 20; i++) sum += int64_t(v[i]) * (i + 1);
  return sum;
}

std::array<bool, 1> One(std::array<bool, 1> v) { return v; }

wit::vector<std::array<uint16_t, 2>> Many(wit::vector<std::array<uint16_t, 2>> v) {
  std::reverse(v.data(), v.data() + v.size());
  return v;
}

std::expected<std::array<uint8_t, 2>, std::array<uint32_t, 1>> Maybe(std::optional<std::array<uint8_t, 2>> v) {
  if (v) return *v;
  return std::unexpected(std::array<uint32_t, 1>{0x10FFFF});
}

} // namespace exports::test::fixed_lists::fixed_lists
