#pragma once

#include "types.h"

namespace exports::fuzz::dense::works {

class Gadget : public wit::ResourceExportBase<Gadget> {
public:
  text name;
  std::optional<::fuzz::dense::stock::Token> token;

  static void Dtor(Gadget *self) { delete self; }
  explicit Gadget(std::string_view name) : name(name) {}
  static Owned New(lent_text name) { return Owned(new Gadget(view_of(name))); }
  wit::string Name() { return name_of(); }
  uint32_t Join(lent_list<std::reference_wrapper<const Gadget>, true> others,
                std::reference_wrapper<const ::fuzz::dense::stock::Token> token);
  std::optional<::fuzz::dense::stock::Token> Hold(::fuzz::dense::stock::Token &&token);
  std::expected<Owned, wit::string> Into(Owned other, std::optional<wit::string> note);
  ::fuzz::dense::stock::Point Wide(lent_text a, lent_text b, lent_text c, lent_text d, lent_text e, lent_text f,
                                   lent_list<bool, true> g, std::reference_wrapper<const Gadget> h,
                                   ::fuzz::dense::stock::Point i);
  static wit::vector<Owned> Spread(uint8_t count);

  wit::string name_of() const { return wit::string::from_view(name.view()); }
  uint32_t weight() const { return static_cast<uint32_t>(name.view().size()); }

  static handle_t ResourceNew(Gadget *self);
  static Gadget *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};

} // namespace exports::fuzz::dense::works
