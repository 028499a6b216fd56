#ifndef MARK
#include "inner_cpp.h"
#define MARK "<"
#endif
#include <vector>

namespace exports::test::middleware::store {

namespace theirs = ::test::middleware::store;

uint32_t Entry::alive = 0;

/// Takes the provider's entry out of one of ours, which ends.
static theirs::Entry unwrap(Entry::Owned entry) { return std::move(entry->inside); }

static Entry::Owned wrap(theirs::Entry inside) { return Entry::Owned(new Entry(std::move(inside))); }

wit::string Entry::Text() const { return wit::string::from_view(inside.Text().to_string() + MARK); }
void Entry::Append(std::reference_wrapper<const Entry> other) { inside.Append(other.get().inside); }

Entry::Owned Entry::Joined(wit::vector<Owned> entries) {
  std::vector<theirs::Entry> inside;
  for (auto &entry : entries.get_view()) inside.push_back(unwrap(std::move(entry)));
  return wrap(theirs::Entry::Joined(inside));
}

std::optional<uint32_t> Find(wit::vector<std::reference_wrapper<const Entry>> entries, wit::string text) {
  std::vector<std::reference_wrapper<const theirs::Entry>> inside;
  for (const Entry &entry : entries.get_view()) inside.push_back(entry.inside);
  return theirs::Find(inside, text.get_view());
}

wit::vector<Found> Both(Found first, std::optional<Entry::Owned> second) {
  std::optional<theirs::Entry> other;
  if (second) other = unwrap(std::move(*second));
  auto got = theirs::Both({unwrap(std::move(first.entry)), first.at}, std::move(other));
  auto found = wit::vector<Found>::allocate(got.size());
  for (size_t i = 0; i < got.size(); ++i) found.initialize(i, {wrap(std::move(got[i].entry)), got[i].at});
  return found;
}

wit::vector<uint32_t> Alive() {
  auto others = theirs::Alive();
  auto all = wit::vector<uint32_t>::allocate(others.size() + 1);
  all[0] = Entry::alive;
  for (size_t i = 0; i < others.size(); ++i) all[i + 1] = others[i];
  return all;
}

} // namespace exports::test::middleware::store
