//@ args = '--api-style symmetric'
#include "test_cpp.h"
#include <assert.h>
#include <algorithm>

// Strings and lists are lent. `test-plain.cpp` is the same with given ones.
namespace exports::test::symmetric::symmetric {

static wit::string copy(std::string_view s) { return wit::string::from_view(s); }
static std::string_view view(std::string_view s) { return s; }
static std::string_view view(const wit::string &s) { return s.get_view(); }

uint64_t Bytes(std::span<uint8_t const> v) {
  uint64_t sum = 0;
  for (size_t i = 0; i < v.size(); i++) sum += v[i];
  return sum;
}

wit::vector<uint32_t> Words(std::span<uint32_t const> v) {
  auto made = wit::vector<uint32_t>::allocate(v.size());
  for (size_t i = 0; i < v.size(); i++) made.initialize(i, v[i] + 1);
  return made;
}

uint32_t Bools(std::span<bool const> v) {
  uint32_t count = 0;
  for (size_t i = 0; i < v.size(); i++) count += v[i];
  return count;
}

uint32_t Levels(std::span<Level const> v) {
  uint32_t count = 0;
  for (size_t i = 0; i < v.size(); i++) count += v[i] == Level::kHigh;
  return count;
}

wit::string Texts(std::span<wit::string const> v) {
  std::string joined;
  for (size_t i = 0; i < v.size(); i++) joined += v[i].get_view();
  return copy(joined);
}

Item Turn(Item v) {
  std::reverse(v.sizes.data(), v.sizes.data() + v.sizes.size());
  return v;
}

wit::vector<wit::string> Items(std::span<Item const> v) {
  auto made = wit::vector<wit::string>::allocate(v.size());
  for (size_t i = 0; i < v.size(); i++) made.initialize(i, copy((v[i].extra ? *v[i].extra : v[i].name).get_view()));
  return made;
}

static double area(const Shape &v) {
  double sum = 0;
  switch (v.variants.index()) {
  case 1: return std::get<1>(v.variants).value * 3;
  case 2:
    for (size_t i = 0; i < std::get<2>(v.variants).value.size(); i++) {
      auto [x, y] = std::get<2>(v.variants).value[i];
      sum += double(x) * double(y);
    }
    return sum;
  case 3: return double(std::get<3>(v.variants).value.size());
  default: return -1;
  }
}

double Area(Shape v) { return area(v); }

wit::vector<double> Shapes(std::span<Shape const> v) {
  auto made = wit::vector<double>::allocate(v.size());
  for (size_t i = 0; i < v.size(); i++) made.initialize(i, area(v[i]));
  return made;
}

std::optional<wit::string> Maybe(std::optional<wit::string> a, std::optional<Item> b, std::optional<uint8_t> c) {
  if (a) return a;
  if (b) return std::move(b->name);
  if (c) return copy(std::string_view("cccccccc").substr(0, *c));
  return {};
}

std::expected<uint32_t, wit::string> Check(std::expected<Item, wit::string> v) {
  if (v) return uint32_t(v->sizes.size());
  return std::unexpected<wit::string>(std::move(v.error()));
}

std::tuple<uint32_t, uint32_t> Pair(std::tuple<std::string_view, std::span<wit::vector<uint8_t> const>> v) {
  uint32_t bytes = 0;
  auto &lists = std::get<1>(v);
  for (size_t i = 0; i < lists.size(); i++) bytes += uint32_t(lists[i].size());
  return {uint32_t(std::get<0>(v).size()), bytes};
}

uint32_t Ages(std::span<std::pair<std::string_view, uint8_t> const> v) {
  uint32_t sum = 0;
  for (auto &[name, age] : v) sum += uint32_t(name.size()) + age;
  return sum;
}

wit::string Many(std::string_view a, std::string_view b, std::string_view c, std::string_view d, std::string_view e,
                 std::string_view f, std::span<uint8_t const> g, Item h, uint8_t i) {
  std::string_view all[] = {view(a), view(b), view(c), view(d), view(e), view(f)};
  assert(i < 6 && g.size() == 2 && g[1] == 9 && h.name.get_view() == "h");
  return copy(all[i]);
}

bool Again(std::span<uint8_t const> a, std::span<uint8_t const> b) {
  return std::equal(a.data(), a.data() + a.size(), b.data(), b.data() + b.size());
}

} // namespace exports::test::symmetric::symmetric
