#include "runner.h"
#include "../check.h"

#define NAME(name) test_resources_counters_##name

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

#ifdef WHOLE
static bool parse(const char *s, NAME(own_counter_t) *made, runner_string_t *reason) {
  runner_string_t given = text(s);
  NAME(result_own_counter_string_t) got;
  NAME(static_counter_parse)(&given, &got);
  if (got.is_err) *reason = got.val.err;
  else *made = got.val.ok;
  return !got.is_err;
}

static bool make(const char *s, NAME(own_two_words_t) *made, runner_string_t *reason) {
  runner_string_t given = text(s);
  NAME(result_own_two_words_string_t) got;
  NAME(constructor_two_words)(&given, &got);
  if (got.is_err) *reason = got.val.err;
  else *made = got.val.ok;
  return !got.is_err;
}

static bool set(NAME(own_two_words_t) of, const char *s, runner_string_t *before) {
  runner_option_string_t given = {s != NULL, text(s ? s : "")}, got;
  NAME(method_two_words_set)(NAME(borrow_two_words)(of), &given, &got);
  *before = got.val;
  return got.is_some;
}
#else
static bool parse(const char *s, NAME(own_counter_t) *made, runner_string_t *reason) {
  runner_string_t given = text(s);
  return NAME(static_counter_parse)(&given, made, reason);
}

static bool make(const char *s, NAME(own_two_words_t) *made, runner_string_t *reason) {
  runner_string_t given = text(s);
  return NAME(constructor_two_words)(&given, made, reason);
}

static bool set(NAME(own_two_words_t) of, const char *s, runner_string_t *before) {
  runner_string_t given = text(s ? s : "");
  return NAME(method_two_words_set)(NAME(borrow_two_words)(of), s ? &given : NULL, before);
}
#endif

/* Which counters ended since the last time. */
static bool ended(const uint32_t *wanted, size_t count) {
  runner_list_u32_t got;
  NAME(ended)(&got);
  bool same = same_bytes(got.ptr, got.len * sizeof *wanted, wanted, count * sizeof *wanted);
  runner_list_u32_free(&got);
  return same;
}

static void counters(void) {
  NAME(own_counter_t) one = NAME(constructor_counter)(1), five = NAME(constructor_counter)(5), digit;
  NAME(borrow_counter_t) b1 = NAME(borrow_counter)(one), b5 = NAME(borrow_counter)(five);
  assert(NAME(method_counter_get)(b1) == 1);
  assert(NAME(method_counter_less_than)(b1, b5) && !NAME(method_counter_less_than)(b5, b1));
  assert(!NAME(method_counter_less_than)(b1, b1));
  NAME(method_counter_add)(b1, 10);
  assert(NAME(method_counter_get)(b1) == 11 && NAME(method_counter_get)(b5) == 5);
  NAME(own_counter_t) copy = NAME(method_counter_copy)(b1);
  NAME(method_counter_add)(b1, 1);
  assert(NAME(method_counter_get)(NAME(borrow_counter)(copy)) == 11);
  assert(ended(NULL, 0));

  NAME(counter_drop_own)(one);
  assert(ended((uint32_t[]){12}, 1));
  NAME(own_counter_t) sum = NAME(static_counter_sum)(copy, five);
  assert(ended((uint32_t[]){11, 5}, 2));
  assert(NAME(method_counter_get)(NAME(borrow_counter)(sum)) == 16);
  NAME(counter_drop_own)(sum);
  assert(ended((uint32_t[]){16}, 1));

  runner_string_t reason;
  assert(parse("7", &digit, &reason));
  NAME(counter_drop_own)(digit);
  assert(ended((uint32_t[]){7}, 1));
  assert(!parse("x", &digit, &reason) && IS(reason, "not a digit"));
  runner_string_free(&reason);
}

static void two_words(void) {
  NAME(own_two_words_t) made;
  runner_string_t got;
  assert(!make("", &made, &got) && IS(got, "empty"));
  runner_string_free(&got);
  assert(NAME(others)() == 0 && make("first", &made, &got) && NAME(others)() == 1);
  assert(!set(made, NULL, &got));
  assert(set(made, "second", &got) && IS(got, "first"));
  runner_string_free(&got);
  NAME(method_two_words_text)(NAME(borrow_two_words)(made), &got);
  assert(IS(got, "second"));
  runner_string_free(&got);
  NAME(two_words_drop_own)(made);
  assert(NAME(others)() == 0);
}

static void labelled(void) {
  labelled_own_thing_t one = labelled_constructor_thing(1), two = labelled_constructor_thing(2);
  assert(labelled_things() == 2 && labelled_method_thing_n(labelled_borrow_thing(one)) == 1);
  labelled_own_thing_t bigger = labelled_bigger(two, one);
  assert(labelled_things() == 1 && labelled_method_thing_n(labelled_borrow_thing(bigger)) == 2);
  labelled_thing_drop_own(bigger);
  assert(labelled_things() == 0);
}

/* More than the pool has at first; each is told from the others, and places are used again. */
static void many(void) {
  labelled_own_thing_t things[1000];
  for (size_t round = 0; round < 3; round++) {
    for (size_t i = 0; i < 1000; i++) things[i] = labelled_constructor_thing((uint8_t)i);
    for (size_t i = 0; i < 1000; i += 7) {
      assert(labelled_method_thing_n(labelled_borrow_thing(things[i])) == (uint8_t)i);
      labelled_thing_drop_own(things[i]);
      things[i] = labelled_constructor_thing((uint8_t)(i + 1));
    }
    assert(labelled_things() == 1000);
    for (size_t i = 0; i < 1000; i++) {
      assert(labelled_method_thing_n(labelled_borrow_thing(things[i])) == (uint8_t)(i + (i % 7 == 0)));
      labelled_thing_drop_own(things[i]);
    }
    assert(labelled_things() == 0);
  }
}

void exports_runner_run(void) {
  counters();
  two_words();
  labelled();
  many();
}
