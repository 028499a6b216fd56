// Reads comma-separated values into columns.
#include "reader_cpp.h"
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <deque>
#include <limits>
#include <optional>
#include <string>

using exports::sample::columns::csv::Column, exports::sample::columns::csv::Fault;
using exports::sample::columns::csv::Misread, exports::sample::columns::csv::Values;
using std::string_view;

namespace {

/// Cuts a text into fields, record by record (RFC 4180, section 2; lines may end in LF alone).
class Fields {
public:
  explicit Fields(string_view text) : left_(text) {}
  bool is_at_end() const { return left_.empty(); }
  /// The line on which the next record begins.
  uint32_t line() const { return line_; }

  /// The fields of the next record, which are valid as long as this object; none where a quote is astray.
  std::optional<std::vector<string_view>> next()
  {
    std::vector<string_view> record;

    for (;;) {
      const std::optional<string_view> field = left_.starts_with('"') ? quoted() : plain();
      if (!field)
        return std::nullopt;
      record.push_back(*field);
      if (left_.empty())
        return record;
      const bool ends_line = left_.front() == '\n';
      left_.remove_prefix(1);
      if (ends_line) {
        ++line_;
        return record;
      }
    }
  }

private:
  string_view take(size_t size)
  {
    const string_view taken = left_.substr(0, size);
    left_.remove_prefix(taken.size());
    return taken;
  }

  std::optional<string_view> plain()
  {
    string_view field = take(left_.find_first_of(",\n"));
    if (!left_.starts_with(',') && field.ends_with('\r'))
      field.remove_suffix(1);
    return field;
  }

  std::optional<string_view> quoted()
  {
    std::string text;

    for (left_.remove_prefix(1);; text += '"', left_.remove_prefix(1)) {
      const size_t end = left_.find('"');
      if (end == string_view::npos)
        return std::nullopt;
      text += take(end);
      left_.remove_prefix(1);
      if (!left_.starts_with('"')) // a doubled one stands for itself
        break;
    }
    if (left_ == "\r" || left_.starts_with("\r\n"))
      left_.remove_prefix(1);
    if (!left_.empty() && !left_.starts_with(',') && !left_.starts_with('\n'))
      return std::nullopt;
    line_ += static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
    return unquoted_.emplace_back(std::move(text));
  }

  string_view left_;
  uint32_t line_ = 1;
  std::deque<std::string> unquoted_;
};

/// How many bytes of a text are UTF-8 (RFC 3629, section 4): all, or those before the first that is not.
size_t length_of_utf8(string_view text)
{
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

  for (size_t at = 0; at < text.size();) {
    const auto first = static_cast<uint8_t>(text[at]);
    const size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t value = size == 1 ? first : first & (0x7fu >> size);

    if (first >= 0x80 && (first < 0xc0 || first > 0xf7 || size > text.size() - at))
      return at;
    for (size_t i = 1; i < size; ++i) {
      const auto next = static_cast<uint8_t>(text[at + i]);
      if ((next & 0xc0) != 0x80)
        return at;
      value = value << 6 | (next & 0x3fu);
    }
    if (size > 1 && (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)))
      return at;
    at += size;
  }
  return text.size();
}

std::optional<double> number(string_view field)
{
  double value = std::numeric_limits<double>::quiet_NaN();

  if (field.empty())
    return value;
#ifdef __cpp_lib_to_chars
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size())
    return std::nullopt;
#else // older libraries for wasm have it for integers only
  const std::string text(field);
  char *end;
  if (text.find_first_of("+(xX") < text.find_first_of("eE") || std::isspace(static_cast<unsigned char>(text[0])))
    return std::nullopt;
  errno = 0;
  value = std::strtod(text.c_str(), &end);
  if (errno == ERANGE || end != text.c_str() + text.size())
    return std::nullopt;
#endif
  return value;
}

Values values_of(const std::vector<string_view> &fields)
{
  auto numbers = wit::vector<double>::allocate(fields.size());
  size_t count = 0;

  for (const string_view field : fields) {
    const std::optional<double> value = number(field);
    if (!value)
      break;
    numbers.initialize(count++, double(*value));
  }
  if (count == fields.size())
    return {Values::Numbers{std::move(numbers)}};
  auto texts = wit::vector<wit::string>::allocate(fields.size());
  for (size_t i = 0; i < fields.size(); ++i)
    texts.initialize(i, wit::string::from_view(fields[i]));
  return {Values::Texts{std::move(texts)}};
}

} // namespace

std::expected<wit::vector<Column>, Misread> exports::sample::columns::csv::Parse(std::span<const uint8_t> bytes)
{
  const auto misread = [](uint32_t line, Fault fault) { return std::unexpected(Misread{line, fault}); };
  string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());

  if (text.size() > std::numeric_limits<uint32_t>::max())
    return misread(1, Fault::kTooLarge);
  if (const size_t valid = length_of_utf8(text); valid < text.size())
    return misread(static_cast<uint32_t>(std::count(bytes.begin(), bytes.begin() + valid, '\n')) + 1, Fault::kNotUtf8);
  if (text.starts_with("\xef\xbb\xbf")) // a byte order mark, as spreadsheets write it
    text.remove_prefix(3);
  if (text.empty())
    return misread(1, Fault::kNoHeader);

  Fields fields(text);
  const auto names = fields.next();
  if (!names)
    return misread(1, Fault::kStrayQuote);
  std::vector<std::vector<string_view>> columns(names->size());
  while (!fields.is_at_end()) {
    const uint32_t line = fields.line();
    const auto record = fields.next();
    if (!record)
      return misread(line, Fault::kStrayQuote);
    if (record->size() != columns.size())
      return misread(line, Fault::kUneven);
    for (size_t i = 0; i < columns.size(); ++i)
      columns[i].push_back((*record)[i]);
  }

  auto made = wit::vector<Column>::allocate(columns.size());
  for (size_t i = 0; i < columns.size(); ++i)
    made.initialize(i, Column{wit::string::from_view((*names)[i]), values_of(columns[i])});
  return made;
}
