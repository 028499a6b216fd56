//@ args = '--string-encoding utf16'
#define UTF16
#include "test.c"
