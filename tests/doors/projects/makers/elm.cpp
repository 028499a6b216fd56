#include "maker_cpp.h"

namespace exports::demo::makers1_0_0::things {

uint32_t Thing::alive = 0;

wit::string Thing::By() { return wit::string::from_view("elm"); }
uint32_t Thing::Plus(std::reference_wrapper<const Thing> other) { return n + other.get().n; }

uint32_t Total(wit::vector<Thing::Owned> of) {
  uint32_t sum = 0;
  for (auto &thing : of.get_view()) sum += thing->n;
  return sum;
}

uint32_t Alive() { return Thing::alive; }

} // namespace exports::demo::makers1_0_0::things
