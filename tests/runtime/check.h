/* What the tests' C sources share: comparing strings and lists, and building lists. */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Whether a string (or list<u8>) holds exactly the bytes of a literal. */
#define IS(s, literal) same_bytes((s).ptr, (s).len, literal, sizeof(literal) - 1)

static inline bool same_bytes(const void *a, size_t length, const void *b, size_t wanted) {
  return length == wanted && (length == 0 || memcmp(a, b, length) == 0);
}

/* A list result of `count` elements: `LIST(ret, 3)` sets length and memory. */
#define LIST(list, count) \
  do { \
    size_t n_ = (count); \
    (list)->len = n_; \
    *(void **)(void *)&(list)->ptr = n_ ? malloc(n_ * sizeof *(list)->ptr) : NULL; \
    assert(n_ == 0 || (list)->ptr); \
  } while (0)

/* Turn a list round in place; `T` is the type of its elements. */
#define REVERSE(list, T) \
  for (size_t i_ = 0; i_ < (list)->len / 2; i_++) { \
    T other_ = (list)->ptr[i_]; \
    (list)->ptr[i_] = (list)->ptr[(list)->len - 1 - i_]; \
    (list)->ptr[(list)->len - 1 - i_] = other_; \
  }
