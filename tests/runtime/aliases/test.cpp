#include "test_cpp.h"

using namespace exports::test::aliases;

types::User more::Describe(more::Entry e) {
  e.account.id += uint32_t(e.rights);
  if (auto *member = std::get_if<types::Role::Member>(&e.role.variants)) e.account.id += member->value;
  return std::move(e.account);
}

wit::vector<more::Key> more::Keys(wit::vector<more::User> p) {
  auto made = wit::vector<more::Key>::allocate(p.size());
  for (size_t i = 0; i < p.size(); i++) made.initialize(i, more::Key(p[i].id));
  return made;
}

std::expected<functions::User, functions::Mood> functions::Find(wit::vector<functions::User> all, wit::string name) {
  for (size_t i = 0; i < all.size(); i++)
    if (all[i].name.get_view() == name.get_view()) return std::move(all[i]);
  return std::unexpected<functions::Mood>(functions::Mood::kBad);
}

functions::Item functions::Make(functions::Account user) {
  uint32_t id = user.id;
  return {std::move(user), {types::Role::Member{id}}, types::Rights::kWrite};
}

functions::Mood functions::Check(std::expected<functions::User, functions::Mood> l) {
  return l ? functions::Mood::kGood : l.error();
}

wit::vector<uint8_t> functions::SameBlob(wit::vector<uint8_t> b) { return b; }
functions::Mood functions::Next(functions::Mood m) { return functions::Mood(uint8_t(m) ^ 1); }
