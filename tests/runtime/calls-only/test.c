#include "test.h"
#include "../check.h"

static int calls;

void exports_test_calls_only_calls_once(void) { assert(calls++ == 0); }
void exports_test_calls_only_calls_again(void) { assert(calls++ >= 1); }
