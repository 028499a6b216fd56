// A small cache in front of an archive: two providers of one interface, taken by label.
#include <iostream>
#include <sstream>
#include <string>

#include "cache_cpp.h"

namespace {

std::span<uint8_t const> bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

std::string_view text(const wit::vector<uint8_t> &value) {
  return {reinterpret_cast<const char *>(value.data()), value.size()};
}

template <class Refusal> std::string reason(const Refusal &refusal) {
  if (const auto *most = std::get_if<typename Refusal::TooLong>(&refusal.variants))
    return "the value is longer than " + std::to_string(most->value) + " bytes";
  return "the key is empty";
}

class Cache {
public:
  void put(const std::string &key, const std::string &value) {
    const auto before = hot_.Put(key, bytes(value));
    if (!before) std::cout << "refused: " << reason(before.error()) << '\n';
    else if (*before) std::cout << key << ": instead of " << text(**before) << '\n';
  }

  void get(const std::string &key) {
    if (const auto value = hot_.Get(key)) std::cout << key << " = " << text(*value) << '\n';
    else if (const auto old = cold_.Get(key)) std::cout << key << " = " << text(*old) << " (archive)\n";
    else std::cout << key << ": not found\n";
  }

  void remove(const std::string &key) {
    const bool hot = hot_.Remove(key), cold = cold_.Remove(key);
    if (!hot && !cold) std::cout << key << ": not found\n";
  }

  void flush() {
    size_t moved = 0;
    const auto rows = hot_.Scan("");
    while (const auto entry = rows.Next()) {
      if (const auto kept = cold_.Put(entry->key.get_view(), entry->value.get_const_view()); !kept)
        std::cout << "refused: " << reason(kept.error()) << '\n';
      hot_.Remove(entry->key.get_view());
      ++moved;
    }
    std::cout << moved << " to the archive\n";
  }

  // A second archive, and one made of both, in which the newer values stay. The cache is made anew, too.
  void compact() {
    cold::Table newer("newer");
    const auto rows = cold_.Scan("m");
    while (const auto entry = rows.Next()) (void)newer.Put(entry->key.get_view(), entry->value.get_const_view());
    std::cout << cold_.Overlap(newer) << " keys in both\n";
    cold::Table both[] = {std::move(cold_), std::move(newer)};
    cold_ = cold::Table::Merge("archive", both);
    hot_ = hot::Table::Merge("cache", {&hot_, 1});
  }

  void list() const {
    const auto rows = cold_.Scan("");
    while (const auto entry = rows.Next()) std::cout << entry->key.get_view() << " = " << text(entry->value) << '\n';
  }

private:
  hot::Table hot_{"cache"};
  cold::Table cold_{"archive"};
};

} // namespace

int main() {
  Cache cache;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command, key, value;
    words >> command >> key >> std::ws;
    std::getline(words, value);
    if (command == "put") cache.put(key, value);
    else if (command == "get") cache.get(key);
    else if (command == "remove") cache.remove(key);
    else if (command == "flush") cache.flush();
    else if (command == "compact") cache.compact();
    else if (command == "list") cache.list();
    else if (!command.empty()) std::cout << command << "? put, get, remove, flush, compact, list\n";
    std::cout.flush();
  }
}
