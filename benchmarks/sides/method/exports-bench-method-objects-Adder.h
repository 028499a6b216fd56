#pragma once

#include "wit.h"

namespace exports::bench::method::objects {

class Adder : public wit::ResourceExportBase<Adder> {
public:
  explicit Adder(int32_t bias) : bias_(bias) {}
  static Owned New(int32_t bias) { return Owned(new Adder(bias)); }
  static void Dtor(Adder *self) { delete self; }
  int32_t Add(int32_t a, int32_t b);

  static handle_t ResourceNew(Adder *self);
  static Adder *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);

private:
  int32_t bias_;
};

} // namespace exports::bench::method::objects
