#include "runner_cpp.h"
#include <assert.h>

using namespace test::enums_flags::enums_flags;

void exports::runner::Run() {
  assert(SameLone(Lone::kOnly) == Lone::kOnly && Next(Weekday::kSunday) == Weekday::kMonday);
  assert(NextNarrow(Narrow::kN254) == Narrow::kN255 && NextWide(Wide::kW255) == Wide::kW256);
  assert(NextWide(Wide::kW256) == Wide::kW0);
  assert(Not1(F1::kB0) == F1::k_None && Not8(F8::kB0 | F8::kB7) == F8(0x7E) && Not9(F9::k_None) == F9(0x1FF));
  assert(Not16(F16::kB15) == F16(0x7FFF) && Not17(F17::kB16) == F17(0xFFFF) && Not32(FAll::kB31) == FAll(0x7FFFFFFF));
  auto both = SameBoth({Weekday::kFriday, F1::kB0, F17::kB16, Wide::kW256});
  assert(both.day == Weekday::kFriday && both.low == F1::kB0 && both.big == Wide::kW256);
  Weekday days[] = {Weekday::kTuesday, Weekday::kSunday};
  FAll sets[] = {FAll::kB31, FAll::kB0 | FAll::kB1};
  auto made = Lists(days, sets);
  assert(made.size() == 2 && made[1].day == Weekday::kSunday && made[1].low == F9::kB8 && made[1].full == sets[1]);
  assert(made[0].full == FAll::kB31 && made[0].big == Wide::kW256 && made[0].last == Narrow::kN255);
  assert(Options(Weekday::kTuesday) == (F9::kB1 | F9::kB8) && Options({}).error() == Wide::kW256);
  assert(Count(F8(0xFF), F16::kB15, FAll(0xFFFFFFFF)) == 41);
}
