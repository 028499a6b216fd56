//@ args = '--api-style symmetric'
#include "test.h"
#include "../check.h"

/* Arguments are lent: they are read only, and nothing of them is freed or kept. */

uint32_t exports_test_strings_strings_take(const test_string_t *s) {
  return IS(*s, "plain") ? 1 : IS(*s, "Grüße, 世界 🚀") ? 2 : IS(*s, "") ? 3 : IS(*s, "nul\0inside") ? 4 : 0;
}

void exports_test_strings_strings_give(uint8_t kind, test_string_t *ret) {
  if (kind == 4) test_string_dup_n(ret, "nul\0inside", 10);
  else test_string_dup(ret, kind == 1 ? "plain" : kind == 2 ? "Grüße, 世界 🚀" : "");
}

void exports_test_strings_strings_same(const test_string_t *s, test_string_t *ret) {
  test_string_dup_n(ret, (const char *)s->ptr, s->len);
}

void exports_test_strings_strings_join(const test_string_t *a, const test_string_t *b, test_string_t *ret) {
  LIST(ret, a->len + b->len);
  if (a->len) memcpy(ret->ptr, a->ptr, a->len);
  if (b->len) memcpy(ret->ptr + a->len, b->ptr, b->len);
}

void exports_test_strings_strings_split(const test_string_t *s, test_list_string_t *ret) {
  size_t count = 1, at = 0, next = 0;
  for (size_t i = 0; i < s->len; i++) count += s->ptr[i] == ',';
  LIST(ret, count);
  for (size_t i = 0; i <= s->len; i++)
    if (i == s->len || s->ptr[i] == ',') {
      test_string_dup_n(&ret->ptr[next++], (const char *)s->ptr + at, i - at);
      at = i + 1;
    }
}

uint64_t exports_test_strings_strings_total(const test_list_string_t *parts) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < parts->len; i++) bytes += parts->ptr[i].len;
  return bytes;
}

void exports_test_strings_strings_reverse(const test_list_string_t *parts, test_list_string_t *ret) {
  LIST(ret, parts->len);
  for (size_t i = 0; i < parts->len; i++) {
    const test_string_t *part = &parts->ptr[parts->len - 1 - i];
    test_string_dup_n(&ret->ptr[i], (const char *)part->ptr, part->len);
  }
}

void exports_test_strings_strings_large(const test_string_t *s, test_string_t *ret) {
  LIST(ret, s->len);
  for (size_t i = 0; i < s->len; i++) ret->ptr[i] = (uint8_t)(s->ptr[i] + 1);
}
