#include "test.h"
#include "../check.h"

#define NAME(name) exports_test_resources_counters_##name

struct NAME(counter_t) {
  uint32_t value;
};
struct NAME(two_words_t) {
  test_string_t text;
};
struct labelled_thing_t {
  uint8_t n;
};

static uint32_t past[16];
static size_t count;
static uint32_t others;
static uint32_t things;

NAME(own_counter_t) NAME(constructor_counter)(uint32_t start) {
  NAME(counter_t) *made = malloc(sizeof *made);
  made->value = start;
  return NAME(counter_new)(made);
}

void NAME(counter_destructor)(NAME(counter_t) *rep) {
  assert(count < sizeof past / sizeof *past);
  past[count++] = rep->value;
  free(rep);
}

uint32_t NAME(method_counter_get)(NAME(borrow_counter_t) self) { return self->value; }

void NAME(method_counter_add)(NAME(borrow_counter_t) self, uint32_t n) { self->value += n; }

bool NAME(method_counter_less_than)(NAME(borrow_counter_t) self, NAME(borrow_counter_t) other) {
  return self->value < other->value;
}

NAME(own_counter_t) NAME(method_counter_copy)(NAME(borrow_counter_t) self) {
  return NAME(constructor_counter)(self->value);
}

static bool parse(test_string_t *text, NAME(own_counter_t) *made, test_string_t *reason) {
  bool fine = text->len == 1 && text->ptr[0] >= '0' && text->ptr[0] <= '9';
  if (fine) *made = NAME(constructor_counter)(text->ptr[0] - '0');
  else test_string_dup(reason, "not a digit");
  test_string_free(text);
  return fine;
}

NAME(own_counter_t) NAME(static_counter_sum)(NAME(own_counter_t) a, NAME(own_counter_t) b) {
  NAME(own_counter_t) sum = NAME(constructor_counter)(NAME(counter_rep)(a)->value + NAME(counter_rep)(b)->value);
  NAME(counter_drop_own)(a);
  NAME(counter_drop_own)(b);
  return sum;
}

static bool make(test_string_t *text, NAME(own_two_words_t) *made, test_string_t *reason) {
  if (text->len == 0) {
    test_string_dup(reason, "empty");
    return false;
  }
  NAME(two_words_t) *rep = malloc(sizeof *rep);
  rep->text = *text;
  others++;
  *made = NAME(two_words_new)(rep);
  return true;
}

void NAME(two_words_destructor)(NAME(two_words_t) *rep) {
  others--;
  test_string_free(&rep->text);
  free(rep);
}

void NAME(method_two_words_text)(NAME(borrow_two_words_t) self, test_string_t *ret) {
  test_string_dup_n(ret, (const char *)self->text.ptr, self->text.len);
}

static bool set(NAME(borrow_two_words_t) self, test_string_t *text, test_string_t *before) {
  if (!text) return false;
  *before = self->text;
  self->text = *text;
  return true;
}

#ifdef WHOLE
void NAME(static_counter_parse)(test_string_t *text, NAME(result_own_counter_string_t) *ret) {
  NAME(own_counter_t) made;
  test_string_t reason;
  ret->is_err = !parse(text, &made, &reason);
  if (ret->is_err) ret->val.err = reason;
  else ret->val.ok = made;
}

void NAME(constructor_two_words)(test_string_t *text, NAME(result_own_two_words_string_t) *ret) {
  NAME(own_two_words_t) made;
  test_string_t reason;
  ret->is_err = !make(text, &made, &reason);
  if (ret->is_err) ret->val.err = reason;
  else ret->val.ok = made;
}

void NAME(method_two_words_set)(NAME(borrow_two_words_t) self, test_option_string_t *text, test_option_string_t *ret) {
  ret->is_some = set(self, text->is_some ? &text->val : NULL, &ret->val);
}
#else
bool NAME(static_counter_parse)(test_string_t *text, NAME(own_counter_t) *ret, test_string_t *err) {
  return parse(text, ret, err);
}

bool NAME(constructor_two_words)(test_string_t *text, NAME(own_two_words_t) *ret, test_string_t *err) {
  return make(text, ret, err);
}

bool NAME(method_two_words_set)(NAME(borrow_two_words_t) self, test_string_t *maybe_text, test_string_t *ret) {
  return set(self, maybe_text, ret);
}
#endif

void NAME(ended)(test_list_u32_t *ret) {
  LIST(ret, count);
  if (count) memcpy(ret->ptr, past, count * sizeof *past);
  count = 0;
}

uint32_t NAME(others)(void) { return others; }

labelled_own_thing_t labelled_constructor_thing(uint8_t n) {
  labelled_thing_t *made = malloc(sizeof *made);
  made->n = n;
  things++;
  return labelled_thing_new(made);
}

void labelled_thing_destructor(labelled_thing_t *rep) {
  things--;
  free(rep);
}

uint8_t labelled_method_thing_n(labelled_borrow_thing_t self) { return self->n; }

labelled_own_thing_t labelled_bigger(labelled_own_thing_t a, labelled_own_thing_t b) {
  bool first = labelled_thing_rep(a)->n > labelled_thing_rep(b)->n;
  labelled_thing_drop_own(first ? b : a);
  return first ? a : b;
}

uint32_t labelled_things(void) { return things; }
