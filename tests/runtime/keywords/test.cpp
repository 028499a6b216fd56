#include "test_cpp.h"

namespace exports::test::keywords::interface {

uint32_t Switch(uint8_t class_, wit::string default_, wit::vector<uint8_t> int_) {
  return uint32_t(class_ + default_.size() + int_.size());
}

std::expected<wit::string, uint8_t> Static(uint32_t ret_, wit::string err_, Enum stdout_) {
  if (stdout_ == Enum::kWhile) return err_;
  return std::unexpected<uint8_t>(uint8_t(ret_));
}

Record Union(Record this_) {
  this_.int_++;
  this_.default_ = !this_.default_;
  this_.ret_++;
  this_.err_++;
  return this_;
}

Flags Namespace(Flags new_) {
  auto other = uint8_t(Flags::kIf | Flags::kDelete);
  return Flags(uint8_t(new_) ^ other);
}

Variant Register(Variant template_) { return template_; }

std::optional<uint8_t> Typedef(std::optional<uint8_t> maybe_x, uint8_t x) {
  auto sum = uint8_t(x + maybe_x.value_or(0));
  return sum ? std::optional(sum) : std::nullopt;
}

uint64_t Bool(Struct for_, wit::string string, uint64_t size) { return size + for_.a + string.size(); }
uint32_t Main(uint32_t len, uint32_t ptr, uint32_t self, uint32_t i) { return len * 1000 + ptr * 100 + self * 10 + i; }
wit::string Free(wit::string malloc_) { return malloc_; }

} // namespace exports::test::keywords::interface
