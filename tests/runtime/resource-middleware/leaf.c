#include "leaf.h"
#include "../check.h"

#define NAME(name) exports_test_middleware_store_##name

struct NAME(entry_t) {
  leaf_string_t text;
};

static uint32_t alive;

static void append(leaf_string_t *to, const leaf_string_t *more) {
  to->ptr = realloc(to->len ? to->ptr : NULL, to->len + more->len + 1);
  assert(to->ptr);
  if (more->len) memcpy(to->ptr + to->len, more->ptr, more->len);
  to->len += more->len;
}

NAME(own_entry_t) NAME(constructor_entry)(leaf_string_t *text) {
  NAME(entry_t) *made = malloc(sizeof *made);
  made->text = *text;
  alive++;
  return NAME(entry_new)(made);
}

void NAME(entry_destructor)(NAME(entry_t) *rep) {
  alive--;
  leaf_string_free(&rep->text);
  free(rep);
}

void NAME(method_entry_text)(NAME(borrow_entry_t) self, leaf_string_t *ret) {
  leaf_string_dup_n(ret, (const char *)self->text.ptr, self->text.len);
}

void NAME(method_entry_append)(NAME(borrow_entry_t) self, NAME(borrow_entry_t) other) {
  append(&self->text, &other->text);
}

NAME(own_entry_t) NAME(static_entry_joined)(NAME(list_own_entry_t) *entries) {
  leaf_string_t text = {NULL, 0};
  for (size_t i = 0; i < entries->len; i++) {
    append(&text, &NAME(entry_rep)(entries->ptr[i])->text);
    NAME(entry_drop_own)(entries->ptr[i]);
  }
  NAME(list_own_entry_free)(entries);
  return NAME(constructor_entry)(&text);
}

bool NAME(find)(NAME(list_borrow_entry_t) *entries, leaf_string_t *text, uint32_t *ret) {
  bool found = false;
  for (size_t i = 0; i < entries->len && !found; i++) {
    const leaf_string_t *one = &entries->ptr[i]->text;
    found = same_bytes(one->ptr, one->len, text->ptr, text->len);
    *ret = (uint32_t)i;
  }
  NAME(list_borrow_entry_free)(entries);
  leaf_string_free(text);
  return found;
}

void NAME(both)(NAME(found_t) *first, NAME(own_entry_t) *maybe_second, NAME(list_found_t) *ret) {
  LIST(ret, maybe_second ? 2 : 1);
  ret->ptr[0] = *first;
  if (maybe_second) {
    ret->ptr[1].entry = *maybe_second;
    ret->ptr[1].at = first->at + 1;
  }
}

void NAME(alive)(leaf_list_u32_t *ret) {
  LIST(ret, 1);
  ret->ptr[0] = alive;
}
