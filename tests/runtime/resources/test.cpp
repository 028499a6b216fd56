#include "test_cpp.h"

namespace exports::test::resources::counters {

std::vector<uint32_t> Counter::past;
uint32_t TwoWords::others = 0;

std::expected<Counter::Owned, wit::string> Counter::Parse(wit::string text) {
  if (text.size() == 1 && *text.data() >= '0' && *text.data() <= '9') return New(uint32_t(*text.data() - '0'));
  return std::unexpected<wit::string>(wit::string::from_view("not a digit"));
}

Counter::Owned Counter::Sum(Owned a, Owned b) {
  uint32_t sum = a->value + b->value;
  // The order in which parameters end is the platform's.
  a = nullptr;
  b = nullptr;
  return New(sum);
}

std::optional<wit::string> TwoWords::Set(std::optional<wit::string> text) {
  if (!text) return std::nullopt;
  auto before = Text();
  static_cast<Texts *>(this)->text() = text->to_string();
  return before;
}

wit::vector<uint32_t> Ended() {
  std::vector<uint32_t> past = std::exchange(Counter::past, {});
  return wit::vector<uint32_t>::from_view(std::span(past));
}

uint32_t Others() { return TwoWords::others; }

} // namespace exports::test::resources::counters

// An inline interface has the namespace of its package.
namespace exports::test::resources {

uint32_t Thing::things = 0;

Thing::Owned Bigger(Thing::Owned a, Thing::Owned b) { return a->N() > b->N() ? std::move(a) : std::move(b); }
uint32_t Things() { return Thing::things; }

} // namespace exports::test::resources
