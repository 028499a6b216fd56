#include "runner_cpp.h"
#include <assert.h>

using namespace test::variants::variants;

static auto text(const char *s) { return wit::string::from_view(s); }

template <class V, class Case, class T> static void round(V (*function)(V) noexcept, T value) {
  V got = function(V{Case{value}});
  assert(std::get<Case>(got.variants).value == value);
}

template <class V, class Case> static void round_text(V (*function)(V) noexcept, const char *literal) {
  V got = function(V{Case{text(literal)}});
  assert(std::get<Case>(got.variants).value.get_view() == literal);
}

static void joins() {
  round<I32F32, I32F32::I>(AI32F32, INT32_MIN);
  round<I32F32, I32F32::F>(AI32F32, -1.5f);
  round<I64F64, I64F64::I>(AI64F64, INT64_MIN);
  round<I64F64, I64F64::F>(AI64F64, -1e300);
  round<F32F64, F32F64::S>(AF32F64, INFINITY);
  round<F32F64, F32F64::D>(AF32F64, 1e-300);
  round<F32I64, F32I64::F>(AF32I64, -0.5f);
  round<F32I64, F32I64::I>(AF32I64, UINT64_MAX);
  round<TextU64, TextU64::N>(ATextU64, UINT64_MAX);
  round_text<TextU64, TextU64::T>(ATextU64, "text or u64");
  round<TextF32, TextF32::F>(ATextF32, 3.25f);
  round_text<TextF32, TextF32::T>(ATextF32, "text or f32");
  round<TextF64, TextF64::F>(ATextF64, -3.25);
  round_text<TextF64, TextF64::T>(ATextF64, "");
  round<Small, Small::A>(ASmall, uint8_t(255));
  round<Small, Small::B>(ASmall, true);
  round<Small, Small::C>(ASmall, uint32_t(0x10FFFF));
  round<Small, Small::D>(ASmall, int8_t(INT8_MIN));
}

static void lists() {
  uint16_t words[] = {1, UINT16_MAX};
  auto list = AListTuple({ListTuple::L{wit::vector<uint16_t>::from_view(std::span<uint16_t>(words))}});
  auto &got = std::get<ListTuple::L>(list.variants).value;
  assert(got.size() == 2 && got[0] == 1 && got[1] == UINT16_MAX);
  round<ListTuple, ListTuple::T>(AListTuple, std::tuple<float, uint64_t>(-2.5f, UINT64_MAX));
  round<LengthF32, LengthF32::T>(ALengthF32, std::tuple<uint32_t, float>(UINT32_MAX, -0.125f));
}

static Many many(size_t index) {
  switch (index) {
  case 1: return {Many::Byte{200}};
  case 2: return {Many::Text{text("text")}};
  case 3: return {Many::RecordOf{Wide{1, -2.5, text("c")}}};
  case 4: return {Many::TupleOf{{UINT64_MAX, 0.5f}}};
  case 5: return {Many::Flag{true}};
  case 6: return {Many::Last{}};
  default: return {Many::None{}};
  }
}

static bool is(const Many &v, size_t index) {
  if (v.variants.index() != index) return false;
  switch (index) {
  case 1: return std::get<1>(v.variants).value == 200;
  case 2: return std::get<2>(v.variants).value.get_view() == "text";
  case 3: return std::get<3>(v.variants).value.b == -2.5 && std::get<3>(v.variants).value.c.get_view() == "c";
  case 4: return std::get<4>(v.variants).value == std::tuple<uint64_t, std::optional<float>>(UINT64_MAX, 0.5f);
  case 5: return std::get<5>(v.variants).value;
  default: return true;
  }
}

static void manys() {
  std::vector<Many> all;
  for (size_t i = 0; i < 7; i++) {
    assert(is(AMany(many(i)), i));
    all.push_back(many(i));
  }
  auto turned = Listed(all);
  assert(turned.size() == 7);
  for (size_t i = 0; i < 7; i++) assert(is(turned[6 - i], i));
}

static void nested() {
  auto outer = AnOuter({Outer::Inner{Inner{Inner::Many{many(3)}}}});
  assert(is(std::get<Inner::Many>(std::get<Outer::Inner>(outer.variants).value.variants).value, 3));
  outer = AnOuter({Outer::Pair{{Inner{Inner::Num{0.75f}}, I64F64{I64F64::F{1e100}}}}});
  auto &pair = std::get<Outer::Pair>(outer.variants).value;
  assert(std::get<Inner::Num>(std::get<0>(pair).variants).value == 0.75f);
  assert(std::get<I64F64::F>(std::get<1>(pair).variants).value == 1e100);
  auto inners = wit::vector<Inner>::allocate(2);
  inners.initialize(0, Inner{Inner::None{}});
  inners.initialize(1, Inner{Inner::Many{many(2)}});
  outer = AnOuter({Outer::ListOf{std::move(inners)}});
  auto &list = std::get<Outer::ListOf>(outer.variants).value;
  assert(list.size() == 2 && list[0].variants.index() == 0);
  assert(is(std::get<Inner::Many>(list[1].variants).value, 2));
  outer = AnOuter({Outer::Fine{std::unexpected<wit::string>(text("not fine"))}});
  assert(std::get<Outer::Fine>(outer.variants).value.error().get_view() == "not fine");
  assert(std::get<0>(AnAlone({Alone::Only{text("alone")}}).variants).value.get_view() == "alone");
  assert(APlain({Plain::Z{}}).variants.index() == 2);
}

static void several() {
  std::tuple<uint8_t, I64F64, TextU64> t(255, {I64F64::I{-1}}, {TextU64::T{text("t")}});
  auto [c, b, a] = Fields(std::move(t));
  assert(a == 255 && std::get<0>(b.variants).value == -1 && std::get<0>(c.variants).value.get_view() == "t");
  assert(Kinds({I32F32::F{NAN}}, {TextF64::T{text("given")}}, {Plain::Z{}}) ==
         (std::tuple<uint8_t, uint8_t, uint8_t>(1, 0, 2)));
}

void exports::runner::Run() {
  joins();
  lists();
  manys();
  nested();
  several();
}
