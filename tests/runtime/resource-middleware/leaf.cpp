#include "leaf_cpp.h"

namespace exports::test::middleware::store {

uint32_t Entry::alive = 0;

wit::string Entry::Text() const { return wit::string::from_view(inside); }
void Entry::Append(std::reference_wrapper<const Entry> other) { inside += other.get().inside; }

Entry::Owned Entry::Joined(wit::vector<Owned> entries) {
  Owned joined(new Entry(""));
  for (auto &entry : entries.get_view()) joined->inside += entry->inside;
  return joined;
}

std::optional<uint32_t> Find(wit::vector<std::reference_wrapper<const Entry>> entries, wit::string text) {
  for (uint32_t i = 0; i < entries.size(); ++i)
    if (entries[i].get().inside == text.get_view()) return i;
  return std::nullopt;
}

wit::vector<Found> Both(Found first, std::optional<Entry::Owned> second) {
  auto found = wit::vector<Found>::allocate(second ? 2 : 1);
  if (second) found.initialize(1, {std::move(*second), first.at + 1});
  found.initialize(0, std::move(first));
  return found;
}

wit::vector<uint32_t> Alive() { return wit::vector<uint32_t>::from_view(std::span(&Entry::alive, 1)); }

} // namespace exports::test::middleware::store
