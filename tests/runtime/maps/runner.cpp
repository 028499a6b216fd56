#include "runner_cpp.h"
#include <assert.h>

using namespace test::maps::maps;

static void named() {
  std::vector<std::pair<std::string_view, uint32_t>> ages{{"Ada", 36}, {"Émilie", 42}}, none;
  auto names = Invert(ages);
  assert(names.size() == 2 && names.data()[0].first == 36 && names.data()[0].second.get_view() == "Ada");
  std::vector<std::pair<uint32_t, std::string_view>> views;
  for (auto &[age, name] : names) views.emplace_back(age, name.get_view());
  auto again = Same(views);
  assert(again.size() == 2 && again.data()[1].first == 42 && again.data()[1].second.get_view() == "Émilie");
  assert(Invert(none).empty() && Find(ages, "Émilie") == 42 && !Find(ages, "Bob"));

  assert(Maybe(ages)->data()[1].second.get_view() == "Émilie");
  assert(Maybe(none).error().data()[0].first.get_view() == "empty" && Maybe({}).error().empty());
  std::span<std::pair<std::string_view, uint32_t> const> both[] = {ages, none};
  auto turned = Many(both);
  assert(turned.size() == 2 && turned[0].empty() && turned[1].data()[0].first.get_view() == "Ada");
}

static void anonymous() {
  std::pair<uint32_t, bool> chars[] = {{0x10FFFF, true}, {'a', false}};
  auto chars2 = ByChar(chars);
  assert(chars2.size() == 2 && chars2.data()[0] == chars[0] && chars2.data()[1] == chars[1]);

  std::string_view words[] = {"x", "yy"};
  std::pair<int64_t, std::span<std::string_view const>> lists[] = {{-3, words}, {INT64_MAX, {}}};
  auto lists2 = ByS64(lists);
  assert(lists2.size() == 2 && lists2.data()[0].first == 3 && lists2.data()[0].second[1].get_view() == "yy");
  assert(lists2.data()[1].first == -INT64_MAX && lists2.data()[1].second.empty());

  auto tags = wit::unordered_map<wit::string, wit::string>::allocate(1);
  tags.initialize(0, {wit::string::from_view("unit"), wit::string::from_view("m")});
  std::vector<std::pair<uint8_t, Measure>> measures;
  measures.emplace_back(200, Measure{1.5, std::move(tags)});
  auto measures2 = Measures(measures);
  assert(measures2.size() == 1 && measures2.data()[0].first == 200 && measures2.data()[0].second.value == 3);
  assert(measures2.data()[0].second.tags.data()[0].second.get_view() == "m");

  std::pair<std::string_view, std::optional<uint8_t>> inner[] = {{"some", 9}, {"none", {}}};
  std::pair<std::string_view, std::span<std::pair<std::string_view, std::optional<uint8_t>> const>> outer[] = {
      {"outer", inner}};
  auto nested = Nested(outer);
  assert(nested.size() == 1 && nested.data()[0].first.get_view() == "outer" && nested.data()[0].second.size() == 2);
  assert(nested.data()[0].second.data()[0].second == 9 && !nested.data()[0].second.data()[1].second);

  std::vector<std::pair<uint16_t, uint16_t>> many(1000);
  assert(Count(many) == 1000);
}

void exports::runner::Run() {
  named();
  anonymous();
}
