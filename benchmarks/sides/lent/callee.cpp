#include BINDINGS

namespace exports::bench::lent::views {

uint32_t Text(std::string_view a) { return static_cast<uint32_t>(a.front() + a.back()); }

uint32_t Bytes(std::span<uint8_t const> a) { return static_cast<uint32_t>(a.front() + a.back()); }

uint32_t Words(std::span<uint32_t const> a) { return a.front() + a.back(); }

} // namespace exports::bench::lent::views
