#include "runner_cpp.h"
#include <algorithm>
#include <assert.h>

using namespace test::handed_over::lists;

static wit::string text(uint32_t i) {
  std::string made = "a string that is longer than any buffer within, number " + std::to_string(i);
  return wit::string::from_view(made);
}

static void tokens() {
  for (uint32_t count : {0u, 1u, 2u, 1000u}) {
    auto made = Tokens(count);
    auto turned = TurnTokens(made.get_const_view());
    assert(made.size() == count && turned.size() == count);
    for (uint32_t i = 0; i < count; i++) {
      for (auto *token : {&made[i], &turned[count - 1 - i]}) {
        auto &got = token->variants;
        assert(got.index() == i % 3);
        switch (got.index()) {
        case 0: assert(std::get<0>(got).value.start == i && std::get<0>(got).value.end == i + 1); break;
        case 1: assert(std::get<1>(got).value.start == i && std::get<1>(got).value.end == i + 2); break;
        default: assert(std::get<2>(got).value == i);
        }
      }
    }
  }
}

static void strings() {
  auto made = wit::vector<std::optional<wit::string>>::allocate(100);
  for (uint32_t i = 0; i < 100; i++) made.initialize(i, i % 7 ? std::optional<wit::string>(text(i)) : std::nullopt);
  auto turned = TurnStrings(made.get_const_view());
  assert(turned.size() == 100);
  for (uint32_t i = 0; i < 100; i++) {
    auto &got = turned[99 - i];
    assert(got.has_value() == (i % 7 != 0) && (!got || got->get_view() == text(i).get_view()));
  }
}

static Tree tree(uint32_t i) {
  if (i % 3 == 0) return Tree{Tree::Leaf{text(i)}};
  if (i % 3 == 1) return Tree{Tree::None{}};
  auto pairs = wit::vector<std::tuple<uint8_t, wit::string>>::allocate(i);
  for (uint32_t k = 0; k < i; k++) pairs.initialize(k, std::tuple<uint8_t, wit::string>(uint8_t(k), text(k)));
  return Tree{Tree::Pairs{std::move(pairs)}};
}

static void trees() {
  auto rows = wit::vector<wit::vector<Tree>>::allocate(9);
  for (uint32_t r = 0; r < 9; r++) {
    auto row = wit::vector<Tree>::allocate(r);
    for (uint32_t i = 0; i < r; i++) row.initialize(i, tree(i));
    rows.initialize(r, std::move(row));
  }
  std::vector<std::span<Tree const>> lent;
  for (auto &row : rows.get_const_view()) lent.push_back(row.get_const_view());
  auto turned = TurnTrees(lent);
  assert(turned.size() == 9);
  for (uint32_t r = 0; r < 9; r++) {
    auto &row = turned[8 - r];
    assert(row.size() == r);
    for (uint32_t i = 0; i < r; i++) {
      assert(row[i].variants.index() == (i % 3 == 0 ? 0 : i % 3 == 1 ? 2 : 1));
      if (i % 3 == 0) assert(std::get<0>(row[i].variants).value.get_view() == text(i).get_view());
      if (i % 3 != 2) continue;
      auto &pairs = std::get<1>(row[i].variants).value;
      assert(pairs.size() == i);
      for (uint32_t k = 0; k < i; k++)
        assert(std::get<0>(pairs[k]) == k && std::get<1>(pairs[k]).get_view() == text(k).get_view());
    }
  }
}

static void wide() {
  auto made = wit::vector<Wide>::allocate(50);
  for (uint32_t i = 0; i < 50; i++) {
    if (i % 2) {
      made.initialize(i, Wide{Wide::Small{uint8_t(i)}});
    } else {
      std::expected<void, wit::Void> found;
      if (i % 4) found = std::unexpected<wit::Void>(wit::Void());
      made.initialize(i, Wide{Wide::Big{std::tuple(found, uint8_t(i))}});
    }
  }
  auto turned = TurnWide(made.get_const_view());
  assert(turned.size() == 50);
  for (uint32_t i = 0; i < 50; i++) {
    auto &got = turned[49 - i].variants;
    assert(got.index() == (i % 2 ? 0 : 1));
    if (i % 2) {
      assert(std::get<0>(got).value == i);
    } else {
      auto &[found, number] = std::get<1>(got).value;
      assert(found.has_value() == (i % 4 == 0) && number == i);
    }
  }
}

static void results() {
  auto made = wit::vector<std::expected<wit::string, uint8_t>>::allocate(40);
  for (uint32_t i = 0; i < 40; i++) {
    if (i % 2) made.initialize(i, std::unexpected<uint8_t>(uint8_t(i)));
    else made.initialize(i, text(i));
  }
  auto turned = TurnResults(made.get_const_view());
  assert(turned.size() == 40);
  for (uint32_t i = 0; i < 40; i++) {
    auto &got = turned[39 - i];
    assert(got.has_value() == (i % 2 == 0));
    if (got) assert(got->get_view() == text(i).get_view());
    else assert(got.error() == i);
  }
}

static void maps() {
  std::vector<wit::string> keys;
  for (uint32_t i = 0; i < 20; i++) keys.push_back(text(i));
  std::vector<std::pair<std::string_view, std::optional<uint64_t>>> entries;
  for (uint32_t i = 0; i < 20; i++)
    entries.emplace_back(keys[i].get_view(), i % 3 ? std::optional<uint64_t>(i * 10000000000ull) : std::nullopt);
  auto kept = Keep(entries);
  assert(kept.size() == 20);
  // A map has no order: Rust's is sorted.
  for (auto &sent : entries) {
    auto is_same = [&](auto &entry) { return entry.first.get_view() == sent.first && entry.second == sent.second; };
    assert(std::count_if(kept.begin(), kept.end(), is_same) == 1);
  }
}

static void bools() {
  std::vector<std::tuple<bool, uint8_t>> made;
  for (uint32_t i = 0; i < 300; i++) made.emplace_back(i % 3 == 0, uint8_t(i));
  auto turned = Bools(made);
  assert(turned.size() == 300);
  for (uint32_t i = 0; i < 300; i++) assert(turned[299 - i] == made[i]);
}

void exports::runner::Run() {
  tokens();
  strings();
  trees();
  wide();
  results();
  maps();
  bools();
}
