#include "runner.h"
#include "../check.h"
#include <stdio.h>

#define NAME(name) test_handed_over_lists_##name
#define CASE(name) TEST_HANDED_OVER_LISTS_##name

static bool is_token(const NAME(token_t) *token, uint32_t i) {
  switch (token->tag) {
  case CASE(TOKEN_WORD): return i % 3 == 0 && token->val.word.start == i && token->val.word.end == i + 1;
  case CASE(TOKEN_NUMBER): return i % 3 == 1 && token->val.number.start == i && token->val.number.end == i + 2;
  default: return i % 3 == 2 && token->val.stop == i;
  }
}

static void tokens(uint32_t count) {
  NAME(list_token_t) made, turned;
  NAME(tokens)(count, &made);
  NAME(turn_tokens)(&made, &turned);
  assert(made.len == count && turned.len == count);
  for (uint32_t i = 0; i < count; i++) assert(is_token(&made.ptr[i], i) && is_token(&turned.ptr[count - 1 - i], i));
  NAME(list_token_free)(&made);
  NAME(list_token_free)(&turned);
}

/* A string of its own for each number. */
static runner_string_t text(uint32_t i) {
  char made[64];
  snprintf(made, sizeof made, "a string longer than any buffer within, number %u", (unsigned)i);
  runner_string_t string;
  runner_string_dup(&string, made);
  return string;
}

static bool is_text(const runner_string_t *got, uint32_t i) {
  runner_string_t wanted = text(i);
  bool same = same_bytes(got->ptr, got->len, wanted.ptr, wanted.len);
  runner_string_free(&wanted);
  return same;
}

static void strings(void) {
  runner_list_option_string_t made, turned;
  LIST(&made, 100);
  for (uint32_t i = 0; i < 100; i++) {
    made.ptr[i].is_some = i % 7 != 0;
    if (made.ptr[i].is_some) made.ptr[i].val = text(i);
  }
  NAME(turn_strings)(&made, &turned);
  assert(turned.len == 100);
  for (uint32_t i = 0; i < 100; i++) {
    const runner_option_string_t *got = &turned.ptr[99 - i];
    assert(got->is_some == (i % 7 != 0) && (!got->is_some || is_text(&got->val, i)));
  }
  runner_list_option_string_free(&made);
  runner_list_option_string_free(&turned);
}

static void results(void) {
  runner_list_result_string_u8_t made, turned;
  LIST(&made, 40);
  for (uint32_t i = 0; i < 40; i++) {
    made.ptr[i].is_err = i % 2;
    if (i % 2)
      made.ptr[i].val.err = (uint8_t)i;
    else
      made.ptr[i].val.ok = text(i);
  }
  NAME(turn_results)(&made, &turned);
  assert(turned.len == 40);
  for (uint32_t i = 0; i < 40; i++) {
    const runner_result_string_u8_t *got = &turned.ptr[39 - i];
    assert(got->is_err == (i % 2 == 1) && (got->is_err ? got->val.err == i : is_text(&got->val.ok, i)));
  }
  runner_list_result_string_u8_free(&made);
  runner_list_result_string_u8_free(&turned);
}

static void trees(void) {
  runner_tuple2_u8_string_t pairs[2] = {{.f0 = 1}, {.f0 = 2}};
  NAME(tree_t) row[3] = {{.tag = CASE(TREE_LEAF)}, {.tag = CASE(TREE_NONE)}, {.tag = CASE(TREE_PAIRS)}};
  NAME(list_tree_t) rows[3] = {{row, 3}, {NULL, 0}, {row + 2, 1}};
  NAME(list_list_tree_t) all = {rows, 3}, turned;
  runner_string_set(&row[0].val.leaf, "leaf");
  runner_string_set(&pairs[0].f1, "one");
  runner_string_set(&pairs[1].f1, "two");
  row[2].val.pairs.ptr = pairs;
  row[2].val.pairs.len = 2;
  NAME(turn_trees)(&all, &turned);
  assert(turned.len == 3 && turned.ptr[0].len == 1 && turned.ptr[1].len == 0 && turned.ptr[2].len == 3);
  assert(turned.ptr[2].ptr[0].tag == CASE(TREE_LEAF) && IS(turned.ptr[2].ptr[0].val.leaf, "leaf"));
  assert(turned.ptr[2].ptr[1].tag == CASE(TREE_NONE));
  for (size_t i = 0; i < 2; i++) {
    const NAME(tree_t) *last = i ? &turned.ptr[2].ptr[2] : &turned.ptr[0].ptr[0];
    assert(last->tag == CASE(TREE_PAIRS) && last->val.pairs.len == 2);
    assert(last->val.pairs.ptr[0].f0 == 1 && IS(last->val.pairs.ptr[0].f1, "one"));
    assert(last->val.pairs.ptr[1].f0 == 2 && IS(last->val.pairs.ptr[1].f1, "two"));
  }
  NAME(list_list_tree_free)(&turned);
}

static void wide(void) {
  NAME(wide_t) made[50];
  NAME(list_wide_t) list = {made, 50}, turned;
  for (uint8_t i = 0; i < 50; i++) {
    if (i % 2) {
      made[i].tag = CASE(WIDE_SMALL);
      made[i].val.small = i;
    } else {
      made[i].tag = CASE(WIDE_BIG);
      made[i].val.big.f0.is_err = i % 4 != 0;
      made[i].val.big.f1 = i;
    }
  }
  NAME(turn_wide)(&list, &turned);
  assert(turned.len == 50);
  for (uint8_t i = 0; i < 50; i++) {
    const NAME(wide_t) *got = &turned.ptr[49 - i];
    assert(got->tag == (i % 2 ? CASE(WIDE_SMALL) : CASE(WIDE_BIG)));
    assert(i % 2 ? got->val.small == i : got->val.big.f1 == i && got->val.big.f0.is_err == (i % 4 != 0));
  }
  NAME(list_wide_free)(&turned);
}

static void bools(void) {
  runner_tuple2_bool_u8_t made[] = {{true, 1}, {false, 0}, {true, 255}};
  runner_list_tuple2_bool_u8_t list = {made, 3}, turned;
  NAME(bools)(&list, &turned);
  assert(turned.len == 3);
  for (size_t i = 0; i < 3; i++) assert(turned.ptr[2 - i].f0 == made[i].f0 && turned.ptr[2 - i].f1 == made[i].f1);
  runner_list_tuple2_bool_u8_free(&turned);
}

static void maps(void) {
  runner_map_string_option_u64_t made, kept;
  LIST(&made, 20);
  for (uint32_t i = 0; i < 20; i++) {
    made.ptr[i].key = text(i);
    made.ptr[i].value.is_some = i % 3 != 0;
    made.ptr[i].value.val = i * UINT64_C(10000000000);
  }
  NAME(keep)(&made, &kept);
  assert(kept.len == 20);
  for (uint32_t i = 0; i < 20; i++) {
    size_t at = 0;
    while (at < 20 && !is_text(&kept.ptr[at].key, i)) at++;
    assert(at < 20 && kept.ptr[at].value.is_some == (i % 3 != 0));
    assert(i % 3 == 0 || kept.ptr[at].value.val == i * UINT64_C(10000000000));
  }
  runner_map_string_option_u64_free(&made);
  runner_map_string_option_u64_free(&kept);
}

void exports_runner_run(void) {
  const uint32_t counts[] = {0, 1, 2, 1000};
  for (size_t i = 0; i < 4; i++) tokens(counts[i]);
  strings();
  results();
  trees();
  wide();
  bools();
  maps();
}
