#include "test_cpp.h"

#define SIDE(side, factor) \
  namespace exports::side { \
  static uint32_t value; \
  State Set(Amount a) { \
    value = a.value * factor; \
    return value ? State::kFull : State::kEmpty; \
  } \
  std::optional<Amount> Get(wit::string key) { \
    if (!value || key.get_view() != #side) return {}; \
    return Amount{value, std::move(key)}; \
  } \
  }

SIDE(left, 1)
SIDE(right, 10)
