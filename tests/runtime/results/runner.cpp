#include "runner_cpp.h"
#include <assert.h>

using namespace test::results::results;

template <class T> static auto error(T value) { return std::unexpected<T>(std::move(value)); }
static auto text(const char *s) { return wit::string::from_view(s); }

static void shapes() {
  assert(Neither(false) && !Neither(true));
  assert(*OnlyOk(false) == UINT32_MAX && !OnlyOk(true));
  assert(OnlyErr(false) && OnlyErr(true).error().get_view() == "failed ✗");
  assert((*Both(false)).get_view() == "fine" && Both(true).error() == Failure::kBusy);
}

static void scalars() {
  assert(Scalars(-0.25).error() == -0.25 && *Scalars(error<uint8_t>(255)) == 255);
  assert(*Floats(-1.5f) == -1.5f && Floats(error(1e300)).error() == 1e300);
}

static void same() {
  assert(SameNeither({}) && !SameNeither(error(wit::Void{})));
  assert((*SameOk(text("ok"))).get_view() == "ok" && !SameOk(error(wit::Void{})));
  assert(SameErr({}));
  auto reason = SameErr(error(Reason{Reason::Text{text("because")}}));
  assert(std::get<Reason::Text>(reason.error().variants).value.get_view() == "because");
  reason = SameErr(error(Reason{Reason::Code{UINT16_MAX}}));
  assert(std::get<Reason::Code>(reason.error().variants).value == UINT16_MAX);
  assert(SameErr(error(Reason{Reason::Unknown{}})).error().variants.index() == 2);

  auto lines = wit::vector<wit::string>::allocate(2);
  lines.initialize(0, text("one"));
  lines.initialize(1, text(""));
  auto report = SameBoth(Report{std::move(lines), UINT64_MAX});
  assert(report->total == UINT64_MAX && report->lines.size() == 2 && report->lines[0].get_view() == "one");
  assert(report->lines[1].empty());
  assert(std::get<0>(SameBoth(error(Reason{Reason::Code{7}})).error().variants).value == 7);

  assert(*Enums(error(Failure::kDenied)) == Failure::kDenied && !Enums({}));
}

static void nested() {
  using Ok = std::expected<uint8_t, wit::string>;
  using Err = std::expected<void, uint64_t>;
  assert(**Nested(Ok(255)) == 255);
  assert((*Nested(Ok(error(text("inner"))))).error().get_view() == "inner");
  assert(Nested(error(Err(error(UINT64_MAX)))).error().error() == UINT64_MAX);
  assert(Nested(error(Err())).error().has_value());

  assert((**Optional(std::optional(text("x")))).get_view() == "x");
  assert(*Optional(error(std::optional<uint8_t>(3))).error() == 3);
  assert(!Optional(error(std::optional<uint8_t>())).error());

  using Item = std::expected<wit::vector<uint8_t>, Reason>;
  uint8_t bytes[] = {9, 8};
  Item items[] = {wit::vector<uint8_t>::from_view(std::span<uint8_t>(bytes)), error(Reason{Reason::Unknown{}}),
                  error(Reason{Reason::Text{text("t")}})};
  auto turned = Listed(items);
  assert(turned.size() == 3 && std::get<1>(turned[0].error().variants).value.get_view() == "t");
  assert(turned[1].error().variants.index() == 2 && turned[2]->size() == 2 && (*turned[2])[0] == 9);
}

void exports::runner::Run() {
  shapes();
  scalars();
  same();
  nested();
}
