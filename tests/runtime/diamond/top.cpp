#include "top_cpp.h"
#include <string>

std::tuple<uint32_t, uint32_t, wit::string> exports::test::diamond::All() {
  auto left = a::Get();
  auto right = b::Get();
  std::string both(left.by.get_view());
  both += right.by.get_view();
  return {left.n, right.n + ::test::diamond::number::Get().n, wit::string::from_view(both)};
}
