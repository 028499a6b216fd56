// The store, by a user of generated C++.
#include "provider_cpp.h"

namespace exports::interop::shop::store {

std::tuple<int8_t, float, Grade, Marks, uint32_t> Echo(bool a, int8_t b, uint16_t c, uint32_t d, Grade e, Marks f,
                                                       float g, double h) {
  return {static_cast<int8_t>(a ? c - 65500 : b), g + static_cast<float>(h), e, f | Marks::kLast, d};
}

std::expected<Price, wit::string> Total(wit::vector<Line> lines) {
  if (lines.empty()) return std::unexpected<wit::string>(wit::string::from_view("nothing"));
  uint64_t sum = 0;
  for (auto &line : lines.get_view()) {
    sum += line.item.get().name.size() * line.count;
    if (line.note) return Price{Price::Words{std::move(*line.note)}};
  }
  return Price{Price::Cents{sum}};
}

static Price converted(const Price &from) {
  if (std::holds_alternative<Price::Gift>(from.variants)) return {Price::Cents{0}};
  if (auto *cents = std::get_if<Price::Cents>(&from.variants)) return {Price::Each{static_cast<float>(cents->value)}};
  if (std::holds_alternative<Price::Words>(from.variants)) return {Price::Gift{}};
  return {Price::Words{wit::string::from_view("each")}};
}
wit::vector<Price> Convert(wit::vector<Price> prices) {
  auto made = wit::vector<Price>::allocate(prices.size());
  for (size_t i = 0; i < prices.size(); ++i) made.initialize(i, converted(prices[i]));
  return made;
}

wit::vector<wit::string> Take(wit::vector<Item::Owned> items) {
  auto made = wit::vector<wit::string>::allocate(items.size());
  for (size_t i = 0; i < items.size(); ++i) made.initialize(i, items[i]->Name());
  return made;
}
std::optional<Item::Owned> Find(wit::string name) {
  if (name.get_view() == "none") return std::nullopt;
  return Item::New(std::move(name));
}

static uint64_t weight(const Price &of) {
  if (auto *cents = std::get_if<Price::Cents>(&of.variants)) return cents->value;
  if (auto *words = std::get_if<Price::Words>(&of.variants)) return words->value.size();
  if (auto *each = std::get_if<Price::Each>(&of.variants)) return static_cast<uint64_t>(each->value);
  return 1;
}
uint64_t Many(uint64_t a, wit::string b, Price c, wit::vector<uint16_t> d, uint8_t e, std::optional<uint32_t> f,
              int16_t g, uint64_t h, float i, double j, bool k) {
  uint64_t sum = a + b.size() + weight(c) + e + f.value_or(0) + static_cast<uint64_t>(g) + h;
  for (uint16_t each : d.get_view()) sum += each;
  return sum + static_cast<uint64_t>(i) + static_cast<uint64_t>(j) + k;
}
std::optional<uint64_t> More(uint64_t a, wit::string b, Price c, wit::vector<uint16_t> d, uint8_t e,
                             std::optional<uint32_t> f, int16_t g, uint64_t h, float i, double j, bool k, uint32_t l) {
  if (l == 0) return std::nullopt;
  return Many(a, std::move(b), std::move(c), std::move(d), e, f, g, h, i, j, k) + l;
}

} // namespace exports::interop::shop::store
