// Cuts UTF-8 text into words, numbers and ends of sentences.
#include "tokenizer_cpp.h"

using book::text::types::Span, book::text::types::Token;
using exports::book::text::splitting::Problem, exports::book::text::splitting::Tokens;

namespace {

using Bytes = std::span<const uint8_t>;

struct Character {
  char32_t value;
  uint32_t size; ///< In bytes; 0 for what is not UTF-8.
};

/// The character that `text` begins with, of two bytes or more (RFC 3629, section 4).
Character decode_long(Bytes text)
{
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const uint8_t first = text[0];
  const uint32_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

  if (first < 0xc0 || first > 0xf7 || size > text.size())
    return {};
  char32_t value = first & (0x7fu >> size);
  for (uint8_t next : text.subspan(1, size - 1)) {
    if ((next & 0xc0) != 0x80)
      return {};
    value = value << 6 | (next & 0x3fu);
  }
  const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < least[size] || value > 0x10ffff || is_surrogate)
    return {};
  return {value, size};
}

inline Character decode(Bytes text)
{
  return text[0] < 0x80 ? Character{text[0], 1} : decode_long(text);
}

constexpr auto is_digit = [](char32_t c) { return c >= '0' && c <= '9'; };

/// The letters of the Latin alphabets, up to U+024F.
constexpr auto is_letter = [](char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7);
};

constexpr auto is_stop = [](char32_t c) { return c == '.' || c == '?' || c == '!'; };

constexpr auto is_any = [](char32_t) { return true; };

/// How many bytes `text` begins with that are UTF-8 and members of a set.
template <class Predicate> size_t length_while(Bytes text, Predicate is_member)
{
  size_t length = 0;

  while (length < text.size()) {
    const Character next = decode(text.subspan(length));
    if (next.size == 0 || !is_member(next.value))
      break;
    length += next.size;
  }
  return length;
}

size_t length_of_word(Bytes text)
{
  for (size_t length = 0;;) {
    length += length_while(text.subspan(length), is_letter);
    if (length == text.size() || (text[length] != '\'' && text[length] != '-'))
      return length;
    if (length_while(text.subspan(length + 1), is_letter) == 0)
      return length;
    length++;
  }
}

} // namespace

std::expected<Tokens, Problem> exports::book::text::splitting::Tokenize(Bytes text)
{
  if (text.size() > UINT32_MAX)
    return std::unexpected(Problem{Problem::TooLarge{text.size()}});
  const size_t valid = length_while(text, is_any);
  if (valid < text.size())
    return std::unexpected(Problem{Problem::NotUtf8{static_cast<uint32_t>(valid)}});

  // No more tokens than bytes; room that stays empty takes no memory, only addresses.
  Tokens tokens = Tokens::allocate(text.size());
  size_t count = 0;
  for (size_t at = 0, length; at < text.size(); at += length) {
    const Bytes rest = text.subspan(at);
    const Character first = decode(rest);
    const auto span = [&] { return Span{static_cast<uint32_t>(at), static_cast<uint32_t>(length)}; };

    if (is_letter(first.value)) {
      length = length_of_word(rest);
      tokens.initialize(count++, {Token::Word{span()}});
    } else if (is_digit(first.value)) {
      length = length_while(rest, is_digit);
      tokens.initialize(count++, {Token::Number{span()}});
    } else {
      length = first.size;
      if (is_stop(first.value))
        tokens.initialize(count++, {Token::Stop{first.value}});
    }
  }
  return count ? Tokens(tokens.leak(), count) : Tokens();
}
