#ifndef WORLD
#include "left.h"
#define WORLD(name) left_##name
#define BY "left"
#define STEP 1
#endif
#include "../check.h"

#define NAME(name) exports_test_providers_things_##name

struct NAME(thing_t) {
  uint32_t n;
};

static uint32_t alive;

NAME(own_thing_t) NAME(constructor_thing)(uint32_t n) {
  NAME(thing_t) *made = malloc(sizeof *made);
  made->n = n;
  alive++;
  return NAME(thing_new)(made);
}

void NAME(thing_destructor)(NAME(thing_t) *rep) {
  alive--;
  free(rep);
}

void NAME(method_thing_by)(NAME(borrow_thing_t) self, WORLD(string_t) *ret) {
  (void)self;
  WORLD(string_dup)(ret, BY);
}

uint32_t NAME(method_thing_more)(NAME(borrow_thing_t) self, uint32_t n) { return self->n += STEP * n; }

uint32_t NAME(alive)(void) { return alive; }
