#pragma once
#include "wit.h"
#include <vector>

namespace exports::test::resources::counters {

// Handles by their address.
class Counter : public wit::ResourceExportBase<Counter> {
  uint32_t value;

public:
  static std::vector<uint32_t> past;

  static void Dtor(Counter *self) { delete self; }
  Counter(uint32_t start) : value(start) {}
  ~Counter() { past.push_back(value); }
  static Owned New(uint32_t start) { return Owned(new Counter(start)); }
  uint32_t Get() const { return value; }
  void Add(uint32_t n) { value += n; }
  bool LessThan(std::reference_wrapper<const Counter> other) const { return value < other.get().value; }
  Owned Copy() const { return New(value); }
  static std::expected<Owned, wit::string> Parse(wit::string text);
  static Owned Sum(Owned a, Owned b);
  static handle_t ResourceNew(Counter *self);
  static Counter *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};

} // namespace exports::test::resources::counters
