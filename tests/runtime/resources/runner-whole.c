//@ args = '--no-sig-flattening'
#define WHOLE
#include "runner.c"
