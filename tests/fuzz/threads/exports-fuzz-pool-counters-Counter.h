#pragma once

#include "wit.h"

#include <atomic>

namespace exports::fuzz::pool::counters {

class Counter : public wit::ResourceExportBase<Counter> {
public:
  wit::string label;
  std::atomic<uint64_t> count{0};

  static void Dtor(Counter *self) { delete self; }
  explicit Counter(wit::string label) : label(std::move(label)) {}
  static Owned New(wit::string label) { return Owned(new Counter(std::move(label))); }
  uint64_t Bump(uint64_t by) { return count += by; }
  wit::string Label() { return label; }
  static uint64_t Merge(wit::vector<Owned> counters, std::reference_wrapper<const Counter> into);

  static handle_t ResourceNew(Counter *self);
  static Counter *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};

} // namespace exports::fuzz::pool::counters
