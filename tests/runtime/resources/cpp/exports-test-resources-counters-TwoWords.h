#pragma once
#include "wit.h"
#include <string>

namespace exports::test::resources::counters {

// A class of the user's own below it, with virtual functions. Handles by their number.
class Texts {
public:
  virtual ~Texts() = default;
  virtual std::string &text() = 0;
};

class TwoWords : public Texts, public wit::ResourceExportBase<TwoWords> {
  std::string text_;

public:
  static uint32_t others;

  static void Dtor(TwoWords *self) { delete self; }
  TwoWords(std::string_view text) : text_(text) { ++others; }
  ~TwoWords() override { --others; }
  std::string &text() override { return text_; }
  static std::expected<Owned, wit::string> Create(wit::string text) {
    if (text.empty()) return std::unexpected<wit::string>(wit::string::from_view("empty"));
    return Owned(new TwoWords(text.get_view()));
  }
  wit::string Text() const { return wit::string::from_view(text_); }
  std::optional<wit::string> Set(std::optional<wit::string> text);
  static int32_t ResourceNew(TwoWords *self);
  static TwoWords *ResourceRep(int32_t id);
  static void ResourceDrop(int32_t id);
};

} // namespace exports::test::resources::counters
