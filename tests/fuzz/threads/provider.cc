#include "provider_cpp.h"

namespace exports::fuzz::pool::counters {

uint64_t Counter::Merge(wit::vector<Owned> counters, std::reference_wrapper<const Counter> into) {
  uint64_t sum = 0;
  for (auto &each : counters.get_view()) sum += each->count;
  return const_cast<Counter &>(into.get()).Bump(sum);
}
wit::vector<Counter::Owned> Spread(uint32_t count) {
  auto made = wit::vector<Counter::Owned>::allocate(count);
  for (uint32_t i = 0; i < count; ++i) made.initialize(i, Counter::New(wit::string::from_view("spread")));
  return made;
}
uint64_t Total(wit::vector<std::reference_wrapper<const Counter>> counters) {
  uint64_t sum = 0;
  for (const auto &each : counters.get_view()) sum += each.get().count;
  return sum;
}
Counter::Owned Pass(Counter::Owned c) { return c; }
wit::string Join(wit::vector<wit::string> texts) {
  std::string all;
  for (const auto &each : texts.get_view()) all += each.get_view();
  return wit::string::from_view(all);
}

} // namespace exports::fuzz::pool::counters
