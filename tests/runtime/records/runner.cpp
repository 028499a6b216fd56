#include "runner_cpp.h"
#include <assert.h>

using namespace test::records::records;

static bool is(Point p, int32_t x, int32_t y) { return p.x == x && p.y == y; }

static Line line(const char *label) { return {{1, -2}, {INT32_MIN, INT32_MAX}, wit::string::from_view(label)}; }

static void structs() {
  assert(SameOne({255}).only == 255 && is(Swap({1, -2}), -2, 1));
  Line flipped = Flip(line("label"));
  assert(is(flipped.start, INT32_MIN, INT32_MAX) && is(flipped.end, 1, -2) && flipped.label.get_view() == "label");
  Mixed m = All({true, -0.5, 200, UINT64_MAX, 0x10FFFF, UINT16_MAX, 0.25f});
  assert(!m.a && m.b == -0.5 && m.c == 200 && m.d == UINT64_MAX && m.e == 0x10FFFF && m.f == 0 && m.g == 0.25f);

  auto two = wit::vector<Line>::allocate(2);
  two.initialize(0, line("first"));
  two.initialize(1, line(""));
  Deep deep = Deepen({std::move(two), {{9}, Point{3, 4}}, std::unexpected<Point>(Point{5, 6})});
  assert(deep.lines.size() == 2 && deep.lines[0].label.get_view() == "first" && deep.lines[1].label.empty());
  assert(std::get<0>(deep.extra).only == 9 && is(*std::get<1>(deep.extra), 3, 4) && is(deep.note.error(), 5, 6));

  Point ends[] = {{1, 2}, {3, 4}};
  auto lines = Lines({0, -1}, ends);
  assert(lines.size() == 2 && is(lines[1].start, 0, -1) && is(lines[1].end, 3, 4));
  assert(lines[0].label.get_view() == "first" && lines[1].label.empty());
  assert(Distance({INT32_MIN, 0}, {INT32_MAX, 1}) == 4294967296u);
}

static void tuples() {
  assert(Tuple1(std::tuple<uint16_t>(UINT16_MAX)) == std::tuple<uint16_t>(UINT16_MAX));
  assert(Tuple2({200, INT64_MIN}) == (std::tuple<int64_t, uint8_t>(INT64_MIN, 200)));
  uint8_t bytes[] = {7, 8};
  auto [list, point, word] = Tuple3({"text", {1, 2}, bytes});
  assert(list.size() == 2 && list[1] == 8 && is(point, 1, 2) && word.get_view() == "text");
  auto [a, b, c, d] = Nested({{1, 2}, {3, std::tuple<uint64_t>(4)}});
  assert(std::get<0>(a) == 4 && b == 3 && c == 2 && d == 1);
}

void exports::runner::Run() {
  structs();
  tuples();
}
