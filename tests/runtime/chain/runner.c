#include "runner.h"
#include "../check.h"

void exports_runner_run(void) {
  uint32_t sizes[] = {1, 20, UINT32_MAX};
  test_chain_steps_job_t job = {.sizes = {sizes, 3}}, done;
  runner_string_set(&job.name, "job é");
  test_chain_steps_run_job(&job, &done);
  assert(IS(done.name, "JOB é"));
  assert(done.sizes.len == 3 && done.sizes.ptr[0] == 3 && done.sizes.ptr[1] == 41 && done.sizes.ptr[2] == UINT32_MAX);
  test_chain_steps_job_free(&done);
  assert(test_chain_steps_depth() == 101);

  runner_string_t loud;
  test_chain_only_leaf_shout(&job.name, &loud);
  assert(IS(loud, "JOB é"));
  runner_string_free(&loud);
}
