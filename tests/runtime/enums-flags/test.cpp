#include "test_cpp.h"
#include <assert.h>

namespace exports::test::enums_flags::enums_flags {

template <class E> static E next(E v, unsigned count) { return E((unsigned(v) + 1) % count); }

Lone SameLone(Lone v) { return v; }
Weekday Next(Weekday v) { return next(v, 7); }
Narrow NextNarrow(Narrow v) { return next(v, 256); }
Wide NextWide(Wide v) { return next(v, 257); }

F1 Not1(F1 v) { return F1(~unsigned(v) & 1); }
F8 Not8(F8 v) { return F8(~unsigned(v) & 0xFF); }
F9 Not9(F9 v) { return F9(~unsigned(v) & 0x1FF); }
F16 Not16(F16 v) { return F16(~unsigned(v) & 0xFFFF); }
F17 Not17(F17 v) { return F17(~unsigned(v) & 0x1FFFF); }
FAll Not32(FAll v) { return FAll(~unsigned(v)); }

Both SameBoth(Both v) { return v; }

wit::vector<InMemory> Lists(wit::vector<Weekday> days, wit::vector<FAll> sets) {
  assert(days.size() == sets.size());
  auto made = wit::vector<InMemory>::allocate(days.size());
  for (size_t i = 0; i < days.size(); i++)
    made.initialize(i, InMemory{days[i], F9::kB8, sets[i], Wide::kW256, Narrow::kN255});
  return made;
}

std::expected<F9, Wide> Options(std::optional<Weekday> v) {
  if (v) return F9(1 << unsigned(*v)) | F9::kB8;
  return std::unexpected<Wide>(Wide::kW256);
}

uint32_t Count(F8 a, F16 b, FAll c) {
  uint32_t bits = 0;
  for (unsigned set : {unsigned(a), unsigned(b), unsigned(c)})
    for (; set; set &= set - 1) bits++;
  return bits;
}

} // namespace exports::test::enums_flags::enums_flags
