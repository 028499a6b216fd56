#include "runner.h"
#include "../check.h"

#ifdef UTF16
#define TEXT char16_t
#define T(literal) u##literal
#define IS_TEXT(s, literal) same_bytes((s).ptr, (s).len * 2, u##literal, sizeof(u##literal) - 2)
#else
#define TEXT char
#define T(literal) literal
#define IS_TEXT(s, literal) IS(s, literal)
#endif

#define ITEM(name) test_handles_items_##name
#define NAME(name) test_handles_moves_##name
#define CHOICE(name) TEST_HANDLES_MOVES_CHOICE_##name
#define LENT_CHOICE(name) TEST_HANDLES_MOVES_LENT_CHOICE_##name
#define KEEP(name) test_handles_keeping_##name

typedef ITEM(own_item_t) own;
typedef ITEM(borrow_item_t) borrow;

static own item(uint32_t n) { return ITEM(constructor_item)(n); }

static borrow lend(own of) { return ITEM(borrow_item)(of); }

/* What an item that comes back is: it ends here. */
static uint32_t end(own of) {
  uint32_t n = ITEM(method_item_n)(lend(of));
  ITEM(item_drop_own)(of);
  return n;
}

static runner_string_t text(const TEXT *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static void owned(void) {
  assert(end(NAME(same)(item(1))) == 1);

  own one = item(2), got, items[] = {item(3), item(4), item(5)};
  assert(!NAME(maybe)(NULL, &got));
  assert(NAME(maybe)(&one, &got) && end(got) == 2);

  NAME(result_own_item_string_t) either = {.is_err = false, .val.ok = item(6)};
  runner_string_t s;
  assert(!NAME(either)(&either, &s, &got) && end(got) == 6);
  either.is_err = true;
  either.val.err = text(T("neither"));
  assert(NAME(either)(&either, &s, &got) && IS_TEXT(s, "neither"));
  runner_string_free(&s);

  NAME(list_own_item_t) list = {items, 3}, back;
  NAME(reversed)(&list, &back);
  assert(back.len == 3 && end(back.ptr[0]) == 5 && end(back.ptr[1]) == 4 && end(back.ptr[2]) == 3);
  NAME(list_own_item_free)(&back);
  list.len = 0;
  NAME(reversed)(&list, &back);
  assert(back.len == 0);

  NAME(tuple3_own_item_u8_own_thing_t) three = {item(7), 7, item(8)};
  NAME(tuple2_own_thing_own_item_t) two;
  NAME(spread)(&three, &two);
  assert(end(two.f0) == 8 && end(two.f1) == 7);

  NAME(list2_own_item_t) fixed = {{item(9), item(10)}}, turned;
  NAME(fixed)(&fixed, &turned);
  assert(end(turned.items[0]) == 10 && end(turned.items[1]) == 9);
}

static NAME(pair_t) pair(uint32_t n, const TEXT *name) {
  NAME(pair_t) made = {item(n), text(name), item(n + 1)};
  return made;
}

static void end_pair(NAME(pair_t) *p, uint32_t left, uint32_t right) {
  assert(end(p->left) == left && end(p->right) == right);
  NAME(pair_free)(p);
}

static void owned_by_name(void) {
  NAME(pair_t) given = pair(1, T("é")), got;
  NAME(swapped)(&given, &got);
  assert(IS_TEXT(got.name, "é"));
  end_pair(&got, 2, 1);

  NAME(choice_t) choice = {.tag = CHOICE(NONE)}, other;
  NAME(chosen)(&choice, &other);
  assert(other.tag == CHOICE(NONE));
  choice.tag = CHOICE(ONE);
  choice.val.one = item(3);
  NAME(chosen)(&choice, &other);
  assert(other.tag == CHOICE(MANY) && other.val.many.len == 1);
  NAME(chosen)(&other, &choice);
  NAME(choice_free)(&other);
  assert(choice.tag == CHOICE(ONE) && end(choice.val.one) == 3);
  choice.tag = CHOICE(BOTH);
  choice.val.both = pair(4, T("both"));
  NAME(chosen)(&choice, &other);
  assert(other.tag == CHOICE(MANY) && other.val.many.len == 2);
  uint32_t before = ITEM(alive)();
  NAME(chosen)(&other, &choice);
  NAME(choice_free)(&other);
  assert(ITEM(alive)() == before - 1 && end(choice.val.one) == 4);

  NAME(map_string_own_item_entry_t) entries[] = {{text(T("a")), item(6)}, {text(T("b")), item(7)}};
  NAME(map_string_own_item_t) map = {entries, 2};
  NAME(map_string_own_thing_t) turned;
  NAME(named)(&map, &turned);
  assert(turned.len == 2 && IS_TEXT(turned.ptr[0].key, "b") && IS_TEXT(turned.ptr[1].key, "a"));
  assert(end(turned.ptr[0].value) == 6 && end(turned.ptr[1].value) == 7);
  NAME(map_string_own_thing_free)(&turned);
}

static void owned_deep(void) {
  own items[] = {item(1), item(2)};
  NAME(option_tuple2_string_list_own_item_t) options[] = {
      {true, {text(T("two")), {items, 2}}}, {.is_some = false}, {true, {text(T("")), {NULL, 0}}}};
  NAME(list_option_tuple2_string_list_own_item_t) deep = {options, 3}, got;
  NAME(deep)(&deep, &got);
  assert(got.len == 3 && got.ptr[0].is_some && !got.ptr[1].is_some && got.ptr[2].is_some);
  assert(IS_TEXT(got.ptr[0].val.f0, "two") && got.ptr[0].val.f1.len == 2 && got.ptr[2].val.f1.len == 0);
  assert(end(got.ptr[0].val.f1.ptr[0]) == 2 && end(got.ptr[0].val.f1.ptr[1]) == 1);
  NAME(list_option_tuple2_string_list_own_item_free)(&got);

  NAME(pair_t) a = pair(10, T("a")), b = pair(20, T("b")), c = pair(30, T("c")), d = pair(40, T("d"));
  own last = item(8), lent = item(9);
  NAME(list_pair_t) pairs;
  NAME(spilled)(&a, &b, &c, &d, last, lend(lent), &pairs);
  assert(end(lent) == 9 && pairs.len == 4 && IS_TEXT(pairs.ptr[0].name, "d") && IS_TEXT(pairs.ptr[3].name, "a"));
  for (uint32_t i = 0; i < 4; i++) {
    uint32_t n = 10 * (4 - i);
    assert(end(pairs.ptr[i].left) == n && end(pairs.ptr[i].right) == n + 1);
  }
  NAME(list_pair_free)(&pairs);
}

static void borrowed(void) {
  own one = item(1), ten = item(10);
  borrow b1 = lend(one), b10 = lend(ten);
  assert(NAME(sum_one)(b10) == 10);
  assert(NAME(sum_maybe)(NULL) == 0 && NAME(sum_maybe)(&b1) == 1);

  NAME(result_borrow_item_string_t) either = {.is_err = false, .val.ok = b10};
  assert(NAME(sum_either)(&either) == 10);
  either.is_err = true;
  either.val.err = text(T("four"));
  assert(NAME(sum_either)(&either) == 4);

  borrow some[] = {b1, b10, b1};
  NAME(list_borrow_item_t) list = {some, 3};
  assert(NAME(sum_list)(&list) == 12);
  NAME(lent_t) named = {b10, text(T("ab"))};
  assert(NAME(sum_lent)(&named) == 12);

  NAME(lent_choice_t) choices[] = {{.tag = LENT_CHOICE(NONE)},
                                   {.tag = LENT_CHOICE(ONE), .val.one = b1},
                                   {.tag = LENT_CHOICE(MANY), .val.many = {some, 3}},
                                   {.tag = LENT_CHOICE(NAMED), .val.named = named}};
  NAME(list_lent_choice_t) chosen = {choices, 4};
  assert(NAME(sum_choices)(&chosen) == 1 + 12 + 12);

  NAME(map_string_borrow_thing_entry_t) entries[] = {{text(T("x")), b1}, {text(T("yy")), b10}};
  NAME(map_string_borrow_thing_t) map = {entries, 2};
  assert(NAME(sum_named)(&map) == 21);

  NAME(option_tuple2_string_list_borrow_item_t) options[] = {{true, {text(T("deep")), {some, 2}}}, {.is_some = false}};
  NAME(list_option_tuple2_string_list_borrow_item_t) deep = {options, 2};
  assert(NAME(sum_deep)(&deep) == 11);

  /* Borrowing ends nothing. */
  assert(end(one) == 1 && end(ten) == 10);
}

static void elsewhere(void) {
  KEEP(box_t) box = {item(1), text(T("label"))}, back;
  assert(!KEEP(take)(&back));
  KEEP(put)(&box);
  assert(KEEP(take)(&back) && end(back.of) == 1 && IS_TEXT(back.label, "label"));
  KEEP(box_free)(&back);

  own items[] = {item(2), item(3), item(4)};
  borrow some[] = {lend(items[1]), lend(items[2])};
  KEEP(view_t) view = {lend(items[0]), {some, 2}};
  assert(KEEP(look)(&view) == 9);
  assert(KEEP(look_at)(some[0], &some[1]) == 7 && KEEP(look_at)(some[0], NULL) == 3);

  KEEP(list_own_item_t) all = {items, 3}, got;
  KEEP(put_all)(&all);
  uint32_t before = ITEM(alive)();
  KEEP(take_all)(&got);
  assert(ITEM(alive)() == before - 1 && got.len == 2 && end(got.ptr[0]) == 3 && end(got.ptr[1]) == 4);
  KEEP(list_own_item_free)(&got);
}

void exports_runner_run(void) {
  owned();
  owned_by_name();
  owned_deep();
  borrowed();
  elsewhere();
  assert(ITEM(alive)() == 0);
}
