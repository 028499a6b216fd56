#include "outer_cpp.h"
#define MARK ">"
#include "inner.cpp"
