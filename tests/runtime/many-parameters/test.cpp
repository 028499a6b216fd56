#include "test_cpp.h"
#include <assert.h>

namespace exports::test::many_parameters::many_parameters {

uint64_t Sixteen(uint8_t a1, int8_t a2, uint16_t a3, int16_t a4, uint32_t a5, int32_t a6, uint64_t a7, int64_t a8,
                 float a9, double a10, bool a11, uint32_t a12, uint8_t a13, uint16_t a14, uint32_t a15, uint64_t a16) {
  assert(a1 == 255 && a2 == -128 && a3 == 65535 && a4 == -32768 && a5 == UINT32_MAX && a6 == INT32_MIN);
  assert(a7 == UINT64_MAX && a8 == INT64_MIN && a9 == 9.5f && a10 == -10.25 && a11 && a12 == 0x10FFFF);
  return uint64_t(a13) + a14 + a15 + a16;
}

double Seventeen(uint8_t a1, int8_t a2, uint16_t a3, int16_t a4, uint32_t a5, int32_t a6, uint64_t a7, int64_t a8,
                 float a9, double a10, bool a11, uint32_t a12, uint8_t a13, uint16_t a14, uint32_t a15, uint64_t a16,
                 int8_t a17) {
  assert(a1 == 255 && a2 == -128 && a3 == 65535 && a4 == -32768 && a5 == UINT32_MAX && a6 == INT32_MIN);
  assert(a7 == UINT64_MAX && a8 == INT64_MIN && a9 == 9.5f && a10 == -10.25 && !a11 && a12 == 0x10FFFF);
  return double(a13) + a14 + a15 + double(a16) + a17;
}

wit::string Strings(wit::string a, wit::string b, wit::string c, wit::string d, wit::string e, wit::string f,
                    wit::string g, wit::string h, wit::string i) {
  std::string joined;
  for (auto *s : {&a, &b, &c, &d, &e, &f, &g, &h, &i}) joined += s->get_view();
  return wit::string::from_view(joined);
}

std::tuple<Block, Any, wit::vector<wit::string>, wit::string>
Mixed(Block a, wit::vector<wit::string> b, Any c, std::optional<wit::string> d,
      std::expected<wit::vector<uint8_t>, Block> e, std::tuple<uint8_t, Block> f) {
  if (e) a.a = (*e)[0];
  return {std::move(e ? a : e.error()), std::move(c), std::move(b), std::move(d ? *d : std::get<1>(f).d)};
}

wit::vector<Block> Records(Block a, Block b, Block c) {
  auto made = wit::vector<Block>::allocate(3);
  made.initialize(0, std::move(c));
  made.initialize(1, std::move(b));
  made.initialize(2, std::move(a));
  return made;
}

} // namespace exports::test::many_parameters::many_parameters
