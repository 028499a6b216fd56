#include "runner_cpp.h"
#include <assert.h>
#include <vector>

using namespace test::nested::nested;

using Left = wit::vector<std::expected<uint64_t, Price>>;
using Content = std::expected<Shelf, Left>;
using Row = std::tuple<uint32_t, Content>;
using Words = wit::vector<std::optional<wit::string>>;

static auto text(std::string_view s) { return wit::string::from_view(s); }

template <class T, class... Values> static wit::vector<T> list(Values... values) {
  auto made = wit::vector<T>::allocate(sizeof...(values));
  size_t i = 0;
  (made.initialize(i++, T(std::move(values))), ...);
  return made;
}

static Price scale() {
  using Step = std::tuple<uint16_t, float>;
  return {Price::Scale{list<Step>(Step(1, 0.5f), Step(UINT16_MAX, -2))}};
}

static wit::vector<Price> prices() {
  return list<Price>(Price{Price::Free{}}, Price{Price::Cents{199}}, scale(), Price{Price::Ask{text("me")}});
}

static Item full(std::string_view name) {
  auto parts = list<Words>(list<std::optional<wit::string>>(text("screw"), std::nullopt), Words(),
                           list<std::optional<wit::string>>(text("")));
  return {text(name), scale(), std::tuple(2.0, Unit::kT), Marks::kNew | Marks::kCold, std::move(parts),
          std::tuple<uint8_t, wit::vector<Price>>(9, prices())};
}

static Item bare(std::string_view name) {
  std::optional words(list<wit::string>(text("some"), text("words")));
  return {text(name), {Price::Free{}}, {}, Marks::kNew | Marks::kCold, {}, std::unexpected(std::move(words))};
}

static bool is_scale(const Price &price) {
  auto &steps = std::get<Price::Scale>(price.variants).value;
  return steps.size() == 2 && steps[0] == std::tuple<uint16_t, float>(1, 0.5f) &&
         steps[1] == std::tuple<uint16_t, float>(UINT16_MAX, -2);
}

static bool are_parts(const wit::vector<Words> &parts) {
  return parts.size() == 3 && parts[0].size() == 2 && parts[0][0]->get_view() == "screw" && !parts[0][1] &&
         parts[1].empty() && parts[2].size() == 1 && parts[2][0]->empty();
}

static bool is_seen(const decltype(Item::seen) &seen) {
  auto &[number, prices] = *seen;
  return number == 9 && prices.size() == 4 && prices[0].variants.index() == 0 &&
         std::get<Price::Cents>(prices[1].variants).value == 199 && is_scale(prices[2]) &&
         std::get<Price::Ask>(prices[3].variants).value->get_view() == "me";
}

static bool is_full(const Item &item, std::string_view name) {
  return item.name.get_view() == name && is_scale(item.price) && item.weight == std::tuple(2.0, Unit::kT) &&
         item.marks == (Marks::kNew | Marks::kCold) && are_parts(item.parts) && is_seen(item.seen);
}

static bool is_bare(const Item &item, std::string_view name) {
  if (item.seen || !item.seen.error()) return false;
  auto &words = *item.seen.error();
  return item.name.get_view() == name && item.price.variants.index() == 0 && !item.weight && item.parts.empty() &&
         item.marks == (Marks::kNew | Marks::kCold) && words.size() == 2 && words[1].get_view() == "words";
}

static std::vector<Row> stock() {
  auto named = wit::unordered_map<wit::string, Item>::allocate(1);
  named.initialize(0, {text("key"), full("value")});
  std::vector<Row> rows;
  rows.emplace_back('a', Shelf{list<Item>(full("full"), bare("")), std::move(named), bare("best")});
  auto cents = std::unexpected(Price{Price::Cents{199}});
  rows.emplace_back('b', std::unexpected(list<std::expected<uint64_t, Price>>(UINT64_C(1) << 40, std::move(cents))));
  rows.emplace_back(0x10FFFF, std::unexpected(Left()));
  return rows;
}

static bool is_shelf(const Content &content) {
  if (!content || content->items.size() != 2 || content->by_name.size() != 1) return false;
  auto &[key, named] = content->by_name.data()[0];
  return is_full(content->items[0], "full") && is_bare(content->items[1], "") && is_bare(*content->best, "best") &&
         key.get_view() == "key" && is_full(named, "value");
}

static bool is_left(const Content &content) {
  return !content && content.error().size() == 2 && *content.error()[0] == UINT64_C(1) << 40 &&
         std::get<Price::Cents>(content.error()[1].error().variants).value == 199;
}

void exports::runner::Run() {
  auto rows = stock();
  auto turned = Turn(rows);
  assert(turned.size() == 3 && std::get<0>(turned[0]) == 0x10FFFF && std::get<1>(turned[0]).error().empty());
  assert(std::get<0>(turned[1]) == 'b' && is_left(std::get<1>(turned[1])));
  assert(std::get<0>(turned[2]) == 'a' && is_shelf(std::get<1>(turned[2])));

  // 'a' + full (4 + 65536 + 5 + 6 + 5 + 199 + 65536 + 2) + bare (5 + 9) + key + value + best, and so on.
  uint64_t filled = 65536 + 5 + 6 + 5 + 199 + 65536 + 2, empty = 5 + 9;
  uint64_t shelf = 'a' + (4 + filled) + empty + 3 + (5 + filled) + (4 + empty);
  assert(Sum(rows) == shelf + 'b' + (UINT64_C(1) << 40) + 199 + 0x10FFFF);

  assert(is_shelf(*Pick(rows, 0)) && is_left(*Pick(rows, 1)) && Pick(rows, 2)->error().empty() && !Pick(rows, 3));

  auto [rest, taken] = Split(full("full"));
  assert(rest.name.get_view() == "full" && rest.price.variants.index() == 0 && rest.parts.empty());
  assert(rest.weight == std::tuple(2.0, Unit::kT) && is_seen(rest.seen));
  assert(is_scale(std::get<0>(*taken)) && are_parts(std::get<1>(*taken)));
}
