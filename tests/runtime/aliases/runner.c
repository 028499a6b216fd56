#include "runner.h"
#include "../check.h"

#define NAME(name) test_aliases_functions_##name
#define MORE(name) test_aliases_more_##name

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

void exports_runner_run(void) {
  NAME(user_t) people[] = {{7, text("Ada")}, {8, text("Bob")}}, found;
  NAME(users_t) users = {people, 2};
  runner_string_t name = text("Bob"), nobody = text("nobody");
  NAME(mood_t) mood;
  assert(NAME(find)(&users, &name, &found, &mood) && found.id == 8 && IS(found.name, "Bob"));
  NAME(user_free)(&found);
  assert(!NAME(find)(&users, &nobody, &found, &mood) && mood == TEST_ALIASES_TYPES_MOOD_BAD);

  NAME(item_t) item;
  NAME(make)(&people[0], &item);
  assert(item.account.id == 7 && IS(item.account.name, "Ada") && item.rights == TEST_ALIASES_TYPES_RIGHTS_WRITE);
  assert(item.role.tag == TEST_ALIASES_TYPES_ROLE_MEMBER && item.role.val.member == 7);
  MORE(account_t) account;
  MORE(describe)(&item, &account);
  assert(account.id == 7 + 2 + 7 && IS(account.name, "Ada"));
  MORE(account_free)(&account);
  NAME(item_free)(&item);

  MORE(list_key_t) keys;
  MORE(keys)(&users, &keys);
  assert(keys.len == 2 && keys.ptr[0] == 7 && keys.ptr[1] == 8);
  MORE(list_key_free)(&keys);

  NAME(lookup_t) lookup = {.is_err = false, .val = {.ok = people[1]}};
  assert(NAME(check)(&lookup) == TEST_ALIASES_TYPES_MOOD_GOOD);
  lookup.is_err = true;
  lookup.val.err = TEST_ALIASES_TYPES_MOOD_BAD;
  assert(NAME(check)(&lookup) == TEST_ALIASES_TYPES_MOOD_BAD);
  assert(NAME(next)(TEST_ALIASES_TYPES_MOOD_BAD) == TEST_ALIASES_TYPES_MOOD_GOOD);

  uint8_t bytes[] = {1, 2, 3};
  NAME(blob_t) blob = {bytes, 3}, blob2;
  NAME(same_blob)(&blob, &blob2);
  assert(IS(blob2, "\1\2\3"));
  NAME(blob_free)(&blob2);
}
