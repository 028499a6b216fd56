#include "right.h"
#define WORLD(name) right_##name
#define BY "right"
#define STEP 100
#include "left.c"
