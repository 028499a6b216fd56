#include "words_cpp.h"

namespace exports::demo::mixed::counting {

std::expected<Summary, wit::string> Summarise(wit::string text) {
  std::vector<std::string_view> words;
  std::string_view rest = text.get_view();
  if (rest.empty()) return std::unexpected<wit::string>(wit::string::from_view("no text"));
  for (size_t end; !rest.empty(); rest.remove_prefix(end == rest.npos ? rest.size() : end + 1)) {
    end = rest.find(' ');
    words.push_back(rest.substr(0, end));
  }
  auto copies = wit::vector<wit::string>::allocate(words.size());
  for (size_t i = 0; i < words.size(); i++) copies.initialize(i, wit::string::from_view(words[i]));
  return Summary{uint32_t(words.size()), std::move(copies)};
}

uint32_t Add(uint32_t a, uint32_t b) {
#ifdef __cpp_exceptions // which WASI does not have
  if (a == 13) throw 13;
#endif
  return a + b;
}

} // namespace exports::demo::mixed::counting
