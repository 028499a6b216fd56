#pragma once
#include "wit.h"

namespace exports::test::handles::items {

class Item : public wit::ResourceExportBase<Item> {
  uint32_t n;

public:
  static uint32_t alive;

  static void Dtor(Item *self) { delete self; }
  Item(uint32_t n) : n(n) { ++alive; }
  ~Item() { --alive; }
  static Owned New(uint32_t n) { return Owned(new Item(n)); }
  uint32_t N() const { return n; }
  static int32_t ResourceNew(Item *self);
  static Item *ResourceRep(int32_t id);
  static void ResourceDrop(int32_t id);
};

} // namespace exports::test::handles::items
