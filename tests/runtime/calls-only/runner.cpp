#include "runner_cpp.h"

using namespace test::calls_only::calls;

void exports::runner::Run() {
  Once();
  Again();
  Again();
}
