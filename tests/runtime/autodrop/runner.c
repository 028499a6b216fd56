#include "runner.h"
#include "../check.h"

#define ITEM(name) test_autodrop_items_##name
#define NAME(name) test_autodrop_looking_##name
#define CHOICE(name) TEST_AUTODROP_LOOKING_CHOICE_##name

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

void exports_runner_run(void) {
  ITEM(own_item_t) one = ITEM(constructor_item)(1), ten = ITEM(constructor_item)(10);
  ITEM(borrow_item_t) b1 = ITEM(borrow_item)(one), b10 = ITEM(borrow_item)(ten);
  assert(NAME(plain)(b10) == 10);

  NAME(view_t) view = {b10, text("four")}, other = {b1, text("")};
  runner_string_t name;
  NAME(in_record)(&view, &name);
  assert(IS(name, "four"));
  runner_string_free(&name);

  assert(NAME(maybe)(NULL) == 0 && NAME(maybe)(&b1) == 1);
  NAME(result_borrow_item_view_t) either = {.is_err = false, .val.ok = b10};
  assert(NAME(either)(&either) == 10);
  either.is_err = true;
  either.val.err = view;
  assert(NAME(either)(&either) == 14);

  NAME(choice_t) choice = {.tag = CHOICE(NONE)};
  assert(NAME(chosen)(&choice) == 0);
  choice.tag = CHOICE(ONE);
  choice.val.one = b1;
  assert(NAME(chosen)(&choice) == 1);
  choice.tag = CHOICE(VIEW);
  choice.val.view = view;
  assert(NAME(chosen)(&choice) == 14);
  choice.tag = CHOICE(BOTH);
  choice.val.both.f0 = b1;
  choice.val.both.f1 = b10;
  assert(NAME(chosen)(&choice) == 11);

  assert(NAME(spilled)(&view, &other, &view, &other, &choice, NULL) == 30 + 11);
  assert(NAME(spilled)(&view, &other, &view, &other, &choice, &other) == 30 + 12);

  ITEM(own_item_t) sum = NAME(kept)(one, b10);
  assert(ITEM(method_item_n)(ITEM(borrow_item)(sum)) == 11);
  ITEM(item_drop_own)(sum);
  ITEM(item_drop_own)(ten);
}
