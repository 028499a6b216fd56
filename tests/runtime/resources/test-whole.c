//@ args = '--no-sig-flattening'
#define WHOLE
#include "test.c"
