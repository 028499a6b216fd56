#include "test.h"
#include "../check.h"

#define NAME(name) exports_test_handed_over_lists_##name

/* The function that turns round a list of `list##_t` with elements of type `T`. */
#define TURN(name, list, T) \
  void NAME(name)(list *l, list *ret) { \
    REVERSE(l, T) \
    *ret = *l; \
  }

void NAME(tokens)(uint32_t count, NAME(list_token_t) *ret) {
  LIST(ret, count);
  for (uint32_t i = 0; i < count; i++) {
    NAME(token_t) *token = &ret->ptr[i];
    token->tag = (uint8_t)(i % 3);
    switch (token->tag) {
    case EXPORTS_TEST_HANDED_OVER_LISTS_TOKEN_WORD:
      token->val.word.start = i;
      token->val.word.end = i + 1;
      break;
    case EXPORTS_TEST_HANDED_OVER_LISTS_TOKEN_NUMBER:
      token->val.number.start = i;
      token->val.number.end = i + 2;
      break;
    default:
      token->val.stop = i;
    }
  }
}

TURN(turn_tokens, NAME(list_token_t), NAME(token_t))
TURN(turn_strings, test_list_option_string_t, test_option_string_t)
TURN(turn_trees, NAME(list_list_tree_t), NAME(list_tree_t))
TURN(turn_wide, NAME(list_wide_t), NAME(wide_t))
TURN(turn_results, test_list_result_string_u8_t, test_result_string_u8_t)
TURN(bools, test_list_tuple2_bool_u8_t, test_tuple2_bool_u8_t)

void NAME(keep)(test_map_string_option_u64_t *m, test_map_string_option_u64_t *ret) { *ret = *m; }
