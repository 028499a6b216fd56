#include "middle.h"
#include "../check.h"

void exports_test_chain_steps_run_job(exports_test_chain_steps_job_t *j, exports_test_chain_steps_job_t *ret) {
  test_chain_steps_job_t mine, done;
  mine.sizes.ptr = j->sizes.ptr;
  mine.sizes.len = j->sizes.len;
  test_chain_only_leaf_shout(&j->name, &mine.name);
  test_chain_steps_run_job(&mine, &done);
  middle_string_free(&mine.name);
  ret->name = done.name;
  ret->sizes = done.sizes;
  for (size_t i = 0; i < ret->sizes.len; i++) ret->sizes.ptr[i]++;
  exports_test_chain_steps_job_free(j);
}

uint32_t exports_test_chain_steps_depth(void) { return test_chain_steps_depth() + middle_base(); }
