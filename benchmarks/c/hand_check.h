/* What hand-written borders check, as generated ones must. */
#ifndef HAND_CHECK_H
#define HAND_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noreturn, cold, noinline, unused)) static void hand_fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  abort();
}

static inline uint32_t hand_char(int32_t c) {
  if ((uint32_t)c > 0x10FFFF || (uint32_t)c - 0xD800 < 0x800) hand_fail("not a character");
  return (uint32_t)c;
}

static inline uint8_t hand_color(int32_t color) {
  if ((uint32_t)color > 2) hand_fail("not a color");
  return (uint8_t)color;
}

static inline void hand_list(const void *at, size_t count, size_t size, size_t align) {
  if (count > 0 && (at == NULL || (uintptr_t)at % align != 0 || count > PTRDIFF_MAX / size)) hand_fail("not a list");
}

static inline void *hand_copy(const void *at, size_t count, size_t size, size_t align) {
  hand_list(at, count, size, align);
  if (count == 0) return NULL;
  void *copy = malloc(count * size);
  if (copy == NULL) hand_fail("out of memory");
  return memcpy(copy, at, count * size);
}

static inline void hand_free(void *at, size_t count) {
  if (count > 0) free(at);
}

#endif
