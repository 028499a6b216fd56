#pragma once
#include "wit.h"

namespace exports::test::providers::things {

class Thing : public wit::ResourceExportBase<Thing> {
  uint32_t n;

public:
  static uint32_t alive;

  static void Dtor(Thing *self) { delete self; }
  Thing(uint32_t n) : n(n) { ++alive; }
  ~Thing() { --alive; }
  static Owned New(uint32_t n) { return Owned(new Thing(n)); }
  wit::string By();
  uint32_t More(uint32_t n);
  static int32_t ResourceNew(Thing *self);
  static Thing *ResourceRep(int32_t id);
  static void ResourceDrop(int32_t id);
};

} // namespace exports::test::providers::things
