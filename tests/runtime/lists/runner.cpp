#include "runner_cpp.h"
#include <algorithm>
#include <array>
#include <assert.h>

using namespace test::lists::lists;

static auto text(const char *s) { return wit::string::from_view(s); }

template <class T> static void turns(wit::vector<T> (*function)(std::span<T const>) noexcept, std::array<T, 3> given) {
  auto got = function(given);
  assert(got.size() == 3 && std::equal(got.data(), got.data() + 3, given.rbegin()));
  assert(function({}).empty());
}

static void scalars() {
  turns<bool>(Bools, {true, false, false});
  turns<uint8_t>(U8s, {0, 1, UINT8_MAX});
  turns<int8_t>(S8s, {0, -1, INT8_MIN});
  turns<uint16_t>(U16s, {0, 1, UINT16_MAX});
  turns<int16_t>(S16s, {0, -1, INT16_MIN});
  turns<uint32_t>(U32s, {0, 1, UINT32_MAX});
  turns<int32_t>(S32s, {0, -1, INT32_MIN});
  turns<uint64_t>(U64s, {0, 1, UINT64_MAX});
  turns<int64_t>(S64s, {0, -1, INT64_MIN});
  turns<float>(F32s, {0.5f, -1, INFINITY});
  turns<double>(F64s, {0.5, -1, -INFINITY});
  turns<uint32_t>(Chars, {'a', 0xD7FF, 0x10FFFF});
  turns<Color>(Colors, {Color::kRed, Color::kGreen, Color::kBlue});
  turns<Access>(Accesses, {Access::kRead, Access::k_None, Access::kRead | Access::kWrite});
}

static void compound() {
  Padded padded[] = {{1, UINT64_MAX, 2}, {3, 4, 5}};
  auto turned = PaddedOnes(padded);
  assert(turned.size() == 2 && turned[0].a == 3 && turned[1].b == UINT64_MAX && turned[1].c == 2);

  std::vector<Person> persons;
  int16_t scores[] = {1, -2};
  persons.push_back({text("Ada"), wit::vector<int16_t>::from_view(std::span<int16_t>(scores))});
  persons.push_back({text(""), {}});
  auto people = Persons(persons);
  assert(people.size() == 2 && people[0].name.empty() && people[1].name.get_view() == "Ada");
  assert(people[1].scores.size() == 2 && people[1].scores[1] == -2);

  std::vector<Shape> shapes;
  shapes.push_back({Shape::Label{text("label")}});
  shapes.push_back({Shape::None{}});
  auto shapes2 = Shapes(shapes);
  assert(shapes2[0].variants.index() == 0 && std::get<2>(shapes2[1].variants).value.get_view() == "label");

  std::tuple<uint8_t, std::string_view, uint32_t> tuples[] = {{1, "one", 11}, {2, "", UINT32_MAX}};
  auto tuples2 = Tuples(tuples);
  assert(std::get<2>(tuples2[0]) == UINT32_MAX && std::get<1>(tuples2[1]).get_view() == "one");
  turns<std::optional<uint16_t>>(Options, {1, {}, UINT16_MAX});

  std::vector<std::expected<wit::string, uint8_t>> results;
  results.emplace_back(text("ok"));
  results.emplace_back(std::unexpected<uint8_t>(200));
  auto results2 = Results(results);
  assert(results2[0].error() == 200 && (*results2[1]).get_view() == "ok");

  uint16_t leaf[] = {7, 8};
  std::span<uint16_t const> row[] = {leaf, {}};
  std::span<std::span<uint16_t const> const> nested[] = {row, {}};
  auto nested2 = Nested(nested);
  assert(nested2.size() == 2 && nested2[0].empty() && nested2[1].size() == 2 && nested2[1][0][1] == 8);
}

void exports::runner::Run() {
  scalars();
  compound();
  auto numbers = Iota(1000);
  assert(numbers.size() == 1000 && numbers[999] == 999 && Sum(numbers.get_const_view()) == 499500);
  uint8_t bytes[] = {1, 2, 3};
  assert(Two(bytes, {}) == (std::tuple<uint32_t, uint32_t>(3, 0)) && Iota(0).empty());
}
