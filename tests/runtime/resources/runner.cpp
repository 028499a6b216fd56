#include "runner_cpp.h"
#include <algorithm>

using namespace test::resources::counters;
using test::resources::Thing;
using test::resources::Things;

static bool is(const wit::string &a, std::string_view b) { return a.get_view() == b; }

/// Which counters ended since the last time.
static bool ended(std::vector<uint32_t> wanted) {
  auto got = Ended();
  return std::equal(got.data(), got.data() + got.size(), wanted.begin(), wanted.end());
}

static void counters() {
  Counter one(1), five(5);
  assert(one.Get() == 1);
  assert(one.LessThan(five) && !five.LessThan(one) && !one.LessThan(one));
  one.Add(10);
  assert(one.Get() == 11 && five.Get() == 5);
  Counter copy = one.Copy();
  one.Add(1);
  assert(copy.Get() == 11 && ended({}));
  {
    // What one has ends when it gets another, and itself stays what it is.
    Counter other(3);
    other = std::move(one);
    assert(ended({3}) && other.Get() == 12 && one.get_handle() == Counter::invalid);
    Counter &same = other;
    other = std::move(same);
    assert(ended({}) && other.Get() == 12);
  }
  assert(ended({12}));
  {
    Counter sum = Counter::Sum(std::move(copy), std::move(five));
    assert(ended({11, 5}) && sum.Get() == 16);
  }
  assert(ended({16}));

  {
    auto digit = Counter::Parse("7");
    assert(digit.has_value() && digit->Get() == 7);
  }
  assert(ended({7}));
  auto fails = Counter::Parse("x");
  assert(!fails.has_value() && is(fails.error(), "not a digit"));
}

static void two_words() {
  auto fails = TwoWords::Create("");
  assert(!fails.has_value() && is(fails.error(), "empty") && Others() == 0);
  auto made = TwoWords::Create("first");
  assert(made.has_value() && Others() == 1);
  assert(!made->Set(std::nullopt));
  auto before = made->Set("second");
  assert(before && is(*before, "first") && is(made->Text(), "second"));
}

static void labels() {
  Thing one(1), two(2);
  assert(Things() == 2 && one.N() == 1);
  Thing bigger = test::resources::Bigger(std::move(two), std::move(one));
  assert(Things() == 1 && bigger.N() == 2);
}

/// More than the pool has at first; each is told from the others, and places are used again.
static void many() {
  for (int round = 0; round < 3; ++round) {
    std::vector<Thing> things;
    for (uint32_t i = 0; i < 1000; ++i) things.emplace_back(uint8_t(i));
    for (uint32_t i = 0; i < 1000; i += 7) {
      assert(things[i].N() == uint8_t(i));
      things[i] = Thing(uint8_t(i + 1));
    }
    assert(Things() == 1000);
    for (uint32_t i = 0; i < 1000; ++i) assert(things[i].N() == uint8_t(i + (i % 7 == 0)));
    things.clear();
    assert(Things() == 0);
  }
}

void exports::runner::Run() {
  counters();
  two_words();
  assert(Others() == 0);
  labels();
  assert(Things() == 0);
  many();
}
