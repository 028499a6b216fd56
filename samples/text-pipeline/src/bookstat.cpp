// bookstat FILE: what kinds of words a book is made of.
#include "bookstat_cpp.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace measuring = book::text::measuring;
namespace splitting = book::text::splitting;

namespace {

constexpr uint32_t top = 5;
constexpr size_t chunk = 1 << 20;

/// The whole file; nothing, with the reason in errno, if it cannot be read.
std::optional<std::vector<uint8_t>> read_file(const char *path)
{
  std::vector<uint8_t> text;
  std::FILE *file = std::fopen(path, "rb");

  if (!file)
    return std::nullopt;
  for (size_t found = 1; found > 0;) {
    const size_t size = text.size();
    text.resize(size + chunk);
    found = std::fread(text.data() + size, 1, chunk, file);
    text.resize(size + found);
  }
  const bool failed = std::ferror(file) != 0;
  const int reason = errno;
  std::fclose(file);
  errno = reason;
  return failed ? std::nullopt : std::optional(std::move(text));
}

/// "lord", or "unto (to)" for an archaic word, one behind the other.
std::string listed(const wit::vector<measuring::Ranked> &words)
{
  std::string list;

  for (const measuring::Ranked &item : words.get_const_view()) {
    list += list.empty() ? "" : ", ";
    list += item.word.get_view();
    if (const auto *archaic = std::get_if<measuring::Kind::Archaic>(&item.kind.variants))
      list.append(" (").append(archaic->value.get_view()).append(")");
  }
  return list;
}

void print_share(const char *name, const measuring::Share &part, uint32_t words)
{
  std::printf("%-14s %7u %6.2f %% %8u", name, part.words, 100.0 * part.words / words, part.distinct);
  std::printf("%s%s\n", part.top.empty() ? "" : "  ", listed(part.top).c_str());
}

void print_report(const measuring::Report &book)
{
  const uint32_t sentences = book.statements + book.questions + book.exclamations;

  std::printf("%7u words, %u distinct (type-token ratio %.4f), %u of them seen once\n", book.words, book.distinct,
              static_cast<double>(book.distinct) / book.words, book.once);
  std::printf("%7u sentences: %u statements, %u questions, %u exclamations\n", sentences, book.statements,
              book.questions, book.exclamations);
  std::printf("%7u numbers\n", book.numbers);
  std::printf("%7.2f readability index\n\n", static_cast<double>(book.readability));

  std::printf("kind             words    share distinct  most frequent\n");
  print_share("function words", book.function_words, book.words);
  print_share("names", book.names, book.words);
  print_share("archaic", book.archaic, book.words);
  print_share("content", book.content, book.words);
  std::printf("\nlongest words: %s\n", listed(book.longest).c_str());
}

std::string message_of(const splitting::Problem &problem)
{
  if (const auto *byte = std::get_if<splitting::Problem::NotUtf8>(&problem.variants))
    return "not UTF-8 at byte " + std::to_string(byte->value);
  return "too large: " + std::to_string(std::get<splitting::Problem::TooLarge>(problem.variants).value) + " bytes";
}

std::string message_of(const measuring::Problem &problem)
{
  if (const auto *token = std::get_if<measuring::Problem::Misplaced>(&problem.variants))
    return "misplaced token at byte " + std::to_string(token->value.start);
  return "no words";
}

/// Prints the report. Returns what is wrong with the text, if anything is.
std::string describe(std::span<const uint8_t> text)
{
  const auto tokens = splitting::Tokenize(text);
  if (!tokens)
    return message_of(tokens.error());
  const auto book = measuring::Measure(text, tokens->get_const_view(), top);
  if (!book)
    return message_of(book.error());
  print_report(*book);
  return "";
}

} // namespace

int main(int argc, char **argv)
{
  if (argc != 2) {
    std::fprintf(stderr, "usage: bookstat FILE\n");
    return EXIT_FAILURE;
  }
  const auto text = read_file(argv[1]);
  const std::string problem = text ? describe(*text) : std::strerror(errno);
  if (problem.empty())
    return EXIT_SUCCESS;
  std::fprintf(stderr, "bookstat: %s: %s\n", argv[1], problem.c_str());
  return EXIT_FAILURE;
}
