//@ args = ['--rename', 'test:rename/long-interface-name@1.2.0=short', '--rename', 'plain=p']
#include "test.h"
#include "../check.h"

void exports_short_twice(exports_short_value_t *v, exports_short_value_t *ret) {
  LIST(&ret->text, v->text.len * 2);
  memcpy(ret->text.ptr, v->text.ptr, v->text.len);
  memcpy(ret->text.ptr + v->text.len, v->text.ptr, v->text.len);
  exports_short_value_free(v);
}

uint32_t exports_test_rename_other_length(exports_test_rename_other_value_t *v) {
  uint32_t length = (uint32_t)v->text.len;
  exports_test_rename_other_value_free(v);
  return length;
}

uint8_t p_next(uint8_t v) { return (uint8_t)(v + 1); }
