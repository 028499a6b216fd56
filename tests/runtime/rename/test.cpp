#include "test_cpp.h"
#include <string>

using namespace exports::test::rename;

long_interface_name::Value long_interface_name::Twice(Value v) {
  std::string text(v.text.get_view());
  return {wit::string::from_view(text + text)};
}

uint32_t other::Length(Value v) { return uint32_t(v.text.size()); }

uint8_t exports::test::rename::Next(uint8_t v) { return uint8_t(v + 1); }
