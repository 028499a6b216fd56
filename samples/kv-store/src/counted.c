/* Passes every call on, and says at a table's end how often it was used. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counted.h"

struct exports_sample_kv_store_table_t {
  sample_kv_store_own_table_t inner;
  char name[32];
  unsigned reads, writes, scans;
};

struct exports_sample_kv_store_cursor_t {
  sample_kv_store_own_cursor_t inner;
};

static exports_sample_kv_store_table_t *wrap(sample_kv_store_own_table_t inner, const counted_string_t *name) {
  exports_sample_kv_store_table_t *table = calloc(1, sizeof *table);
  if (table == NULL) abort();
  table->inner = inner;
  snprintf(table->name, sizeof table->name, "%.*s", (int)name->len, (const char *)name->ptr);
  return table;
}

exports_sample_kv_store_own_table_t exports_sample_kv_store_constructor_table(counted_string_t *name) {
  exports_sample_kv_store_table_t *table = wrap(sample_kv_store_constructor_table(name), name);
  counted_string_free(name);
  return exports_sample_kv_store_table_new(table);
}

void exports_sample_kv_store_table_destructor(exports_sample_kv_store_table_t *table) {
  if (table->inner.__handle != 0) {
    printf("(%s: %u reads, %u writes, %u scans)\n", table->name, table->reads, table->writes, table->scans);
    sample_kv_store_table_drop_own(table->inner);
  }
  free(table);
}

bool exports_sample_kv_store_method_table_put(exports_sample_kv_store_borrow_table_t self, counted_string_t *key,
                                              counted_list_u8_t *value, counted_option_list_u8_t *ret,
                                              exports_sample_kv_store_refusal_t *err) {
  sample_kv_store_refusal_t refusal;
  self->writes++;
  bool done = sample_kv_store_method_table_put(sample_kv_store_borrow_table(self->inner), key, value, ret, &refusal);
  if (!done) {
    err->tag = refusal.tag;
    err->val.too_long = refusal.val.too_long;
  }
  counted_string_free(key);
  counted_list_u8_free(value);
  return done;
}

bool exports_sample_kv_store_method_table_get(exports_sample_kv_store_borrow_table_t self, counted_string_t *key,
                                              counted_list_u8_t *ret) {
  self->reads++;
  bool found = sample_kv_store_method_table_get(sample_kv_store_borrow_table(self->inner), key, ret);
  counted_string_free(key);
  return found;
}

bool exports_sample_kv_store_method_table_remove(exports_sample_kv_store_borrow_table_t self, counted_string_t *key) {
  self->writes++;
  bool removed = sample_kv_store_method_table_remove(sample_kv_store_borrow_table(self->inner), key);
  counted_string_free(key);
  return removed;
}

exports_sample_kv_store_own_cursor_t
exports_sample_kv_store_method_table_scan(exports_sample_kv_store_borrow_table_t self, counted_string_t *start) {
  exports_sample_kv_store_cursor_t *cursor = malloc(sizeof *cursor);
  if (cursor == NULL) abort();
  self->scans++;
  cursor->inner = sample_kv_store_method_table_scan(sample_kv_store_borrow_table(self->inner), start);
  counted_string_free(start);
  return exports_sample_kv_store_cursor_new(cursor);
}

uint32_t exports_sample_kv_store_method_table_overlap(exports_sample_kv_store_borrow_table_t self,
                                                      exports_sample_kv_store_borrow_table_t other) {
  self->reads++, other->reads++;
  return sample_kv_store_method_table_overlap(sample_kv_store_borrow_table(self->inner),
                                              sample_kv_store_borrow_table(other->inner));
}

/* What is merged is unwrapped first: the provider below knows its own tables only. */
exports_sample_kv_store_own_table_t
exports_sample_kv_store_static_table_merge(counted_string_t *name, exports_sample_kv_store_list_own_table_t *tables) {
  sample_kv_store_list_own_table_t inner = {malloc((tables->len + 1) * sizeof *inner.ptr), tables->len};
  if (inner.ptr == NULL) abort();
  exports_sample_kv_store_table_t sum = {0};
  for (size_t i = 0; i < tables->len; i++) {
    exports_sample_kv_store_table_t *table = exports_sample_kv_store_table_rep(tables->ptr[i]);
    inner.ptr[i] = table->inner;
    table->inner.__handle = 0; /* no longer the wrapper's, which ends here */
    sum.reads += table->reads, sum.writes += table->writes, sum.scans += table->scans;
    exports_sample_kv_store_table_drop_own(tables->ptr[i]);
  }
  exports_sample_kv_store_table_t *whole = wrap(sample_kv_store_static_table_merge(name, &inner), name);
  whole->reads = sum.reads, whole->writes = sum.writes, whole->scans = sum.scans;
  free(inner.ptr);
  counted_string_free(name);
  exports_sample_kv_store_list_own_table_free(tables);
  return exports_sample_kv_store_table_new(whole);
}

bool exports_sample_kv_store_method_cursor_next(exports_sample_kv_store_borrow_cursor_t self,
                                                exports_sample_kv_store_entry_t *ret) {
  sample_kv_store_entry_t entry;
  if (!sample_kv_store_method_cursor_next(sample_kv_store_borrow_cursor(self->inner), &entry)) return false;
  ret->key = entry.key;
  ret->value = entry.value;
  return true;
}

void exports_sample_kv_store_cursor_destructor(exports_sample_kv_store_cursor_t *cursor) {
  sample_kv_store_cursor_drop_own(cursor->inner);
  free(cursor);
}
