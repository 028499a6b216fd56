// The cursor of world `memory`: it has a copy of what is left to walk through.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "wit.h"

namespace exports::sample::kv::store {

class Cursor : public wit::ResourceExportBase<Cursor> {
public:
  using Rows = std::vector<std::pair<std::string, std::string>>;

  explicit Cursor(Rows rows) : rows_(std::move(rows)) {}
  static void Dtor(Cursor *self) { delete self; }
  std::optional<Entry> Next();

  // Defined by the bindings.
  static handle_t ResourceNew(Cursor *self);
  static Cursor *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);

private:
  Rows rows_;
  size_t next_ = 0;
};

} // namespace exports::sample::kv::store
