#include "runner.h"
#include "../check.h"

#define NAME(name) test_symmetric_symmetric_##name
#define CASE(name) TEST_SYMMETRIC_SYMMETRIC_##name

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static uint16_t sizes[] = {1, 2, UINT16_MAX};

static NAME(item_t) item(const char *name, const char *extra) {
  NAME(item_t) made = {text(name), {sizes, 3}, {extra != NULL, text(extra ? extra : "")}};
  return made;
}

static void lists(void) {
  uint8_t b[] = {1, 2, 255};
  runner_list_u8_t bytes = {b, 3}, none = {NULL, 0};
  assert(NAME(bytes)(&bytes) == 258 && NAME(bytes)(&none) == 0);
  assert(NAME(again)(&bytes, &bytes) && !NAME(again)(&bytes, &none) && NAME(again)(&none, &none));

  uint32_t w[] = {0, UINT32_MAX};
  runner_list_u32_t words = {w, 2}, words2;
  NAME(words)(&words, &words2);
  assert(words2.len == 2 && words2.ptr[0] == 1 && words2.ptr[1] == 0 && w[0] == 0);
  runner_list_u32_free(&words2);

  bool f[] = {true, false, true};
  runner_list_bool_t flags = {f, 3};
  assert(NAME(bools)(&flags) == 2);
  NAME(level_t) l[] = {CASE(LEVEL_HIGH), CASE(LEVEL_LOW)};
  NAME(list_level_t) levels = {l, 2};
  assert(NAME(levels)(&levels) == 1);

  runner_string_t t[] = {text("ab"), text(""), text("ç")}, got;
  runner_list_string_t texts = {t, 3};
  NAME(texts)(&texts, &got);
  assert(IS(got, "abç"));
  runner_string_free(&got);
  texts.len = 0;
  NAME(texts)(&texts, &got);
  assert(got.len == 0);
  runner_string_free(&got);

  runner_map_string_u8_entry_t e[] = {{text("Ada"), 36}, {text(""), 1}};
  runner_map_string_u8_t ages = {e, 2};
  assert(NAME(ages)(&ages) == 40);

  runner_list_u8_t inner[] = {{b, 3}, {NULL, 0}, {b, 1}};
  runner_tuple2_string_list_list_u8_t pair = {text("pair"), {inner, 3}};
  runner_tuple2_u32_u32_t lengths;
  NAME(pair)(&pair, &lengths);
  assert(lengths.f0 == 4 && lengths.f1 == 4);
}

static void records(void) {
  NAME(item_t) one = item("one", "extra"), two = item("two", NULL), got;
  NAME(turn)(&one, &got);
  assert(IS(got.name, "one") && got.sizes.len == 3 && got.sizes.ptr[0] == UINT16_MAX && got.sizes.ptr[2] == 1);
  assert(got.extra.is_some && IS(got.extra.val, "extra") && sizes[0] == 1);
  NAME(item_free)(&got);
  NAME(turn)(&two, &got);
  assert(IS(got.name, "two") && !got.extra.is_some);
  NAME(item_free)(&got);

  NAME(item_t) all[] = {one, two};
  NAME(list_item_t) items = {all, 2};
  runner_list_string_t names;
  NAME(items)(&items, &names);
  assert(names.len == 2 && IS(names.ptr[0], "extra") && IS(names.ptr[1], "two"));
  runner_list_string_free(&names);

  uint8_t bytes[] = {8, 9};
  runner_list_u8_t g = {bytes, 2};
  runner_string_t t[] = {text("a"), text("b"), text("c"), text("d"), text("e"), text("f")}, word;
  NAME(item_t) h = item("h", "x");
  for (uint8_t i = 0; i < 6; i++) {
    NAME(many)(&t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &g, &h, i, &word);
    assert(word.len == 1 && word.ptr[0] == 'a' + i);
    runner_string_free(&word);
  }
}

static void sums(void) {
  runner_tuple2_f32_f32_t points[] = {{1.5f, 2}, {-1, 4}};
  NAME(shape_t) s[4] = {{.tag = CASE(SHAPE_NONE)},
                        {.tag = CASE(SHAPE_CIRCLE), .val = {.circle = 0.5}},
                        {.tag = CASE(SHAPE_PATH), .val = {.path = {points, 2}}},
                        {.tag = CASE(SHAPE_LABEL), .val = {.label = text("label")}}};
  const double areas[] = {-1, 1.5, -1, 5};
  for (int i = 0; i < 4; i++) assert(NAME(area)(&s[i]) == areas[i]);
  NAME(list_shape_t) shapes = {s, 4};
  runner_list_f64_t got;
  NAME(shapes)(&shapes, &got);
  assert(got.len == 4);
  for (int i = 0; i < 4; i++) assert(got.ptr[i] == areas[i]);
  runner_list_f64_free(&got);

  runner_string_t a = text("a"), word;
  NAME(item_t) b = item("b", NULL);
  uint8_t c = 3;
  assert(NAME(maybe)(&a, &b, &c, &word) && IS(word, "a"));
  runner_string_free(&word);
  assert(NAME(maybe)(NULL, &b, &c, &word) && IS(word, "b"));
  runner_string_free(&word);
  assert(NAME(maybe)(NULL, NULL, &c, &word) && IS(word, "ccc"));
  runner_string_free(&word);
  assert(!NAME(maybe)(NULL, NULL, NULL, &word));

  uint32_t count;
  NAME(result_item_string_t) result = {.is_err = false, .val = {.ok = b}};
  assert(NAME(check)(&result, &count, &word) && count == 3);
  result.is_err = true;
  result.val.err = a;
  assert(!NAME(check)(&result, &count, &word) && IS(word, "a"));
  runner_string_free(&word);
}

void exports_runner_run(void) {
  lists();
  records();
  sums();
}
