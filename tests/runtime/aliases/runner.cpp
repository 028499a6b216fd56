#include "runner_cpp.h"
#include <assert.h>
#include <vector>

using namespace test::aliases;
using namespace functions;

static User user(uint32_t id, const char *name) { return {id, wit::string::from_view(name)}; }

static bool is(const User &u, uint32_t id, std::string_view name) { return u.id == id && u.name.get_view() == name; }

void exports::runner::Run() {
  std::vector<User> people;
  people.push_back(user(7, "Ada"));
  people.push_back(user(8, "Bob"));
  assert(is(*Find(people, "Bob"), 8, "Bob") && Find(people, "nobody").error() == Mood::kBad);

  Item item = Make(user(7, "Ada"));
  assert(is(item.account, 7, "Ada") && item.rights == types::Rights::kWrite);
  assert(std::get<types::Role::Member>(item.role.variants).value == 7);
  more::Account account = more::Describe(std::move(item));
  assert(is(account, 7 + 2 + 7, "Ada"));
  wit::vector<more::Key> keys = more::Keys(people);
  assert(keys.size() == 2 && keys[0] == 7 && keys[1] == 8);

  assert(Check(Lookup(user(8, "Bob"))) == Mood::kGood);
  assert(Check(std::unexpected<Mood>(Mood::kBad)) == Mood::kBad);
  assert(Next(Mood::kBad) == Mood::kGood);

  uint8_t bytes[] = {1, 2, 3};
  Blob blob = SameBlob(bytes);
  assert(blob.size() == 3 && blob[0] == 1 && blob[2] == 3);
}
