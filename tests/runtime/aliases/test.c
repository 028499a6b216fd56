#include "test.h"
#include "../check.h"

#define TYPE(name) exports_test_aliases_types_##name
#define MORE(name) exports_test_aliases_more_##name
#define NAME(name) exports_test_aliases_functions_##name

void MORE(describe)(MORE(entry_t) *e, MORE(account_t) *ret) {
  ret->id = e->account.id + e->rights;
  if (e->role.tag == EXPORTS_TEST_ALIASES_TYPES_ROLE_MEMBER) ret->id += e->role.val.member;
  ret->name = e->account.name;
}

void MORE(keys)(MORE(people_t) *p, MORE(list_key_t) *ret) {
  LIST(ret, p->len);
  for (size_t i = 0; i < p->len; i++) ret->ptr[i] = p->ptr[i].id;
  MORE(people_free)(p);
}

bool NAME(find)(NAME(users_t) *all, test_string_t *name, NAME(user_t) *ret, NAME(mood_t) *err) {
  bool found = false;
  for (size_t i = 0; i < all->len && !found; i++) {
    found = same_bytes(all->ptr[i].name.ptr, all->ptr[i].name.len, name->ptr, name->len);
    if (found) {
      ret->id = all->ptr[i].id;
      test_string_dup_n(&ret->name, (const char *)name->ptr, name->len);
    }
  }
  *err = EXPORTS_TEST_ALIASES_TYPES_MOOD_BAD;
  NAME(users_free)(all);
  test_string_free(name);
  return found;
}

void NAME(make)(NAME(account_t) *user, NAME(item_t) *ret) {
  ret->account = *user;
  ret->role.tag = EXPORTS_TEST_ALIASES_TYPES_ROLE_MEMBER;
  ret->role.val.member = user->id;
  ret->rights = EXPORTS_TEST_ALIASES_TYPES_RIGHTS_WRITE;
}

NAME(mood_t) NAME(check)(NAME(lookup_t) *l) {
  NAME(mood_t) mood = l->is_err ? l->val.err : EXPORTS_TEST_ALIASES_TYPES_MOOD_GOOD;
  NAME(lookup_free)(l);
  return mood;
}

void NAME(same_blob)(NAME(blob_t) *b, NAME(blob_t) *ret) { *ret = *b; }

NAME(mood_t) NAME(next)(NAME(mood_t) m) { return m ^ 1; }
