#include "runner_cpp.h"
#include <assert.h>

using namespace test::rename;

static long_interface_name::Value value(const char *text) { return {wit::string::from_view(text)}; }

void exports::runner::Run() {
  auto twice = long_interface_name::Twice(value("ab"));
  assert(twice.text.get_view() == "abab" && other::Length(value("abab")) == 4);
  assert(Next(255) == 0);
}
