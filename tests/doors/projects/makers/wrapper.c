#include "wrapper.h"

#include <stdlib.h>

#define THINGS(name) exports_demo_makers_1_0_0_things_##name
#define THEIR(name) demo_makers_1_0_0_things_##name

struct THINGS(thing_t) {
  THEIR(own_thing_t) inside;
};

THINGS(own_thing_t) THINGS(constructor_thing)(uint32_t n) {
  THINGS(thing_t) *made = malloc(sizeof *made);
  if (made == NULL) abort();
  made->inside = THEIR(constructor_thing)(n);
  return THINGS(thing_new)(made);
}

void THINGS(thing_destructor)(THINGS(thing_t) *rep) {
  if (rep->inside.__handle) THEIR(thing_drop_own)(rep->inside);
  free(rep);
}

void THINGS(method_thing_by)(THINGS(borrow_thing_t) self, wrapper_string_t *ret) {
  wrapper_string_t theirs;
  THEIR(method_thing_by)(THEIR(borrow_thing)(self->inside), &theirs);
  ret->len = theirs.len + 2;
  ret->ptr = malloc(ret->len);
  if (ret->ptr == NULL) abort();
  ret->ptr[0] = '<';
  for (size_t i = 0; i < theirs.len; i++) ret->ptr[i + 1] = theirs.ptr[i];
  ret->ptr[ret->len - 1] = '>';
  wrapper_string_free(&theirs);
}

uint32_t THINGS(method_thing_plus)(THINGS(borrow_thing_t) self, THINGS(borrow_thing_t) other) {
  return THEIR(method_thing_plus)(THEIR(borrow_thing)(self->inside), THEIR(borrow_thing)(other->inside));
}

uint32_t THINGS(total)(THINGS(list_own_thing_t) *of) {
  THEIR(list_own_thing_t) theirs = {malloc(of->len * sizeof *theirs.ptr), of->len};
  if (theirs.ptr == NULL) abort();
  for (size_t i = 0; i < of->len; i++) {
    THINGS(thing_t) *ours = THINGS(thing_rep)(of->ptr[i]);
    theirs.ptr[i] = ours->inside;
    ours->inside.__handle = 0;
    THINGS(thing_drop_own)(of->ptr[i]);
  }
  uint32_t sum = THEIR(total)(&theirs);
  free(theirs.ptr);
  THINGS(list_own_thing_free)(of);
  return sum;
}

uint32_t THINGS(alive)(void) { return THEIR(alive)(); }
