#include "leaf_cpp.h"
#include <string>

namespace exports::test::chain {

steps::Job steps::RunJob(Job j) {
  for (uint32_t &size : j.sizes.get_view()) size *= 2;
  return j;
}

uint32_t steps::Depth() { return 1; }

wit::string only_leaf::Shout(wit::string s) {
  std::string loud(s.get_view());
  for (char &letter : loud)
    if (letter >= 'a' && letter <= 'z') letter += 'A' - 'a';
  return wit::string::from_view(loud);
}

} // namespace exports::test::chain

uint32_t exports::leaf::Base() { return 100; }
