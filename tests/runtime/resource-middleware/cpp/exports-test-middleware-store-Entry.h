#pragma once
#include "wit.h"

namespace exports::test::middleware::store {

#if __has_include("leaf_cpp.h")
using Inside = std::string;
#else
// Both sides' classes differ: one is of the user's, the other of the bindings'.
using Inside = ::test::middleware::store::Entry;
#endif

class Entry : public wit::ResourceExportBase<Entry> {
public:
  static uint32_t alive;
  Inside inside;

  static void Dtor(Entry *self) { delete self; }
  Entry(Inside inside) : inside(std::move(inside)) { ++alive; }
  ~Entry() { --alive; }
  static Owned New(wit::string text) { return Owned(new Entry(Inside(text.get_view()))); }
  wit::string Text() const;
  void Append(std::reference_wrapper<const Entry> other);
  static Owned Joined(wit::vector<Owned> entries);
  static handle_t ResourceNew(Entry *self);
  static Entry *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};

} // namespace exports::test::middleware::store
