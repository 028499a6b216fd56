#include "runner_cpp.h"
#include <assert.h>

using namespace test::keywords::interface;

void exports::runner::Run() {
  uint8_t bytes[] = {1, 2, 3};
  assert(Switch(10, "four", bytes) == 17);
  assert((*Static(9, "kept", Enum::kWhile)).get_view() == "kept" && Static(9, "lost", Enum::kInt).error() == 9);
  auto record = Union({1, wit::string::from_view("class"), true, 2, 3});
  assert(record.int_ == 2 && record.class_.get_view() == "class" && !record.default_ && record.ret_ == 3);
  assert(record.err_ == 4);
  assert(Namespace(Flags::kIf | Flags::kElse) == (Flags::kElse | Flags::kDelete));
  assert(std::get<0>(Register({test::keywords::interface::Variant::Char{200}}).variants).value == 200);
  assert(Register({test::keywords::interface::Variant::Union{}}).variants.index() == 4);
  assert(Typedef(3, 4) == 7 && !Typedef({}, 0) && Bool({5}, "six", 7) == 15 && Main(1, 2, 3, 4) == 1234);
  assert(Free("malloc").get_view() == "malloc");
}
