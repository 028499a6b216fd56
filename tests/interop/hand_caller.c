/* Calls a store by hand, and checks what comes back. */
#include "hand.h"

#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static text words(const char *of) {
  text made = {(const uint8_t *)of, strlen(of)};
  return made;
}
static void require(text got, const char *wanted) {
  assert(got.len == strlen(wanted) && memcmp(got.ptr, wanted, got.len) == 0);
  if (got.len) free((void *)(uintptr_t)got.ptr);
}
static uint8_t *item_of(const char *name) {
  uint8_t *made = STORE(X5BconstructorX5Ditem)(words(name).ptr, strlen(name));
  assert(made != NULL);
  return made;
}

static void resources(void) {
  text name;
  outcome got;
  uint8_t *pen = item_of("pen"), *nothing = STORE(X5BconstructorX5Ditem)((const uint8_t *)1, 0);
  STORE(X5BmethodX5DitemX2Ename)(pen, &name);
  require(name, "pen");
  STORE(X5BmethodX5DitemX2Ename)(nothing, &name);
  assert(name.len == 0);
  assert(STORE(X5BmethodX5DitemX2Eweigh)(pen, -1) == 3000 + 0xFFFFFFFFll);
  STORE(X5BstaticX5DitemX2Eparse)(words("ink").ptr, 3, &got);
  assert(got.tag == 0 && STORE(X5BmethodX5DitemX2Eweigh)(got.item, 7) == 3007);
  STORE(X5Bresource_dropX5Ditem)(got.item);
  STORE(X5BstaticX5DitemX2Eparse)(NULL, 0, &got);
  assert(got.tag == 1);
  require(got.error, "empty");

  memset(&got, 0xA5, sizeof got);
  STORE(find)(words("none").ptr, 4, &got);
  assert(got.tag == 0);
  STORE(find)(words("cup").ptr, 3, &got);
  assert(got.tag == 1);

  texts names;
  uint8_t *given[] = {pen, got.item, nothing};
  STORE(take)(given, 3, &names);
  assert(names.len == 3);
  require(names.ptr[0], "pen");
  require(names.ptr[1], "cup");
  assert(names.ptr[2].len == 0);
  free(names.ptr);
  STORE(take)(NULL, 0, &names);
  assert(names.len == 0);
}

static void values(void) {
  echoed echo;
  /* Bits above a value's own are not the caller's to set; a bool is 0 or 1. */
  STORE(echo)(0, -5, 40000, 0x1F600, 2, 1, 0.5f, 0.25, &echo);
  assert(echo.number == -5 && echo.real == 0.75f && echo.grade == 2 && echo.marks == 5 && echo.letter == 0x1F600);
  STORE(echo)(1, -5, 65503, 'x', 0, 0, 0, 0, &echo);
  assert(echo.number == 3 && echo.grade == 0 && echo.marks == 4 && echo.letter == 'x');

  price from[] = {
      {.tag = GIFT}, {.tag = CENTS, .cents = 12}, {.tag = WORDS, .words = words("w")}, {.tag = EACH, .each = 2}};
  prices to;
  STORE(convert)(from, 4, &to);
  assert(to.len == 4 && to.ptr[0].tag == CENTS && to.ptr[0].cents == 0);
  assert(to.ptr[1].tag == EACH && to.ptr[1].each == 12 && to.ptr[2].tag == GIFT && to.ptr[3].tag == WORDS);
  require(to.ptr[3].words, "each");
  free(to.ptr);
  STORE(convert)((const price *)1, 0, &to);
  assert(to.len == 0);

  uint8_t *pen = item_of("pen"), *book = item_of("book");
  line lines[] = {{pen, 3, {0, {NULL, 0}}}, {book, 1000, {0, {NULL, 0}}}, {pen, 1, {1, words("a gift")}}};
  outcome got;
  STORE(total)(lines, 2, &got);
  assert(got.tag == 0 && got.price.tag == CENTS && got.price.cents == 4009);
  STORE(total)(lines, 3, &got);
  assert(got.tag == 0 && got.price.tag == WORDS);
  require(got.price.words, "a gift");
  STORE(total)(NULL, 0, &got);
  assert(got.tag == 1);
  require(got.error, "nothing");
  STORE(X5Bresource_dropX5Ditem)(pen);
  STORE(X5Bresource_dropX5Ditem)(book);
}

static void parameters(void) {
  const uint16_t d[] = {10, 20};
  const int64_t rest = 1 + 2 + 30 + 4 + 5 - 6 + 7 + 8 + 9 + 1;
  const float each = 40;
  uint32_t bits;
  memcpy(&bits, &each, sizeof bits);
  const struct {
    int32_t tag;
    int64_t payload;
    size_t length;
    int64_t weight;
  } cases[] = {{GIFT, 0, 0, 1}, {CENTS, 1ll << 40, 0, 1ll << 40}, {WORDS, (intptr_t)"abc", 3, 3}, {EACH, bits, 0, 40}};
  for (int n = 0; n < 4; ++n) {
    assert(STORE(many)(1, words("xy").ptr, 2, cases[n].tag, cases[n].payload, cases[n].length, d, 2, 4, 1, 5, -6, 7,
                       8.5f, 9.5, 1) == rest + cases[n].weight);
    more_args args = {1, words("xy"), {.tag = (uint8_t)cases[n].tag}, d, 2, 4, {1, 5}, -6, 7, 8.5f, 9.5, 1, 100};
    memcpy(&args.c.cents, &cases[n].payload, 8);
    args.c.words.len = cases[n].length;
    outcome got;
    STORE(more)(&args, &got);
    assert(got.tag == 1 && got.number == (uint64_t)(rest + cases[n].weight + 100));
    args.l = 0;
    STORE(more)(&args, &got);
    assert(got.tag == 0);
  }
}

int main(void) {
  resources();
  values();
  parameters();
  puts("as by hand");
  return 0;
}
