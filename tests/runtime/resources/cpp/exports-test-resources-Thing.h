#pragma once
#include "wit.h"

namespace exports::test::resources {

class Thing : public wit::ResourceExportBase<Thing> {
  uint8_t n;

public:
  static uint32_t things;

  static void Dtor(Thing *self) { delete self; }
  Thing(uint8_t n) : n(n) { ++things; }
  ~Thing() { --things; }
  static Owned New(uint8_t n) { return Owned(new Thing(n)); }
  uint8_t N() const { return n; }
  static int32_t ResourceNew(Thing *self);
  static Thing *ResourceRep(int32_t id);
  static void ResourceDrop(int32_t id);
};

} // namespace exports::test::resources
