#pragma once

#include "wit.h"

namespace exports::interop::shop::store {

class Item : public wit::ResourceExportBase<Item> {
public:
  wit::string name;

  static void Dtor(Item *self) { delete self; }
  explicit Item(wit::string name) : name(std::move(name)) {}
  static Owned New(wit::string name) { return Owned(new Item(std::move(name))); }
  wit::string Name() { return name; }
  uint64_t Weigh(uint32_t extra) { return name.size() * 1000 + extra; }
  static std::expected<Owned, wit::string> Parse(wit::string text) {
    if (text.empty()) return std::unexpected<wit::string>(wit::string::from_view("empty"));
    return New(std::move(text));
  }

  static handle_t ResourceNew(Item *self);
  static Item *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};

} // namespace exports::interop::shop::store
