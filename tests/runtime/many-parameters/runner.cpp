#include "runner_cpp.h"
#include <assert.h>

using namespace test::many_parameters::many_parameters;

static Block block(uint8_t a, const char *d) { return {a, UINT64_MAX, 0.5f, wit::string::from_view(d), UINT16_MAX}; }

static bool is(const Block &v, uint8_t a, std::string_view d) {
  return v.a == a && v.b == UINT64_MAX && v.c == 0.5f && v.d.get_view() == d && v.e == UINT16_MAX;
}

void exports::runner::Run() {
  assert(Sixteen(255, -128, 65535, -32768, UINT32_MAX, INT32_MIN, UINT64_MAX, INT64_MIN, 9.5f, -10.25, true, 0x10FFFF,
                 1, 2, 3, 4) == 10);
  assert(Seventeen(255, -128, 65535, -32768, UINT32_MAX, INT32_MIN, UINT64_MAX, INT64_MIN, 9.5f, -10.25, false,
                   0x10FFFF, 1, 2, 3, 4, -20) == -10);
  assert(Strings("a", "b", "", "d", "e", "f", "g", "h", "ï").get_view() == "abdefghï");

  std::string_view texts[] = {"x", ""};
  std::vector<uint8_t> bytes{77};
  using E = std::expected<wit::vector<uint8_t>, Block>;
  auto [a, c, b, d] = Mixed(block(1, "first"), texts, {Any::Text{wit::string::from_view("any")}}, {},
                            E(wit::vector<uint8_t>::from_view(std::span<uint8_t>(bytes))), {9, block(2, "last")});
  assert(is(a, 77, "first") && std::get<2>(c.variants).value.get_view() == "any" && d.get_view() == "last");
  assert(b.size() == 2 && b[0].get_view() == "x" && b[1].empty());
  auto other = Mixed(block(1, "first"), {}, {Any::Big{-0.5}}, "given", E(std::unexpected<Block>(block(3, "error"))),
                     {9, block(2, "last")});
  assert(is(std::get<0>(other), 3, "error") && std::get<1>(std::get<1>(other).variants).value == -0.5);
  assert(std::get<2>(other).empty() && std::get<3>(other).get_view() == "given");

  auto turned = Records(block(1, "a"), block(2, "b"), block(3, ""));
  assert(turned.size() == 3 && is(turned[0], 3, "") && is(turned[1], 2, "b") && is(turned[2], 1, "a"));
}
