// Calls a store, by a user of generated C++.
#include "caller_cpp.h"

#undef NDEBUG
#include <cassert>
#include <cstdio>

using namespace interop::shop::store;

static void resources() {
  Item pen("pen"), nothing("");
  assert(pen.Name().get_view() == "pen" && nothing.Name().empty());
  assert(pen.Weigh(UINT32_MAX) == 3000 + uint64_t{UINT32_MAX});
  assert(Item::Parse("ink")->Weigh(7) == 3007);
  assert(Item::Parse("").error().get_view() == "empty");
  assert(!Find("none"));
  auto cup = Find("cup");
  assert(cup);
  Item given[] = {std::move(pen), std::move(*cup), std::move(nothing)};
  auto names = Take(given);
  assert(names.size() == 3 && names[0].get_view() == "pen" && names[1].get_view() == "cup" && names[2].empty());
}

static void values() {
  auto [number, real, grade, marks, letter] = Echo(false, -5, 40000, 0x1F600, Grade::kHigh, Marks::kNew, 0.5f, 0.25);
  assert(number == -5 && real == 0.75f && grade == Grade::kHigh && letter == 0x1F600);
  assert(marks == (Marks::kNew | Marks::kLast));
  Price from[] = {{Price::Gift{}}, {Price::Cents{12}}, {Price::Words{wit::string::from_view("w")}}, {Price::Each{2}}};
  auto to = Convert(from);
  assert(to.size() == 4 && std::get<Price::Cents>(to[0].variants).value == 0);
  assert(std::get<Price::Each>(to[1].variants).value == 12 && std::holds_alternative<Price::Gift>(to[2].variants));
  assert(std::get<Price::Words>(to[3].variants).value.get_view() == "each");

  Item pen("pen"), book("book");
  Line lines[] = {{pen, 3, {}}, {book, 1000, {}}, {pen, 1, wit::string::from_view("a gift")}};
  assert(std::get<Price::Cents>(Total(std::span(lines).first(2))->variants).value == 4009);
  assert(std::get<Price::Words>(Total(lines)->variants).value.get_view() == "a gift");
  assert(Total({}).error().get_view() == "nothing");
}

static Price price(int which) {
  switch (which) {
  case 0: return {Price::Gift{}};
  case 1: return {Price::Cents{1ull << 40}};
  case 2: return {Price::Words{wit::string::from_view("abc")}};
  default: return {Price::Each{40}};
  }
}

static void parameters() {
  const uint16_t d[] = {10, 20};
  const uint64_t rest = 1 + 2 + 30 + 4 + 5 - 6 + 7 + 8 + 9 + 1, weights[] = {1, 1ull << 40, 3, 40};
  for (int n = 0; n < 4; ++n) {
    assert(Many(1, "xy", price(n), d, 4, 5, -6, 7, 8.5f, 9.5, true) == rest + weights[n]);
    assert(More(1, "xy", price(n), d, 4, 5, -6, 7, 8.5f, 9.5, true, 100) == rest + weights[n] + 100);
    assert(!More(1, "xy", price(n), d, 4, {}, -6, 7, 8.5f, 9.5, true, 0));
  }
}

int main() {
  resources();
  values();
  parameters();
  puts("as by hand");
  return 0;
}
