#include "leaf.h"
#include "../check.h"

void exports_test_chain_steps_run_job(exports_test_chain_steps_job_t *j, exports_test_chain_steps_job_t *ret) {
  *ret = *j;
  for (size_t i = 0; i < ret->sizes.len; i++) ret->sizes.ptr[i] *= 2;
}

uint32_t exports_test_chain_steps_depth(void) { return 1; }

void exports_test_chain_only_leaf_shout(leaf_string_t *s, leaf_string_t *ret) {
  for (size_t i = 0; i < s->len; i++)
    if (s->ptr[i] >= 'a' && s->ptr[i] <= 'z') s->ptr[i] = (uint8_t)(s->ptr[i] - 'a' + 'A');
  *ret = *s;
}

uint32_t exports_leaf_base(void) { return 100; }
