#pragma once

#include "exports-fuzz-dense-works-Gadget.h"

namespace exports::fuzz::dense::works {

class Crate : public wit::ResourceExportBase<Crate> {
public:
  std::vector<Gadget::Owned> held;

  static void Dtor(Crate *self) { delete self; }
  static std::expected<Owned, wit::string> Create(lent_list<Gadget::Owned, false> gadgets);
  std::optional<wit::string> Look(uint32_t at);
  wit::vector<Gadget::Owned> Unpack();
  uint32_t Pack(std::optional<Gadget::Owned> gadget);

  static handle_t ResourceNew(Crate *self);
  static Crate *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};

} // namespace exports::fuzz::dense::works
