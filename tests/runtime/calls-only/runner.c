#include "runner.h"

void exports_runner_run(void) {
  test_calls_only_calls_once();
  test_calls_only_calls_again();
  test_calls_only_calls_again();
}
