#include "text_cpp.h"
#include <algorithm>
#include <map>

using exports::example::text::words::Entry;

wit::vector<Entry> exports::example::text::words::Count(std::string_view text)
{
  constexpr std::string_view spaces = " \t\r\n";
  std::map<std::string_view, uint32_t> counts;

  for (size_t at = text.find_first_not_of(spaces); at != text.npos;) {
    const size_t end = std::min(text.find_first_of(spaces, at), text.size());
    ++counts[text.substr(at, end - at)];
    at = text.find_first_not_of(spaces, end);
  }

  std::vector<std::pair<std::string_view, uint32_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
  auto found = wit::vector<Entry>::allocate(sorted.size());
  for (size_t i = 0; i < sorted.size(); ++i)
    found.initialize(i, Entry{wit::string::from_view(sorted[i].first), sorted[i].second});
  return found;
}
