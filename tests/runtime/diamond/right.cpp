#include "right_cpp.h"

namespace own = exports::test::diamond::number;

own::Value own::Get() { return {::test::diamond::number::Get().n + 10, wit::string::from_view("right")}; }
