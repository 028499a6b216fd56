#include "left_cpp.h"

using namespace exports::test::diamond;

number::Value number::Get() { return {1, wit::string::from_view("left")}; }
