#include "test_cpp.h"
#include <algorithm>

namespace exports::test::handed_over::lists {

template <class T> static wit::vector<T> turned(wit::vector<T> l) {
  std::reverse(l.data(), l.data() + l.size());
  return l;
}

wit::vector<Token> Tokens(uint32_t count) {
  auto made = wit::vector<Token>::allocate(count);
  for (uint32_t i = 0; i < count; i++) {
    switch (i % 3) {
    case 0: made.initialize(i, Token{Token::Word{Span{i, i + 1}}}); break;
    case 1: made.initialize(i, Token{Token::Number{Span{i, i + 2}}}); break;
    default: made.initialize(i, Token{Token::Stop{i}});
    }
  }
  return made;
}

wit::vector<Token> TurnTokens(wit::vector<Token> l) { return turned(std::move(l)); }
wit::vector<std::optional<wit::string>> TurnStrings(wit::vector<std::optional<wit::string>> l) {
  return turned(std::move(l));
}
wit::vector<wit::vector<Tree>> TurnTrees(wit::vector<wit::vector<Tree>> l) { return turned(std::move(l)); }
wit::vector<Wide> TurnWide(wit::vector<Wide> l) { return turned(std::move(l)); }
wit::vector<std::expected<wit::string, uint8_t>> TurnResults(wit::vector<std::expected<wit::string, uint8_t>> l) {
  return turned(std::move(l));
}
wit::unordered_map<wit::string, std::optional<uint64_t>> Keep(
    wit::unordered_map<wit::string, std::optional<uint64_t>> m) {
  return m;
}
wit::vector<std::tuple<bool, uint8_t>> Bools(wit::vector<std::tuple<bool, uint8_t>> l) { return turned(std::move(l)); }

} // namespace exports::test::handed_over::lists
