// The table of world `memory`: a map.
#pragma once

#include <map>
#include <string>

#include "wit.h"

namespace exports::sample::kv::store {

class Table : public wit::ResourceExportBase<Table> {
public:
  explicit Table(std::string_view) {} // the name is for those who watch, see counted.c
  static Owned New(std::string_view name) { return Owned(new Table(name)); }
  static void Dtor(Table *self) { delete self; }

  std::expected<std::optional<wit::vector<uint8_t>>, Refusal> Put(std::string_view key, std::span<uint8_t const> value);
  std::optional<wit::vector<uint8_t>> Get(std::string_view key);
  bool Remove(std::string_view key);
  Cursor::Owned Scan(std::string_view start);
  uint32_t Overlap(std::reference_wrapper<const Table> other);
  static Owned Merge(std::string_view name, std::span<Owned> tables);

  // Defined by the bindings.
  static handle_t ResourceNew(Table *self);
  static Table *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);

private:
  std::map<std::string, std::string, std::less<>> rows_;
};

} // namespace exports::sample::kv::store
