#include "test_cpp.h"
#include <assert.h>

static int count;

void exports::test::calls_only::calls::Once() { assert(count++ == 0); }
void exports::test::calls_only::calls::Again() { assert(count++ >= 1); }
