#include "outer.h"
#define WORLD(name) outer_##name
#define MARK ">"
#include "inner.c"
