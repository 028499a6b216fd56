#include "test_cpp.h"
#include <algorithm>

namespace exports::test::handles::items {

uint32_t Item::alive = 0;
uint32_t Alive() { return Item::alive; }

} // namespace exports::test::handles::items

namespace exports::test::handles::moves {

using items::Item;
using Reference = std::reference_wrapper<const Item>;

template <class T> static void reverse(wit::vector<T> &list) { std::reverse(list.data(), list.data() + list.size()); }

Item::Owned Same(Item::Owned v) { return v; }

std::optional<Item::Owned> Maybe(std::optional<Item::Owned> v) { return v; }

std::expected<wit::string, Item::Owned> Either(std::expected<Item::Owned, wit::string> v) {
  if (v.has_value()) return std::unexpected<Item::Owned>(std::move(*v));
  return std::move(v.error());
}

wit::vector<Item::Owned> Reversed(wit::vector<Item::Owned> v) {
  reverse(v);
  return v;
}

Pair Swapped(Pair v) { return {std::move(v.right), std::move(v.name), std::move(v.left)}; }

Choice Chosen(Choice v) {
  auto many = wit::vector<Item::Owned>::allocate(v.variants.index() == 1 ? 1 : v.variants.index() == 3 ? 2 : 0);
  switch (v.variants.index()) {
  case 0: return v;
  case 1: many.initialize(0, std::move(std::get<1>(v.variants).value)); break;
  case 2: return {Choice::One{std::move(std::get<2>(v.variants).value[0])}};
  default:
    many.initialize(0, std::move(std::get<3>(v.variants).value.left));
    many.initialize(1, std::move(std::get<3>(v.variants).value.right));
  }
  return {Choice::Many{std::move(many)}};
}

wit::unordered_map<wit::string, Item::Owned> Named(wit::unordered_map<wit::string, Item::Owned> v) {
  auto turned = wit::unordered_map<wit::string, Item::Owned>::allocate(v.size());
  for (size_t i = 0; i < v.size(); ++i)
    turned.initialize(i, {std::move(v.data()[v.size() - 1 - i].first), std::move(v.data()[i].second)});
  return turned;
}

std::tuple<Item::Owned, Item::Owned> Spread(std::tuple<Item::Owned, uint8_t, Item::Owned> v) {
  assert(std::get<1>(v) == 7);
  return {std::move(std::get<2>(v)), std::move(std::get<0>(v))};
}

std::array<Item::Owned, 2> Fixed(std::array<Item::Owned, 2> v) { return {std::move(v[1]), std::move(v[0])}; }

wit::vector<std::optional<std::tuple<wit::string, wit::vector<Item::Owned>>>>
Deep(wit::vector<std::optional<std::tuple<wit::string, wit::vector<Item::Owned>>>> v) {
  for (auto &one : v.get_view())
    if (one) reverse(std::get<1>(*one));
  return v;
}

wit::vector<Pair> Spilled(Pair a, Pair b, Pair c, Pair d, Item::Owned e, Reference f) {
  assert(e->N() + 1 == f.get().N());
  auto made = wit::vector<Pair>::allocate(4);
  made.initialize(0, std::move(d));
  made.initialize(1, std::move(c));
  made.initialize(2, std::move(b));
  made.initialize(3, std::move(a));
  return made;
}

static uint32_t sum(const wit::vector<Reference> &list) {
  uint32_t total = 0;
  for (Reference item : list.get_const_view()) total += item.get().N();
  return total;
}

static uint32_t sum(const Lent &v) { return v.of.get().N() + uint32_t(v.name.size()); }

uint32_t SumOne(Reference v) { return v.get().N(); }
uint32_t SumMaybe(std::optional<Reference> v) { return v ? v->get().N() : 0; }
uint32_t SumEither(std::expected<Reference, wit::string> v) {
  return v.has_value() ? v->get().N() : uint32_t(v.error().size());
}
uint32_t SumList(wit::vector<Reference> v) { return sum(v); }
uint32_t SumLent(Lent v) { return sum(v); }

uint32_t SumChoices(wit::vector<LentChoice> v) {
  uint32_t total = 0;
  for (auto &choice : v.get_view()) {
    if (auto *one = std::get_if<1>(&choice.variants)) total += one->value.get().N();
    if (auto *many = std::get_if<2>(&choice.variants)) total += sum(many->value);
    if (auto *named = std::get_if<3>(&choice.variants)) total += sum(named->value);
  }
  return total;
}

uint32_t SumNamed(wit::unordered_map<wit::string, Reference> v) {
  uint32_t total = 0;
  for (auto &[name, item] : v) total += item.get().N() * uint32_t(name.size());
  return total;
}

uint32_t SumDeep(wit::vector<std::optional<std::tuple<wit::string, wit::vector<Reference>>>> v) {
  uint32_t total = 0;
  for (auto &one : v.get_view())
    if (one) total += sum(std::get<1>(*one));
  return total;
}

} // namespace exports::test::handles::moves
