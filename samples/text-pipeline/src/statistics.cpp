// Counts the words of a text and ranks them, kind by kind: the twin of statistics.rs, for where there is no rustc.
#include "statistics_cpp.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <unordered_map>

namespace types = book::text::types;
namespace measuring = exports::book::text::measuring;
using measuring::Problem, measuring::Ranked, measuring::Report, measuring::Share;
using types::Entry, types::Kind, types::Span, types::Token;

namespace {

using Bytes = std::span<const uint8_t>;
using Words = std::vector<const Ranked *>;

/// How often a word is there, and how often of these its first letter is a capital.
struct Count {
  uint32_t all = 0, capitalised = 0;
};

/// What one pass over the tokens finds.
struct Tally {
  /// By words in lower case.
  std::unordered_map<std::string, Count> vocabulary;
  uint32_t words = 0, numbers = 0, statements = 0, questions = 0, exclamations = 0;
};

bool is_capital(char c)
{
  return c >= 'A' && c <= 'Z';
}

void count(Tally &tally, std::string &word)
{
  const bool is_capitalised = is_capital(word[0]);

  for (char &letter : word)
    letter = is_capital(letter) ? static_cast<char>(letter + ('a' - 'A')) : letter;
  Count &all = tally.vocabulary[word];
  all.all++;
  all.capitalised += is_capitalised;
  tally.words++;
}

std::expected<Tally, Problem> tally_of(Bytes text, std::span<const Token> tokens)
{
  Tally tally;
  std::string word;
  size_t done = 0;
  bool in_sentence = false;

  for (const Token &token : tokens) {
    if (const auto *stop = std::get_if<Token::Stop>(&token.variants)) {
      uint32_t &sentences = stop->value == '?' ? tally.questions
                          : stop->value == '!' ? tally.exclamations
                                               : tally.statements;
      sentences += std::exchange(in_sentence, false);
      continue;
    }
    const auto *is_word = std::get_if<Token::Word>(&token.variants);
    const Span at = is_word ? is_word->value : std::get<Token::Number>(token.variants).value;
    if (at.start < done || at.start >= text.size() || at.length == 0 || at.length > text.size() - at.start)
      return std::unexpected(Problem{Problem::Misplaced{at}});
    done = at.start + at.length;
    if (is_word) {
      word.assign(reinterpret_cast<const char *>(&text[at.start]), at.length);
      count(tally, word);
      in_sentence = true;
    } else {
      tally.numbers++;
    }
  }
  return tally;
}

/// Every word with its kind, in alphabetical order.
std::vector<Ranked> ranked(const Tally &tally)
{
  std::vector<Entry> entries;
  std::vector<Ranked> words;

  for (const auto &[word, count] : tally.vocabulary)
    entries.push_back({wit::string::from_view(word), count.all, count.capitalised});
  std::sort(entries.begin(), entries.end(),
            [](const Entry &a, const Entry &b) { return a.word.get_view() < b.word.get_view(); });
  auto kinds = book::text::sorting::Classify(entries);
  for (size_t i = 0; i < kinds.size(); i++)
    words.push_back({std::move(entries[i].word), entries[i].count, std::move(kinds[i])});
  return words;
}

/// Characters, without apostrophes, hyphens and the bytes that continue a character of UTF-8.
size_t letters_of(const Ranked &ranked)
{
  const auto counts = [](char c) { return c != '\'' && c != '-' && (c & 0xc0) != 0x80; };
  return static_cast<size_t>(std::count_if(ranked.word.begin(), ranked.word.end(), counts));
}

/// Senter and Smith, "Automated Readability Index", AMRL-TR-66-220 (1967).
double readability(double letters, double words, double sentences)
{
  return 4.71 * letters / words + 0.5 * words / sentences - 21.43;
}

wit::vector<Ranked> first(const Words &words, size_t top)
{
  auto list = wit::vector<Ranked>::allocate(std::min(top, words.size()));

  for (size_t i = 0; i < list.size(); i++)
    list.initialize(i, Ranked(*words[i]));
  return list;
}

template <class Case> Share share_of(const Words &frequent, size_t top)
{
  Words members;
  uint32_t words = 0;

  for (const Ranked *item : frequent) {
    if (std::holds_alternative<Case>(item->kind.variants)) {
      members.push_back(item);
      words += item->count;
    }
  }
  return {words, static_cast<uint32_t>(members.size()), first(members, top)};
}

/// Pointers to words, those of the highest figure first; among equals their order is kept.
template <class Figure> Words by(Figure figure, const std::vector<Ranked> &words)
{
  Words sorted;

  for (const Ranked &item : words)
    sorted.push_back(&item);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Ranked *a, const Ranked *b) { return figure(*a) > figure(*b); });
  return sorted;
}

Report report_of(const Tally &tally, size_t top)
{
  const std::vector<Ranked> words = ranked(tally);
  const Words longest = by(letters_of, words), frequent = by([](const Ranked &item) { return item.count; }, words);
  const uint32_t sentences = tally.statements + tally.questions + tally.exclamations;
  const auto once = std::count_if(words.begin(), words.end(), [](const Ranked &item) { return item.count == 1; });
  double letters = 0;

  for (const Ranked &item : words)
    letters += static_cast<double>(item.count) * static_cast<double>(letters_of(item));
  return {
    .words = tally.words,
    .distinct = static_cast<uint32_t>(words.size()),
    .once = static_cast<uint32_t>(once),
    .numbers = tally.numbers,
    .statements = tally.statements,
    .questions = tally.questions,
    .exclamations = tally.exclamations,
    .readability = readability(letters, tally.words, std::max(sentences, 1u)),
    .longest = first(longest, top),
    .function_words = share_of<Kind::FunctionWord>(frequent, top),
    .names = share_of<Kind::Name>(frequent, top),
    .archaic = share_of<Kind::Archaic>(frequent, top),
    .content = share_of<Kind::Content>(frequent, top),
  };
}

} // namespace

std::expected<Report, Problem> measuring::Measure(Bytes text, std::span<const Token> tokens, uint32_t top)
{
  const auto tally = tally_of(text, tokens);

  if (!tally)
    return std::unexpected(tally.error());
  if (tally->words == 0)
    return std::unexpected(Problem{Problem::NoWords{}});
  return report_of(*tally, top);
}
