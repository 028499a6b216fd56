#include "runner_cpp.h"
#include <vector>

using namespace test::middleware::store;

/// Each component in between leaves its mark behind the text.
static bool is(const Entry &entry, std::string_view text) { return entry.Text().get_view() == text; }

static bool alive(uint32_t count) {
  auto got = Alive();
  return got.size() == 3 && got[0] == count && got[1] == count && got[2] == count;
}

void exports::runner::Run() {
  Entry c("c");
  std::optional<Entry> joined;
  {
    std::vector<Entry> owned;
    owned.emplace_back("b");
    owned.emplace_back("a");
    Entry &a = owned[1], &b = owned[0];
    assert(is(a, "a<>") && alive(3));
    a.Append(b);
    assert(is(a, "ab<>") && is(b, "b<>"));

    std::vector<std::reference_wrapper<const Entry>> lent = {a, c};
    assert(Find(lent, "c") == 1u && Find(lent, "b") == std::nullopt);
    joined = Entry::Joined(owned);
  }
  assert(is(*joined, "bab<>") && alive(2));

  auto found = Both({std::move(*joined), 5}, std::move(c));
  assert(found.size() == 2 && found[0].at == 5 && found[1].at == 6 && alive(2));
  assert(is(found[0].entry, "bab<>") && is(found[1].entry, "c<>"));
  found = Both(std::move(found[0]), std::nullopt);
  assert(found.size() == 1 && alive(1));
  found = {};
  assert(alive(0));
}
