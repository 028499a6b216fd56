#include "runner.h"
#include "../check.h"

#define NAME(name) test_middleware_store_##name

static NAME(own_entry_t) entry(const char *s) {
  runner_string_t text;
  runner_string_set(&text, s);
  return NAME(constructor_entry)(&text);
}

/* Each component in between leaves its mark behind the text. */
static bool is(NAME(own_entry_t) of, const char *wanted) {
  runner_string_t text;
  NAME(method_entry_text)(NAME(borrow_entry)(of), &text);
  bool same = same_bytes(text.ptr, text.len, wanted, strlen(wanted));
  runner_string_free(&text);
  return same;
}

static bool alive(uint32_t count) {
  runner_list_u32_t got;
  NAME(alive)(&got);
  bool same = got.len == 3 && got.ptr[0] == count && got.ptr[1] == count && got.ptr[2] == count;
  runner_list_u32_free(&got);
  return same;
}

void exports_runner_run(void) {
  NAME(own_entry_t) a = entry("a"), b = entry("b"), c = entry("c");
  assert(is(a, "a<>") && alive(3));
  NAME(method_entry_append)(NAME(borrow_entry)(a), NAME(borrow_entry)(b));
  assert(is(a, "ab<>") && is(b, "b<>"));

  NAME(borrow_entry_t) lent[] = {NAME(borrow_entry)(a), NAME(borrow_entry)(c)};
  NAME(list_borrow_entry_t) borrowed = {lent, 2};
  runner_string_t text;
  uint32_t at;
  runner_string_set(&text, "c");
  assert(NAME(find)(&borrowed, &text, &at) && at == 1);
  runner_string_set(&text, "b");
  assert(!NAME(find)(&borrowed, &text, &at));

  NAME(own_entry_t) owned[] = {b, a};
  NAME(list_own_entry_t) list = {owned, 2};
  NAME(own_entry_t) joined = NAME(static_entry_joined)(&list);
  assert(is(joined, "bab<>") && alive(2));

  NAME(found_t) first = {joined, 5};
  NAME(list_found_t) found;
  NAME(both)(&first, &c, &found);
  assert(found.len == 2 && found.ptr[0].at == 5 && found.ptr[1].at == 6 && alive(2));
  assert(is(found.ptr[0].entry, "bab<>") && is(found.ptr[1].entry, "c<>"));
  NAME(entry_drop_own)(found.ptr[1].entry);
  first = found.ptr[0];
  NAME(list_found_free)(&found);
  NAME(both)(&first, NULL, &found);
  assert(found.len == 1 && alive(1));
  NAME(entry_drop_own)(found.ptr[0].entry);
  NAME(list_found_free)(&found);
  assert(alive(0));
}
