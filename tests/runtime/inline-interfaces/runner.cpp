#include "runner_cpp.h"
#include <assert.h>

using namespace test::inline_interfaces;

static Item item(const char *key, uint8_t value) {
  return {wit::string::from_view(key), wit::vector<uint8_t>::from_view(std::span<uint8_t>(&value, 1))};
}

void exports::runner::Run() {
  assert(!Get("one") && Keys().empty());
  assert(Put(item("one", 1)) == 1 && Put(item("two", 2)) == 2);
  auto keys = Keys();
  assert(keys.size() == 2 && keys[0].get_view() == "one" && keys[1].get_view() == "two");
  auto one = Get("one");
  assert(one->key.get_view() == "one" && one->value.size() == 1 && one->value[0] == 1);
  assert(!Get("one") && Get("two")->value[0] == 2);
  assert(Add({1.5f, -2}, {0.25f, 3}) == (std::tuple<float, float>(1.75f, 1)));
}
