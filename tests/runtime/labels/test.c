#include "test.h"
#include "../check.h"

#define SIDE(side, SIDE, factor) \
  static uint32_t side##_value; \
\
  side##_state_t side##_set(side##_amount_t *a) { \
    side##_value = a->value * factor; \
    side##_amount_free(a); \
    return side##_value ? SIDE##_STATE_FULL : SIDE##_STATE_EMPTY; \
  } \
\
  bool side##_get(test_string_t *key, side##_amount_t *ret) { \
    bool found = side##_value && IS(*key, #side); \
    if (found) { \
      ret->value = side##_value; \
      ret->unit = *key; \
    } else { \
      test_string_free(key); \
    } \
    return found; \
  }

SIDE(left, LEFT, 1)
SIDE(right, RIGHT, 10)
