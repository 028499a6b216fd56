#ifndef BY
#include "left_cpp.h"
#define BY "left"
#define STEP 1
#endif

namespace exports::test::providers::things {

uint32_t Thing::alive = 0;

wit::string Thing::By() { return wit::string::from_view(BY); }
uint32_t Thing::More(uint32_t by) { return n += STEP * by; }

uint32_t Alive() { return Thing::alive; }

} // namespace exports::test::providers::things
