#include "test_cpp.h"
#include <algorithm>

namespace exports::test::lists::lists {

template <class T> static wit::vector<T> turn(wit::vector<T> &v) {
  std::reverse(v.data(), v.data() + v.size());
  return std::move(v);
}

wit::vector<bool> Bools(wit::vector<bool> v) { return turn(v); }
wit::vector<uint8_t> U8s(wit::vector<uint8_t> v) { return turn(v); }
wit::vector<int8_t> S8s(wit::vector<int8_t> v) { return turn(v); }
wit::vector<uint16_t> U16s(wit::vector<uint16_t> v) { return turn(v); }
wit::vector<int16_t> S16s(wit::vector<int16_t> v) { return turn(v); }
wit::vector<uint32_t> U32s(wit::vector<uint32_t> v) { return turn(v); }
wit::vector<int32_t> S32s(wit::vector<int32_t> v) { return turn(v); }
wit::vector<uint64_t> U64s(wit::vector<uint64_t> v) { return turn(v); }
wit::vector<int64_t> S64s(wit::vector<int64_t> v) { return turn(v); }
wit::vector<float> F32s(wit::vector<float> v) { return turn(v); }
wit::vector<double> F64s(wit::vector<double> v) { return turn(v); }
wit::vector<uint32_t> Chars(wit::vector<uint32_t> v) { return turn(v); }
wit::vector<Color> Colors(wit::vector<Color> v) { return turn(v); }
wit::vector<Access> Accesses(wit::vector<Access> v) { return turn(v); }
wit::vector<Padded> PaddedOnes(wit::vector<Padded> v) { return turn(v); }
wit::vector<Person> Persons(wit::vector<Person> v) { return turn(v); }
wit::vector<Shape> Shapes(wit::vector<Shape> v) { return turn(v); }
using Tuple = std::tuple<uint8_t, wit::string, uint32_t>;
wit::vector<Tuple> Tuples(wit::vector<Tuple> v) { return turn(v); }
wit::vector<std::optional<uint16_t>> Options(wit::vector<std::optional<uint16_t>> v) { return turn(v); }
using Result = std::expected<wit::string, uint8_t>;
wit::vector<Result> Results(wit::vector<Result> v) { return turn(v); }
wit::vector<wit::vector<wit::vector<uint16_t>>> Nested(wit::vector<wit::vector<wit::vector<uint16_t>>> v) {
  return turn(v);
}

wit::vector<uint32_t> Iota(uint32_t count) {
  auto made = wit::vector<uint32_t>::allocate(count);
  for (uint32_t i = 0; i < count; i++) made.initialize(i, uint32_t(i));
  return made;
}

uint64_t Sum(wit::vector<uint32_t> v) {
  uint64_t sum = 0;
  for (size_t i = 0; i < v.size(); i++) sum += v[i];
  return sum;
}

std::tuple<uint32_t, uint32_t> Two(wit::vector<uint8_t> a, wit::vector<uint8_t> b) {
  return {uint32_t(a.size()), uint32_t(b.size())};
}

} // namespace exports::test::lists::lists
