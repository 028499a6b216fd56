#include "test.h"
#include "../check.h"

uint32_t exports_test_strings_strings_take(test_string_t *s) {
  uint32_t kind = IS(*s, "plain")              ? 1
                  : IS(*s, "Grüße, 世界 🚀") ? 2
                  : IS(*s, "")                 ? 3
                  : IS(*s, "nul\0inside")      ? 4
                                               : 0;
  test_string_free(s);
  return kind;
}

void exports_test_strings_strings_give(uint8_t kind, test_string_t *ret) {
  if (kind == 4) test_string_dup_n(ret, "nul\0inside", 10);
  else test_string_dup(ret, kind == 1 ? "plain" : kind == 2 ? "Grüße, 世界 🚀" : "");
}

void exports_test_strings_strings_same(test_string_t *s, test_string_t *ret) { *ret = *s; }

void exports_test_strings_strings_join(test_string_t *a, test_string_t *b, test_string_t *ret) {
  LIST(ret, a->len + b->len);
  if (a->len) memcpy(ret->ptr, a->ptr, a->len);
  if (b->len) memcpy(ret->ptr + a->len, b->ptr, b->len);
  test_string_free(a);
  test_string_free(b);
}

void exports_test_strings_strings_split(test_string_t *s, test_list_string_t *ret) {
  size_t count = 1, at = 0, next = 0;
  for (size_t i = 0; i < s->len; i++) count += s->ptr[i] == ',';
  LIST(ret, count);
  for (size_t i = 0; i <= s->len; i++)
    if (i == s->len || s->ptr[i] == ',') {
      test_string_dup_n(&ret->ptr[next++], (const char *)s->ptr + at, i - at);
      at = i + 1;
    }
  test_string_free(s);
}

uint64_t exports_test_strings_strings_total(test_list_string_t *parts) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < parts->len; i++) bytes += parts->ptr[i].len;
  test_list_string_free(parts);
  return bytes;
}

void exports_test_strings_strings_reverse(test_list_string_t *parts, test_list_string_t *ret) {
  REVERSE(parts, test_string_t)
  *ret = *parts;
}

void exports_test_strings_strings_large(test_string_t *s, test_string_t *ret) {
  for (size_t i = 0; i < s->len; i++) s->ptr[i]++;
  *ret = *s;
}
