#include "maker.h"

#include <stdlib.h>

#define THINGS(name) exports_demo_makers_1_0_0_things_##name

struct THINGS(thing_t) {
  uint32_t n;
};

static uint32_t alive;

THINGS(own_thing_t) THINGS(constructor_thing)(uint32_t n) {
  THINGS(thing_t) *made = malloc(sizeof *made);
  if (made == NULL) abort();
  made->n = n;
  alive++;
  return THINGS(thing_new)(made);
}

void THINGS(thing_destructor)(THINGS(thing_t) *rep) {
  alive--;
  free(rep);
}

void THINGS(method_thing_by)(THINGS(borrow_thing_t) self, maker_string_t *ret) {
  (void)self;
  maker_string_dup(ret, "oak");
}

uint32_t THINGS(method_thing_plus)(THINGS(borrow_thing_t) self, THINGS(borrow_thing_t) other) {
  return self->n + other->n;
}

uint32_t THINGS(total)(THINGS(list_own_thing_t) *of) {
  uint32_t sum = 0;
  for (size_t i = 0; i < of->len; i++) {
    sum += THINGS(thing_rep)(of->ptr[i])->n;
    THINGS(thing_drop_own)(of->ptr[i]);
  }
  THINGS(list_own_thing_free)(of);
  return sum;
}

uint32_t THINGS(alive)(void) { return alive; }
