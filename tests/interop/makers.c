/* Two makers of items in one process: a generated store, and one by hand whose symbols begin with `hand_`.
 *
 * An argument names a call in which an item is given where only the callee's own may be. */
#include "hand.h"

#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t *hand_X5BconstructorX5Ditem(const uint8_t *name, size_t length);
void hand_X5BmethodX5DitemX2Ename(uint8_t *self, text *result);
int64_t hand_X5BmethodX5DitemX2Eweigh(uint8_t *self, int32_t extra);
void hand_X5Bresource_dropX5Ditem(uint8_t *self);
void hand_take(uint8_t *const *items, size_t count, texts *result);

static void require(text got, const char *wanted) {
  assert(got.len == strlen(wanted) && memcmp(got.ptr, wanted, got.len) == 0);
  free((void *)(uintptr_t)got.ptr);
}

/* Methods and drops go to whoever made the item, whoever's symbol was found. */
static void forward(uint8_t *theirs, uint8_t *byhand) {
  text name;
  STORE(X5BmethodX5DitemX2Ename)(byhand, &name);
  require(name, "by hand");
  hand_X5BmethodX5DitemX2Ename(theirs, &name);
  require(name, "generated");
  assert(STORE(X5BmethodX5DitemX2Eweigh)(byhand, 1) == 7001);
  assert(hand_X5BmethodX5DitemX2Eweigh(theirs, 1) == 9001);
  STORE(X5Bresource_dropX5Ditem)(byhand);
  hand_X5Bresource_dropX5Ditem(theirs);
}

int main(int argc, char **argv) {
  uint8_t *theirs = STORE(X5BconstructorX5Ditem)((const uint8_t *)"generated", 9);
  uint8_t *byhand = hand_X5BconstructorX5Ditem((const uint8_t *)"by hand", 7);
  const char *wrong = argc > 1 ? argv[1] : "";
  const line lines[] = {{byhand, 1, {0, {NULL, 0}}}};
  outcome got;
  texts names;
  if (strcmp(wrong, "borrow") == 0) STORE(total)(lines, 1, &got);
  if (strcmp(wrong, "own") == 0) STORE(take)((uint8_t *const[]){theirs, byhand}, 2, &names);
  if (strcmp(wrong, "by-hand") == 0) hand_take(&theirs, 1, &names);
  forward(theirs, byhand);
  puts("each its own");
  return 0;
}
