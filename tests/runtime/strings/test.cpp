#include "test_cpp.h"
#include <algorithm>

namespace exports::test::strings::strings {

static constexpr std::string_view known[] = {"plain", "Grüße, 世界 🚀", "", {"nul\0inside", 10}};

uint32_t Take(wit::string s) {
  for (uint32_t i = 0; i < 4; i++)
    if (s.get_view() == known[i]) return i + 1;
  return 0;
}

wit::string Give(uint8_t kind) { return wit::string::from_view(known[kind - 1]); }
wit::string Same(wit::string s) { return s; }
wit::string Join(wit::string a, wit::string b) { return wit::string::from_view(a.to_string() + b.to_string()); }

wit::vector<wit::string> Split(wit::string s) {
  auto made = wit::vector<wit::string>::allocate(1 + std::count(s.begin(), s.end(), ','));
  std::string_view rest = s.get_view();
  for (size_t i = 0; i < made.size(); i++) {
    size_t end = std::min(rest.find(','), rest.size());
    made.initialize(i, wit::string::from_view(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return made;
}

uint64_t Total(wit::vector<wit::string> parts) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < parts.size(); i++) bytes += parts[i].size();
  return bytes;
}

wit::vector<wit::string> Reverse(wit::vector<wit::string> parts) {
  std::reverse(parts.data(), parts.data() + parts.size());
  return parts;
}

wit::string Large(wit::string s) {
  for (char &c : s) c++;
  return s;
}

} // namespace exports::test::strings::strings
