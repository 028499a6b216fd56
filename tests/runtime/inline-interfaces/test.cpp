#include "test_cpp.h"

// Inline interfaces have no namespace of their own: both are in that of their package.
namespace exports::test::inline_interfaces {

static std::vector<Item> kept;

uint32_t Put(Item i) {
  kept.push_back(std::move(i));
  return uint32_t(kept.size());
}

// Gives the item away: it is not kept any longer.
std::optional<Item> Get(wit::string key) {
  for (Item &item : kept)
    if (item.key.get_view() == key.get_view()) {
      std::swap(item, kept.back());
      Item found = std::move(kept.back());
      kept.pop_back();
      return found;
    }
  return {};
}

wit::vector<wit::string> Keys() {
  auto made = wit::vector<wit::string>::allocate(kept.size());
  for (size_t i = 0; i < kept.size(); i++) made.initialize(i, wit::string(kept[i].key));
  return made;
}

std::tuple<float, float> Add(std::tuple<float, float> a, std::tuple<float, float> b) {
  return {std::get<0>(a) + std::get<0>(b), std::get<1>(a) + std::get<1>(b)};
}

} // namespace exports::test::inline_interfaces
