#include "runner_cpp.h"
#include <assert.h>

using namespace test::options::options;

template <class T> static void scalar(std::optional<T> (*function)(std::optional<T>) noexcept, std::vector<T> values) {
  for (T value : values) assert(function(value) == value);
  assert(!function(std::nullopt));
}

static bool is(const std::optional<wit::string> &s, std::string_view wanted) { return s && s->get_view() == wanted; }

static void owning() {
  assert(is(Text("some ✓"), "some ✓") && !Text({}) && is(Text(""), ""));
  assert(is(Named("some ✓"), "some ✓") && !Named({}) && is(Alias("some ✓"), "some ✓") && !Alias({}));
  std::vector<uint8_t> data{1, 2};
  auto bytes = Bytes(std::span<uint8_t const>(data));
  assert(bytes->size() == 2 && (*bytes)[1] == 2 && !Bytes({}));
  auto tuple = ATuple(std::tuple(uint8_t(7), std::string_view("seven")));
  assert(std::get<0>(*tuple) == 7 && std::get<1>(*tuple).get_view() == "seven" && !ATuple({}));
  auto record = ARecord(Pair{9, wit::string::from_view("nine")});
  assert(record->a == 9 && is(record->b, "nine") && !ARecord(Pair{})->b && !ARecord({}));
  auto result = AResult(std::expected<uint8_t, wit::string>(std::unexpected(wit::string::from_view("bad"))));
  assert(result->error().get_view() == "bad" && !AResult({}));
}

static void nested() {
  using Two = std::optional<uint32_t>;
  assert(Twice(Two(UINT32_MAX)) == Two(UINT32_MAX) && Twice(Two())->has_value() == false && !Twice({}));
  using Three = std::optional<std::optional<wit::string>>;
  assert(is(**Thrice(Three(wit::string::from_view("deep"))), "deep"));
  assert(Thrice(Three(std::optional<wit::string>()))->has_value() && !**Thrice(Three(std::optional<wit::string>())));
  assert(Thrice(Three())->has_value() == false && !Thrice({}));
}

static void several() {
  assert(Several(200, "b", 3, 0.5) == 10031200 && Several({}, "b", 3, {}) == 10030000);
  assert(Several(200, {}, 0, 0.5) == 1200 && Several({}, {}, 0, {}) == 0);
  std::vector<std::optional<wit::string>> items{wit::string::from_view("x"), {}, wit::string::from_view("")};
  auto turned = Listed(items);
  assert(turned.size() == 3 && is(turned[0], "") && !turned[1] && is(turned[2], "x"));
}

void exports::runner::Run() {
  scalar<bool>(ABool, {true, false});
  scalar<uint8_t>(AU8, {0, UINT8_MAX});
  scalar<int16_t>(AS16, {INT16_MIN, INT16_MAX, -1});
  scalar<uint64_t>(AU64, {0, UINT64_MAX});
  scalar<float>(AF32, {0, -1.5f, INFINITY});
  scalar<double>(AF64, {0, -1.5, INFINITY});
  scalar<uint32_t>(AChar, {'a', 0x10FFFF});
  owning();
  nested();
  several();
}
