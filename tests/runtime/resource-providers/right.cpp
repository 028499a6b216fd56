#include "right_cpp.h"
#define BY "right"
#define STEP 100
#include "left.cpp"
