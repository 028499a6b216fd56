//@ args = '--string-encoding utf16'
#include "runner.h"
#include "../check.h"

#define IS16(s, literal) same_bytes((s).ptr, (s).len * 2, literal, sizeof(literal) - 2)

static runner_string_t text(const char16_t *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static void single(void) {
  runner_string_t s = text(u"plain"), nul = {(uint16_t *)u"nul\0inside", 10}, got;
  assert(test_strings_strings_take(&s) == 1);
  s = text(u"Grüße, 世界 🚀");
  assert(test_strings_strings_take(&s) == 2);
  s = text(u"");
  assert(test_strings_strings_take(&s) == 3);
  assert(test_strings_strings_take(&nul) == 4);

  test_strings_strings_give(1, &got);
  assert(IS16(got, u"plain"));
  runner_string_free(&got);
  test_strings_strings_give(2, &got);
  assert(IS16(got, u"Grüße, 世界 🚀"));
  runner_string_free(&got);
  test_strings_strings_give(3, &got);
  assert(IS16(got, u""));
  runner_string_free(&got);
  test_strings_strings_give(4, &got);
  assert(IS16(got, u"nul\0inside"));
  runner_string_free(&got);

  const char16_t *const samples[] = {u"", u"a", u"\x7f", u"\x80", u"\xd7ff", u"\xe000", u"\xffff",
                                     u"\xd800\xdc00", u"\xdbff\xdfff", u"𠈄𓀀 é"};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    s = text(samples[i]);
    test_strings_strings_same(&s, &got);
    assert(same_bytes(got.ptr, got.len * 2, samples[i], runner_string_len(samples[i]) * 2));
    runner_string_free(&got);
  }

  runner_string_t a = text(u"Grüße, "), b = text(u"世界 🚀");
  test_strings_strings_join(&a, &b, &got);
  assert(IS16(got, u"Grüße, 世界 🚀"));
  runner_string_free(&got);
}

static void several(void) {
  runner_string_t s = text(u"één,,🚀,");
  runner_list_string_t parts, turned;
  test_strings_strings_split(&s, &parts);
  assert(parts.len == 4 && IS16(parts.ptr[0], u"één") && IS16(parts.ptr[1], u"") && IS16(parts.ptr[2], u"🚀"));
  assert(IS16(parts.ptr[3], u""));
  assert(test_strings_strings_total(&parts) == 9);
  test_strings_strings_reverse(&parts, &turned);
  assert(turned.len == 4 && IS16(turned.ptr[1], u"🚀") && IS16(turned.ptr[3], u"één"));
  runner_list_string_free(&turned);
  runner_list_string_free(&parts);
}

static void large(void) {
  size_t size = 1024 * 1024;
  runner_string_t s, got;
  LIST(&s, size);
  for (size_t i = 0; i < size; i++) s.ptr[i] = u'a';
  s.ptr[size - 1] = u'y';
  test_strings_strings_large(&s, &got);
  assert(got.len == size && got.ptr[0] == u'b' && got.ptr[size / 2] == u'b' && got.ptr[size - 1] == u'z');
  runner_string_free(&got);
  runner_string_free(&s);
}

void exports_runner_run(void) {
  single();
  several();
  large();
}
