#include "runner.h"
#include "../check.h"
#include <float.h>
#include <math.h>

#define ROUND(type, ctype, ...) \
  do { \
    const ctype values[] = {__VA_ARGS__}; \
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) \
      assert(test_scalars_scalars_a_##type(values[i]) == values[i]); \
  } while (0)

void exports_runner_run(void) {
  ROUND(bool, bool, true, false);
  ROUND(u8, uint8_t, 0, 1, 0x7f, 0x80, UINT8_MAX);
  ROUND(s8, int8_t, 0, 1, -1, INT8_MIN, INT8_MAX);
  ROUND(u16, uint16_t, 0, 1, 0x7fff, 0x8000, UINT16_MAX);
  ROUND(s16, int16_t, 0, 1, -1, INT16_MIN, INT16_MAX);
  ROUND(u32, uint32_t, 0, 1, 0x7fffffff, 0x80000000, UINT32_MAX);
  ROUND(s32, int32_t, 0, 1, -1, INT32_MIN, INT32_MAX);
  ROUND(u64, uint64_t, 0, 1, UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX);
  ROUND(s64, int64_t, 0, 1, -1, INT64_C(-4294967296), INT64_MIN, INT64_MAX);
  ROUND(f32, float, 0, 1, -1.5f, FLT_MIN, FLT_MAX, -FLT_MAX, FLT_TRUE_MIN, INFINITY, -INFINITY);
  ROUND(f64, double, 0, 1, -1.5, DBL_MIN, DBL_MAX, -DBL_MAX, DBL_TRUE_MIN, INFINITY, -INFINITY);
  ROUND(char, uint32_t, 0, 'a', 0x7f, 0x80, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF);

  assert(signbit(test_scalars_scalars_a_f32(-0.0f)) && !signbit(test_scalars_scalars_a_f32(0.0f)));
  assert(signbit(test_scalars_scalars_a_f64(-0.0)) && !signbit(test_scalars_scalars_a_f64(0.0)));
  assert(isnan(test_scalars_scalars_a_f32(NAN)));
  assert(isnan(test_scalars_scalars_a_f64(NAN)));

  assert(test_scalars_scalars_all(true, 200, -100, 60000, -30000, 4000000000u, -2000000000, 18000000000000000000u,
                                  -9000000000000000000, 0.5f, -0.25, 0x10FFFF));

  test_scalars_scalars_put(INT32_MIN);
  assert(test_scalars_scalars_get() == INT32_MIN);
  test_scalars_scalars_put(7);
  assert(test_scalars_scalars_get() == 7);
}
