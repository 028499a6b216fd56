#include "test_cpp.h"
#include <algorithm>

namespace exports::test::variants::variants {

I32F32 AI32F32(I32F32 v) { return v; }
I64F64 AI64F64(I64F64 v) { return v; }
F32F64 AF32F64(F32F64 v) { return v; }
F32I64 AF32I64(F32I64 v) { return v; }
TextU64 ATextU64(TextU64 v) { return v; }
TextF32 ATextF32(TextF32 v) { return v; }
TextF64 ATextF64(TextF64 v) { return v; }
ListTuple AListTuple(ListTuple v) { return v; }
LengthF32 ALengthF32(LengthF32 v) { return v; }
Small ASmall(Small v) { return v; }
Many AMany(Many v) { return v; }
Outer AnOuter(Outer v) { return v; }
Alone AnAlone(Alone v) { return v; }
Plain APlain(Plain v) { return v; }

wit::vector<Many> Listed(wit::vector<Many> v) {
  std::reverse(v.data(), v.data() + v.size());
  return v;
}

std::tuple<TextU64, I64F64, uint8_t> Fields(std::tuple<uint8_t, I64F64, TextU64> v) {
  return {std::move(std::get<2>(v)), std::get<1>(v), std::get<0>(v)};
}

std::tuple<uint8_t, uint8_t, uint8_t> Kinds(I32F32 a, TextF64 b, Plain c) {
  return {uint8_t(a.variants.index()), uint8_t(b.variants.index()), uint8_t(c.variants.index())};
}

} // namespace exports::test::variants::variants
