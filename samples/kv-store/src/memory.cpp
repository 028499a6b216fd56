// Tables in memory.
#include "memory_cpp.h"

namespace exports::sample::kv::store {

namespace {

constexpr size_t longest = 1 << 20;

std::span<uint8_t const> bytes(const std::string &text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

} // namespace

std::optional<Entry> Cursor::Next() {
  if (next_ == rows_.size()) return std::nullopt;
  const auto &[key, value] = rows_[next_++];
  return Entry{wit::string::from_view(key), wit::vector<uint8_t>::from_view(bytes(value))};
}

std::expected<std::optional<wit::vector<uint8_t>>, Refusal> Table::Put(std::string_view key,
                                                                       std::span<uint8_t const> value) {
  if (key.empty()) return std::unexpected(Refusal{Refusal::EmptyKey{}});
  if (value.size() > longest) return std::unexpected(Refusal{Refusal::TooLong{longest}});
  auto before = Get(key);
  rows_.insert_or_assign(std::string(key), std::string(value.begin(), value.end()));
  return before;
}

std::optional<wit::vector<uint8_t>> Table::Get(std::string_view key) {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return std::nullopt;
  return wit::vector<uint8_t>::from_view(bytes(found->second));
}

bool Table::Remove(std::string_view key) {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return false;
  rows_.erase(found);
  return true;
}

Cursor::Owned Table::Scan(std::string_view start) {
  return Cursor::Owned(new Cursor({rows_.lower_bound(start), rows_.end()}));
}

uint32_t Table::Overlap(std::reference_wrapper<const Table> other) {
  uint32_t both = 0;
  for (const auto &row : rows_) both += static_cast<uint32_t>(other.get().rows_.count(row.first));
  return both;
}

Table::Owned Table::Merge(std::string_view name, std::span<Owned> tables) {
  auto whole = New(name);
  for (auto &table : tables)
    for (auto &[key, value] : table->rows_) whole->rows_.insert_or_assign(key, std::move(value));
  return whole;
}

} // namespace exports::sample::kv::store
