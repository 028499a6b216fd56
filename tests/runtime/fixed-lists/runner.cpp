#include "runner_cpp.h"
#include <assert.h>

using namespace test::fixed_lists::fixed_lists;

void exports::runner::Run() {
  assert(Bytes({1, 2, 3, 255}) == (std::array<uint8_t, 4>{255, 3, 2, 1}));
  assert(Words({INT64_MIN, 7}) == (std::array<int64_t, 2>{7, INT64_MIN}));
  auto names = Names({"first", ""});
  assert(names[0].empty() && names[1].get_view() == "first");
  auto pixels = Pixels({{{{1, 2, 3}, 4}, {{5, 6, 7}, 8}}});
  assert(pixels[0].rgb[2] == 7 && pixels[0].alpha == 8 && pixels[1].rgb[0] == 1 && pixels[1].alpha == 4);
  auto options = Options({1, {}, UINT16_MAX});
  assert(options[0] == UINT16_MAX && !options[1] && options[2] == 1);
  auto turned = Transpose({{{1, 2}, {3, 4}, {5, -6.5f}}});
  assert(turned[0] == (std::array<float, 3>{1, 3, 5}) && turned[1] == (std::array<float, 3>{2, 4, -6.5f}));
  std::array<int32_t, 20> numbers;
  for (int i = 0; i < 20; i++) numbers[i] = i % 2 ? -i : i;
  assert(Long(numbers) == -200);
  assert(One({true})[0] && !One({false})[0]);
  std::array<uint16_t, 2> pairs[] = {{1, 2}, {3, 4}};
  auto many = Many(pairs);
  assert(many.size() == 2 && many[0] == pairs[1] && many[1] == pairs[0]);
  assert(*Maybe(std::array<uint8_t, 2>{8, 9}) == (std::array<uint8_t, 2>{8, 9}) && Maybe({}).error()[0] == 0x10FFFF);
}
