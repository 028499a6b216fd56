#include "test_cpp.h"

namespace exports::test::records::records {

One SameOne(One v) { return v; }
Point Swap(Point p) { return {p.y, p.x}; }
Line Flip(Line l) { return {l.end, l.start, std::move(l.label)}; }

Mixed All(Mixed m) {
  m.a = !m.a;
  m.f++;
  return m;
}

Deep Deepen(Deep d) { return d; }

wit::vector<Line> Lines(Point start, wit::vector<Point> ends) {
  auto made = wit::vector<Line>::allocate(ends.size());
  for (size_t i = 0; i < ends.size(); i++)
    made.initialize(i, Line{start, ends[i], wit::string::from_view(i ? "" : "first")});
  return made;
}

std::tuple<uint16_t> Tuple1(std::tuple<uint16_t> v) { return v; }
std::tuple<int64_t, uint8_t> Tuple2(std::tuple<uint8_t, int64_t> v) { return {std::get<1>(v), std::get<0>(v)}; }

std::tuple<wit::vector<uint8_t>, Point, wit::string> Tuple3(std::tuple<wit::string, Point, wit::vector<uint8_t>> v) {
  return {std::move(std::get<2>(v)), std::get<1>(v), std::move(std::get<0>(v))};
}

std::tuple<std::tuple<uint64_t>, uint32_t, uint16_t, uint8_t>
Nested(std::tuple<std::tuple<uint8_t, uint16_t>, std::tuple<uint32_t, std::tuple<uint64_t>>> v) {
  auto [a, b] = v;
  return {std::get<1>(b), std::get<0>(b), std::get<1>(a), std::get<0>(a)};
}

uint64_t Distance(Point a, Point b) {
  int64_t x = int64_t(a.x) - b.x, y = int64_t(a.y) - b.y;
  return uint64_t(x < 0 ? -x : x) + uint64_t(y < 0 ? -y : y);
}

} // namespace exports::test::records::records
