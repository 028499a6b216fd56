#include "modern.h"

#include <stdlib.h>

#define THINGS(name) exports_demo_makers_2_0_0_things_##name

struct THINGS(thing_t) {
  uint32_t n;
};

THINGS(own_thing_t) THINGS(constructor_thing)(uint32_t n) {
  THINGS(thing_t) *made = malloc(sizeof *made);
  if (made == NULL) abort();
  made->n = n;
  return THINGS(thing_new)(made);
}

void THINGS(thing_destructor)(THINGS(thing_t) *rep) { free(rep); }

void THINGS(method_thing_by)(THINGS(borrow_thing_t) self, modern_string_t *ret) {
  (void)self;
  modern_string_dup(ret, "modern");
}

uint64_t THINGS(method_thing_plus)(THINGS(borrow_thing_t) self, THINGS(borrow_thing_t) other) {
  return (uint64_t)self->n + other->n;
}
