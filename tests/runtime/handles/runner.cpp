#include "runner_cpp.h"
#include <vector>

using namespace ::test::handles;
using items::Alive;
using items::Item;
using Reference = std::reference_wrapper<const Item>;

template <class... T> static std::vector<Item> list_of(T... n) {
  std::vector<Item> made;
  (made.emplace_back(uint32_t(n)), ...);
  return made;
}

static bool is(const wit::string &a, std::string_view b) { return a.get_view() == b; }

static void owned() {
  assert(moves::Same(Item(1)).N() == 1);
  assert(!moves::Maybe(std::nullopt));
  assert(moves::Maybe(Item(2))->N() == 2);

  auto either = moves::Either(Item(6));
  assert(!either.has_value() && either.error().N() == 6);
  either = moves::Either(std::unexpected<wit::string>(wit::string::from_view("neither")));
  assert(either.has_value() && is(*either, "neither"));

  auto three = list_of(3, 4, 5);
  auto back = moves::Reversed(three);
  assert(back.size() == 3 && back[0].N() == 5 && back[1].N() == 4 && back[2].N() == 3);
  // They moved, although the list was only lent.
  assert(three[0].get_handle() == Item::invalid && Alive() == 3);
  assert(moves::Reversed({}).empty());

  auto [first, second] = moves::Spread({Item(7), 7, Item(8)});
  assert(first.N() == 8 && second.N() == 7);

  auto fixed = moves::Fixed({Item(9), Item(10)});
  assert(fixed[0].N() == 10 && fixed[1].N() == 9);
}

static moves::Pair pair(uint32_t n, std::string_view name) { return {Item(n), wit::string::from_view(name), Item(n + 1)}; }

static void owned_by_name() {
  auto swapped = moves::Swapped(pair(1, "é"));
  assert(swapped.left.N() == 2 && is(swapped.name, "é") && swapped.right.N() == 1);

  assert(moves::Chosen({moves::Choice::None{}}).variants.index() == 0);
  auto many = moves::Chosen({moves::Choice::One{Item(3)}});
  assert(std::get<2>(many.variants).value.size() == 1);
  auto one = moves::Chosen(std::move(many));
  assert(std::get<1>(one.variants).value.N() == 3);
  many = moves::Chosen({moves::Choice::Both{pair(4, "both")}});
  assert(std::get<2>(many.variants).value.size() == 2);
  uint32_t before = Alive();
  one = moves::Chosen(std::move(many));
  // One of the two ended there, and here the one before.
  assert(Alive() == before - 2 && std::get<1>(one.variants).value.N() == 4);

  std::vector<std::pair<std::string_view, Item>> entries;
  entries.emplace_back("a", Item(6));
  entries.emplace_back("b", Item(7));
  auto turned = moves::Named(entries);
  assert(turned.size() == 2 && is(turned.data()[0].first, "b") && is(turned.data()[1].first, "a"));
  assert(turned.data()[0].second.N() == 6 && turned.data()[1].second.N() == 7);
}

template <class T> static std::tuple<wit::string, wit::vector<T>> named(std::string_view name, std::vector<T> list = {}) {
  auto moved = wit::vector<T>::allocate(list.size());
  for (size_t i = 0; i < list.size(); ++i) moved.initialize(i, std::move(list[i]));
  return {wit::string::from_view(name), std::move(moved)};
}

static void owned_deep() {
  std::optional<std::tuple<wit::string, wit::vector<Item>>> options[] = {named("two", list_of(1, 2)), std::nullopt,
                                                                         named<Item>("")};
  auto got = moves::Deep(options);
  assert(got.size() == 3 && got[0] && !got[1] && got[2]);
  auto &[name, items] = *got[0];
  assert(is(name, "two") && items.size() == 2 && items[0].N() == 2 && items[1].N() == 1);
  assert(std::get<1>(*got[2]).empty());

  Item lent(9);
  auto pairs = moves::Spilled(pair(10, "a"), pair(20, "b"), pair(30, "c"), pair(40, "d"), Item(8), lent);
  assert(lent.N() == 9 && pairs.size() == 4 && is(pairs[0].name, "d") && is(pairs[3].name, "a"));
  for (uint32_t i = 0; i < 4; ++i) {
    assert(pairs[i].left.N() == 10 * (4 - i) && pairs[i].right.N() == 10 * (4 - i) + 1);
  }
}

static void borrowed() {
  Item one(1), ten(10);
  assert(moves::SumOne(ten) == 10);
  assert(moves::SumMaybe(std::nullopt) == 0 && moves::SumMaybe(one) == 1);
  assert(moves::SumEither(Reference(ten)) == 10);
  assert(moves::SumEither(std::unexpected<wit::string>(wit::string::from_view("four"))) == 4);

  std::vector<Reference> some = {one, ten, one};
  assert(moves::SumList(some) == 12);
  auto lent = [&] { return moves::Lent{ten, wit::string::from_view("ab")}; };
  assert(moves::SumLent(lent()) == 12);

  auto many = wit::vector<Reference>::from_view(std::span<Reference>(some));
  std::vector<moves::LentChoice> choices;
  choices.push_back({moves::LentChoice::None{}});
  choices.push_back({moves::LentChoice::One{one}});
  choices.push_back({moves::LentChoice::Many{std::move(many)}});
  choices.push_back({moves::LentChoice::Named{lent()}});
  assert(moves::SumChoices(choices) == 1 + 12 + 12);

  std::vector<std::pair<std::string_view, Reference>> entries = {{"x", one}, {"yy", ten}};
  assert(moves::SumNamed(entries) == 21);

  std::optional<std::tuple<wit::string, wit::vector<Reference>>> options[] = {
      named("deep", std::vector<Reference>{one, ten}), std::nullopt};
  assert(moves::SumDeep(options) == 11);

  // Borrowing ends nothing.
  assert(one.N() == 1 && ten.N() == 10 && Alive() == 2);
}

static void elsewhere() {
  assert(!keeping::Take());
  keeping::Put({Item(1), wit::string::from_view("label")});
  assert(Alive() == 1);
  auto back = keeping::Take();
  assert(back && back->of.N() == 1 && is(back->label, "label"));

  auto items = list_of(2, 3, 4);
  std::vector<Reference> others = {items[1], items[2]};
  auto view = keeping::View{items[0], wit::vector<Reference>::from_view(std::span<Reference>(others))};
  assert(keeping::Look(std::move(view)) == 9);
  assert(keeping::LookAt(items[1], items[2]) == 7 && keeping::LookAt(items[1], std::nullopt) == 3);

  keeping::PutAll(items);
  uint32_t before = Alive();
  auto got = keeping::TakeAll();
  assert(Alive() == before - 1 && got.size() == 2 && got[0].N() == 3 && got[1].N() == 4);
}

void exports::runner::Run() {
  owned();
  assert(Alive() == 0);
  owned_by_name();
  assert(Alive() == 0);
  owned_deep();
  assert(Alive() == 0);
  borrowed();
  elsewhere();
  assert(Alive() == 0);
}
