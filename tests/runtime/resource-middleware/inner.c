#ifndef WORLD
#include "inner.h"
#define WORLD(name) inner_##name
#define MARK "<"
#endif
#include "../check.h"

/* Imports and exports one interface: each entry of its own has one of the provider's in it. Both sides' types differ,
 * so nothing can be handed on without taking it apart. */
#define THEIR(name) test_middleware_store_##name
#define NAME(name) exports_test_middleware_store_##name

struct NAME(entry_t) {
  THEIR(own_entry_t) inside;
};

static uint32_t alive;

static NAME(own_entry_t) wrap(THEIR(own_entry_t) inside) {
  NAME(entry_t) *made = malloc(sizeof *made);
  made->inside = inside;
  alive++;
  return NAME(entry_new)(made);
}

/* Takes the provider's entry out of one of ours, which ends. */
static THEIR(own_entry_t) unwrap(NAME(own_entry_t) entry) {
  NAME(entry_t) *rep = NAME(entry_rep)(entry);
  THEIR(own_entry_t) inside = rep->inside;
  rep->inside.__handle = 0;
  NAME(entry_drop_own)(entry);
  return inside;
}

static THEIR(borrow_entry_t) lend(NAME(borrow_entry_t) entry) { return THEIR(borrow_entry)(entry->inside); }

NAME(own_entry_t) NAME(constructor_entry)(WORLD(string_t) *text) {
  THEIR(own_entry_t) inside = THEIR(constructor_entry)(text);
  WORLD(string_free)(text);
  return wrap(inside);
}

void NAME(entry_destructor)(NAME(entry_t) *rep) {
  alive--;
  if (rep->inside.__handle != 0) THEIR(entry_drop_own)(rep->inside);
  free(rep);
}

void NAME(method_entry_text)(NAME(borrow_entry_t) self, WORLD(string_t) *ret) {
  WORLD(string_t) text;
  THEIR(method_entry_text)(lend(self), &text);
  LIST(ret, text.len + 1);
  if (text.len) memcpy(ret->ptr, text.ptr, text.len);
  memcpy(ret->ptr + text.len, MARK, 1);
  WORLD(string_free)(&text);
}

void NAME(method_entry_append)(NAME(borrow_entry_t) self, NAME(borrow_entry_t) other) {
  THEIR(method_entry_append)(lend(self), lend(other));
}

NAME(own_entry_t) NAME(static_entry_joined)(NAME(list_own_entry_t) *entries) {
  THEIR(list_own_entry_t) theirs;
  LIST(&theirs, entries->len);
  for (size_t i = 0; i < entries->len; i++) theirs.ptr[i] = unwrap(entries->ptr[i]);
  NAME(list_own_entry_free)(entries);
  THEIR(own_entry_t) joined = THEIR(static_entry_joined)(&theirs);
  THEIR(list_own_entry_free)(&theirs);
  return wrap(joined);
}

bool NAME(find)(NAME(list_borrow_entry_t) *entries, WORLD(string_t) *text, uint32_t *ret) {
  THEIR(list_borrow_entry_t) theirs;
  LIST(&theirs, entries->len);
  for (size_t i = 0; i < entries->len; i++) theirs.ptr[i] = lend(entries->ptr[i]);
  bool found = THEIR(find)(&theirs, text, ret);
  THEIR(list_borrow_entry_free)(&theirs);
  NAME(list_borrow_entry_free)(entries);
  WORLD(string_free)(text);
  return found;
}

void NAME(both)(NAME(found_t) *first, NAME(own_entry_t) *maybe_second, NAME(list_found_t) *ret) {
  THEIR(found_t) theirs = {unwrap(first->entry), first->at};
  THEIR(own_entry_t) second;
  if (maybe_second) second = unwrap(*maybe_second);
  THEIR(list_found_t) got;
  THEIR(both)(&theirs, maybe_second ? &second : NULL, &got);
  LIST(ret, got.len);
  for (size_t i = 0; i < got.len; i++) {
    ret->ptr[i].entry = wrap(got.ptr[i].entry);
    ret->ptr[i].at = got.ptr[i].at;
  }
  THEIR(list_found_free)(&got);
}

void NAME(alive)(WORLD(list_u32_t) *ret) {
  WORLD(list_u32_t) theirs;
  THEIR(alive)(&theirs);
  LIST(ret, theirs.len + 1);
  ret->ptr[0] = alive;
  memcpy(ret->ptr + 1, theirs.ptr, theirs.len * sizeof *theirs.ptr);
  WORLD(list_u32_free)(&theirs);
}
