#include "runner.h"
#include "../check.h"

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static void single(void) {
  runner_string_t s = text("plain"), nul = {(uint8_t *)"nul\0inside", 10}, got;
  assert(test_strings_strings_take(&s) == 1);
  s = text("Grüße, 世界 🚀");
  assert(test_strings_strings_take(&s) == 2);
  s = text("");
  assert(test_strings_strings_take(&s) == 3);
  s.ptr = NULL;
  assert(test_strings_strings_take(&s) == 3);
  assert(test_strings_strings_take(&nul) == 4);

  test_strings_strings_give(1, &got);
  assert(IS(got, "plain"));
  runner_string_free(&got);
  test_strings_strings_give(2, &got);
  assert(IS(got, "Grüße, 世界 🚀"));
  runner_string_free(&got);
  test_strings_strings_give(3, &got);
  assert(IS(got, ""));
  runner_string_free(&got);
  test_strings_strings_give(4, &got);
  assert(IS(got, "nul\0inside"));
  runner_string_free(&got);

  const char *const samples[] = {"", "a", "\x7f", "\xc2\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
                                 "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "𠈄𓀀 é"};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    s = text(samples[i]);
    test_strings_strings_same(&s, &got);
    assert(same_bytes(got.ptr, got.len, samples[i], strlen(samples[i])));
    runner_string_free(&got);
  }

  runner_string_t a = text("Grüße, "), b = text("世界 🚀"), none = text("");
  test_strings_strings_join(&a, &b, &got);
  assert(IS(got, "Grüße, 世界 🚀"));
  runner_string_free(&got);
  test_strings_strings_join(&a, &none, &got);
  assert(IS(got, "Grüße, "));
  runner_string_free(&got);
  test_strings_strings_join(&none, &none, &got);
  assert(IS(got, ""));
  runner_string_free(&got);
}

static void several(void) {
  runner_string_t s = text("één,,🚀,");
  runner_list_string_t parts;
  test_strings_strings_split(&s, &parts);
  assert(parts.len == 4 && IS(parts.ptr[0], "één") && IS(parts.ptr[1], "") && IS(parts.ptr[2], "🚀"));
  assert(IS(parts.ptr[3], ""));
  assert(test_strings_strings_total(&parts) == 9);

  runner_list_string_t turned;
  test_strings_strings_reverse(&parts, &turned);
  assert(turned.len == 4 && IS(turned.ptr[0], "") && IS(turned.ptr[1], "🚀") && IS(turned.ptr[2], ""));
  assert(IS(turned.ptr[3], "één"));
  runner_list_string_free(&turned);
  runner_list_string_free(&parts);

  runner_list_string_t nothing = {NULL, 0};
  assert(test_strings_strings_total(&nothing) == 0);
  test_strings_strings_reverse(&nothing, &turned);
  assert(turned.len == 0);
  runner_list_string_free(&turned);
}

static void large(void) {
  size_t size = 3 * 1024 * 1024;
  runner_string_t s = {(uint8_t *)malloc(size), size}, got;
  assert(s.ptr);
  memset(s.ptr, 'a', size);
  s.ptr[size - 1] = 'y';
  test_strings_strings_large(&s, &got);
  assert(got.len == size && got.ptr[0] == 'b' && got.ptr[size / 2] == 'b' && got.ptr[size - 1] == 'z');
  runner_string_free(&got);
  free(s.ptr);
}

void exports_runner_run(void) {
  single();
  several();
  large();
}
