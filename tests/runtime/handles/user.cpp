#include "user_cpp.h"

namespace exports::test::handles::keeping {

using ::test::handles::items::Item;

static std::optional<Box> kept;
static wit::vector<Item> all;

void Put(Box v) {
  assert(!kept);
  kept.emplace(std::move(v));
}

void PutAll(wit::vector<Item> v) {
  assert(all.empty());
  all = std::move(v);
}

std::optional<Box> Take() { return std::exchange(kept, std::nullopt); }

/// All but the first, which is dropped here.
wit::vector<Item> TakeAll() {
  auto taken = wit::vector<Item>::allocate(all.size() - 1);
  for (size_t i = 0; i < taken.size(); ++i) taken.initialize(i, std::move(all[i + 1]));
  all = wit::vector<Item>();
  return taken;
}

uint32_t Look(View v) {
  uint32_t total = v.of.get().N();
  for (const Item &other : v.others.get_view()) total += other.N();
  return total;
}

uint32_t LookAt(std::reference_wrapper<const Item> v, std::optional<std::reference_wrapper<const Item>> other) {
  return v.get().N() + (other ? other->get().N() : 0);
}

} // namespace exports::test::handles::keeping
