#include "test_cpp.h"
#include <algorithm>

namespace exports::test::results::results {

std::expected<void, wit::Void> Neither(bool fail) {
  if (fail) return std::unexpected<wit::Void>(wit::Void{});
  return {};
}

std::expected<uint32_t, wit::Void> OnlyOk(bool fail) {
  if (fail) return std::unexpected<wit::Void>(wit::Void{});
  return UINT32_MAX;
}

std::expected<void, wit::string> OnlyErr(bool fail) {
  if (fail) return std::unexpected<wit::string>(wit::string::from_view("failed ✗"));
  return {};
}

std::expected<wit::string, Failure> Both(bool fail) {
  if (fail) return std::unexpected<Failure>(Failure::kBusy);
  return wit::string::from_view("fine");
}

std::expected<uint8_t, double> Scalars(std::expected<double, uint8_t> v) {
  if (v) return std::unexpected<double>(*v);
  return v.error();
}

std::expected<float, double> Floats(std::expected<float, double> v) { return v; }
std::expected<void, wit::Void> SameNeither(std::expected<void, wit::Void> v) { return v; }
std::expected<wit::string, wit::Void> SameOk(std::expected<wit::string, wit::Void> v) { return v; }
std::expected<void, Reason> SameErr(std::expected<void, Reason> v) { return v; }
std::expected<Report, Reason> SameBoth(std::expected<Report, Reason> v) { return v; }

std::expected<Failure, wit::Void> Enums(std::expected<void, Failure> v) {
  if (v.has_value()) return std::unexpected<wit::Void>(wit::Void{});
  return v.error();
}

std::expected<std::expected<uint8_t, wit::string>, std::expected<void, uint64_t>>
Nested(std::expected<std::expected<uint8_t, wit::string>, std::expected<void, uint64_t>> v) {
  return v;
}

std::expected<std::optional<wit::string>, std::optional<uint8_t>>
Optional(std::expected<std::optional<wit::string>, std::optional<uint8_t>> v) {
  return v;
}

wit::vector<std::expected<wit::vector<uint8_t>, Reason>>
Listed(wit::vector<std::expected<wit::vector<uint8_t>, Reason>> v) {
  std::reverse(v.data(), v.data() + v.size());
  return v;
}

} // namespace exports::test::results::results
