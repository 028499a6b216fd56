#pragma once

#include "wit.h"

namespace exports::demo::makers1_0_0::things {

class Thing : public wit::ResourceExportBase<Thing> {
public:
  static uint32_t alive;
  uint32_t n;

  static void Dtor(Thing *self) { delete self; }
  Thing(uint32_t n) : n(n) { alive++; }
  ~Thing() { alive--; }
  static Owned New(uint32_t n) { return Owned(new Thing(n)); }
  wit::string By();
  uint32_t Plus(std::reference_wrapper<const Thing> other);

  static handle_t ResourceNew(Thing *self);
  static Thing *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};

} // namespace exports::demo::makers1_0_0::things
