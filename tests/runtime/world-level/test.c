#include "test.h"
#include "../check.h"

void exports_test_move_to(test_place_t *p, test_side_t s, test_place_t *ret) {
  *ret = *p;
  ret->at.x = (int16_t)(p->at.x + (s == TEST_SIDE_LEFT ? -1 : 1));
}

uint64_t exports_test_total(test_list_u32_t *v) {
  uint64_t sum = 0;
  for (size_t i = 0; i < v->len; i++) sum += v->ptr[i];
  test_list_u32_free(v);
  return sum;
}

uint32_t exports_test_log(test_string_t *line) {
  uint32_t length = (uint32_t)line->len;
  test_string_free(line);
  return length;
}

bool exports_test_split(test_string_t *maybe_line, test_names_t *ret, test_side_t *err) {
  if (!maybe_line) {
    *err = TEST_SIDE_RIGHT;
    return false;
  }
  LIST(ret, maybe_line->len);
  for (size_t i = 0; i < maybe_line->len; i++)
    test_string_dup_n(&ret->ptr[i], (const char *)maybe_line->ptr + i, 1);
  test_string_free(maybe_line);
  return true;
}

bool exports_test_nothing(void) { return true; }

void exports_test_world_level_shared_origin(exports_test_world_level_shared_point_t *ret) {
  ret->x = INT16_MIN;
  ret->y = INT16_MAX;
}
