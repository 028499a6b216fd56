#include "test.h"
#include "../check.h"

typedef exports_test_maps_maps_ages_t ages_t;
typedef exports_test_maps_maps_names_t names_t;

static void invert(const ages_t *v, names_t *ret) {
  LIST(ret, v->len);
  for (size_t i = 0; i < v->len; i++) {
    ret->ptr[i].key = v->ptr[i].value;
    test_string_dup_n(&ret->ptr[i].value, (const char *)v->ptr[i].key.ptr, v->ptr[i].key.len);
  }
}

void exports_test_maps_maps_invert(ages_t *v, names_t *ret) {
  invert(v, ret);
  exports_test_maps_maps_ages_free(v);
}

void exports_test_maps_maps_same(names_t *v, names_t *ret) { *ret = *v; }
void exports_test_maps_maps_by_char(test_map_char32_bool_t *v, test_map_char32_bool_t *ret) { *ret = *v; }

void exports_test_maps_maps_by_s64(test_map_s64_list_string_t *v, test_map_s64_list_string_t *ret) {
  for (size_t i = 0; i < v->len; i++) v->ptr[i].key = -v->ptr[i].key;
  *ret = *v;
}

void exports_test_maps_maps_measures(exports_test_maps_maps_map_u8_measure_t *v,
                                     exports_test_maps_maps_map_u8_measure_t *ret) {
  for (size_t i = 0; i < v->len; i++) v->ptr[i].value.value *= 2;
  *ret = *v;
}

void exports_test_maps_maps_nested(test_map_string_map_string_option_u8_t *v,
                                   test_map_string_map_string_option_u8_t *ret) {
  *ret = *v;
}

uint32_t exports_test_maps_maps_count(test_map_u16_u16_t *v) {
  uint32_t count = (uint32_t)v->len;
  test_map_u16_u16_free(v);
  return count;
}

bool exports_test_maps_maps_find(ages_t *v, test_string_t *name, uint32_t *ret) {
  bool found = false;
  for (size_t i = 0; i < v->len && !found; i++) {
    found = same_bytes(v->ptr[i].key.ptr, v->ptr[i].key.len, name->ptr, name->len);
    if (found) *ret = v->ptr[i].value;
  }
  exports_test_maps_maps_ages_free(v);
  test_string_free(name);
  return found;
}

bool exports_test_maps_maps_maybe(ages_t *maybe_v, names_t *ret, ages_t *err) {
  if (maybe_v && maybe_v->len > 0) {
    exports_test_maps_maps_invert(maybe_v, ret);
    return true;
  }
  LIST(err, maybe_v ? 1 : 0);
  if (maybe_v) {
    test_string_dup(&err->ptr[0].key, "empty");
    err->ptr[0].value = 0;
  }
  return false;
}

void exports_test_maps_maps_many(exports_test_maps_maps_list_ages_t *v, exports_test_maps_maps_list_ages_t *ret) {
  REVERSE(v, ages_t)
  *ret = *v;
}
