#include "runner_cpp.h"
#include <assert.h>

using namespace test::symmetric::symmetric;

static auto text(std::string_view s) { return wit::string::from_view(s); }

static Item item(const char *name, const char *extra) {
  uint16_t sizes[] = {1, 2, UINT16_MAX};
  Item made{text(name), wit::vector<uint16_t>::from_view(std::span<uint16_t>(sizes)), {}};
  if (extra) made.extra = text(extra);
  return made;
}

static void lists() {
  std::vector<uint8_t> bytes{1, 2, 255}, none;
  assert(Bytes(bytes) == 258 && Bytes(none) == 0);
  assert(Again(bytes, bytes) && !Again(bytes, none) && Again(none, none));

  std::vector<uint32_t> numbers{0, UINT32_MAX};
  auto words = Words(numbers);
  assert(words.size() == 2 && words[0] == 1 && words[1] == 0);
  bool flags[] = {true, false, true};
  assert(Bools(flags) == 2);
  Level levels[] = {Level::kHigh, Level::kLow};
  assert(Levels(levels) == 1);

  std::string_view texts[] = {"ab", "", "ç"};
  assert(Texts(texts).get_view() == "abç" && Texts({}).empty());
  std::pair<std::string_view, uint8_t> ages[] = {{"Ada", 36}, {"", 1}};
  assert(Ages(ages) == 40);

  std::span<uint8_t const> inner[] = {bytes, none, std::span<uint8_t const>(bytes).first(1)};
  assert(Pair({"pair", inner}) == (std::tuple<uint32_t, uint32_t>(4, 4)));
}

static void records() {
  Item got = Turn(item("one", "extra"));
  assert(got.name.get_view() == "one" && got.sizes.size() == 3 && got.sizes[0] == UINT16_MAX && got.sizes[2] == 1);
  assert(got.extra->get_view() == "extra");
  got = Turn(item("two", nullptr));
  assert(got.name.get_view() == "two" && !got.extra);

  std::vector<Item> all;
  all.push_back(item("one", "extra"));
  all.push_back(item("two", nullptr));
  auto names = Items(all);
  assert(names.size() == 2 && names[0].get_view() == "extra" && names[1].get_view() == "two");

  uint8_t g[] = {8, 9};
  for (uint8_t i = 0; i < 6; i++) {
    auto word = Many("a", "b", "c", "d", "e", "f", g, item("h", "x"), i);
    assert(word.size() == 1 && *word.data() == 'a' + i);
  }
}

static void sums() {
  using Corner = std::tuple<float, float>;
  Corner points[] = {{1.5f, 2}, {-1, 4}};
  std::vector<Shape> shapes;
  shapes.push_back({Shape::None{}});
  shapes.push_back({Shape::Circle{0.5}});
  shapes.push_back({Shape::Path{wit::vector<Corner>::from_view(std::span<Corner>(points))}});
  shapes.push_back({Shape::Label{text("label")}});
  auto areas = Shapes(shapes);
  assert(areas.size() == 4 && areas[0] == -1 && areas[1] == 1.5 && areas[2] == -1 && areas[3] == 5);
  for (size_t i = 0; i < 4; i++) assert(Area(std::move(shapes[i])) == areas[i]);

  assert(Maybe("a", item("b", nullptr), 3)->get_view() == "a");
  assert(Maybe({}, item("b", nullptr), 3)->get_view() == "b");
  assert(Maybe({}, {}, 3)->get_view() == "ccc" && !Maybe({}, {}, {}));

  assert(*Check(item("b", nullptr)) == 3);
  assert(Check(std::unexpected<wit::string>(text("a"))).error().get_view() == "a");
}

void exports::runner::Run() {
  lists();
  records();
  sums();
}
