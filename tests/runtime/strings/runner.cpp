#include "runner_cpp.h"
#include <assert.h>

using namespace test::strings::strings;

void exports::runner::Run() {
  std::string_view known[] = {"plain", "Grüße, 世界 🚀", "", {"nul\0inside", 10}};
  for (uint8_t i = 0; i < 4; i++) {
    assert(Take(known[i]) == i + 1u && Same(known[i]).get_view() == known[i] && Give(i + 1).get_view() == known[i]);
    assert(Join(known[i], known[1]).to_string() == std::string(known[i]) + std::string(known[1]));
  }
  auto parts = Split("one,,three");
  assert(parts.size() == 3 && parts[0].get_view() == "one" && parts[1].empty() && parts[2].get_view() == "three");
  assert(Split("").size() == 1);
  std::string_view views[] = {"ab", "", "ç"};
  assert(Total(views) == 4 && Total({}) == 0);
  auto turned = Reverse(views);
  assert(turned.size() == 3 && turned[0].get_view() == "ç" && turned[2].get_view() == "ab" && Reverse({}).empty());
  std::string large(100000, 'a');
  assert(Large(large).get_view() == std::string(100000, 'b'));
}
