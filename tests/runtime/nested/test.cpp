#include "test_cpp.h"
#include <algorithm>

namespace exports::test::nested::nested {

using Left = wit::vector<std::expected<uint64_t, Price>>;
using Row = std::tuple<uint32_t, std::expected<Shelf, Left>>;

wit::vector<Row> Turn(wit::vector<Row> s) {
  std::reverse(s.data(), s.data() + s.size());
  return s;
}

static uint64_t sum(const Price &p) {
  uint64_t total = 0;
  switch (p.variants.index()) {
  case 1: return std::get<1>(p.variants).value;
  case 2:
    for (auto &step : std::get<2>(p.variants).value.get_const_view()) total += std::get<0>(step);
    return total;
  case 3: return std::get<3>(p.variants).value ? std::get<3>(p.variants).value->size() : 0;
  default: return 0;
  }
}

static uint64_t sum(const Item &item) {
  uint64_t total = item.name.size() + sum(item.price) + uint64_t(item.marks);
  if (item.weight) total += uint64_t(std::get<0>(*item.weight)) * (uint64_t(std::get<1>(*item.weight)) + 1);
  for (auto &row : item.parts.get_const_view())
    for (auto &part : row.get_const_view()) total += part ? part->size() : 0;
  if (item.seen)
    for (auto &price : std::get<1>(*item.seen).get_const_view()) total += sum(price);
  else if (item.seen.error())
    for (auto &word : item.seen.error()->get_const_view()) total += word.size();
  return total;
}

uint64_t Sum(wit::vector<Row> s) {
  uint64_t total = 0;
  for (auto &[letter, content] : s.get_view()) {
    total += letter;
    if (!content) {
      for (auto &left : content.error().get_view()) total += left ? *left : sum(left.error());
      continue;
    }
    for (auto &item : content->items.get_view()) total += sum(item);
    for (auto &[name, item] : content->by_name) total += name.size() + sum(item);
    if (content->best) total += sum(*content->best);
  }
  return total;
}

std::optional<std::expected<Shelf, Left>> Pick(wit::vector<Row> s, uint32_t n) {
  if (n >= s.size()) return {};
  return std::move(std::get<1>(s[n]));
}

std::tuple<Item, std::optional<std::tuple<Price, wit::vector<wit::vector<std::optional<wit::string>>>>>> Split(Item i) {
  auto rest = std::tuple(std::move(i.price), std::move(i.parts));
  i.price = Price{Price::Free{}};
  return {std::move(i), std::move(rest)};
}

} // namespace exports::test::nested::nested
