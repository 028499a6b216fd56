#include "test_cpp.h"

namespace exports::other::lib1_0_0::api {

wit::string Open(Config c) { return std::move(c.name); }
uint32_t Number() { return 1; }

} // namespace exports::other::lib1_0_0::api

namespace exports::other::lib2_1_0_beta_1_build_7::api {

std::expected<wit::string, uint64_t> Open(Config c) {
  if (c.size < 100) return std::move(c.name);
  return std::unexpected<uint64_t>(c.size);
}
uint32_t Number() { return 2; }

} // namespace exports::other::lib2_1_0_beta_1_build_7::api
