#include "test.h"
#include "../check.h"

static int32_t kept;

bool exports_test_scalars_scalars_a_bool(bool v) { return v; }
uint8_t exports_test_scalars_scalars_a_u8(uint8_t v) { return v; }
int8_t exports_test_scalars_scalars_a_s8(int8_t v) { return v; }
uint16_t exports_test_scalars_scalars_a_u16(uint16_t v) { return v; }
int16_t exports_test_scalars_scalars_a_s16(int16_t v) { return v; }
uint32_t exports_test_scalars_scalars_a_u32(uint32_t v) { return v; }
int32_t exports_test_scalars_scalars_a_s32(int32_t v) { return v; }
uint64_t exports_test_scalars_scalars_a_u64(uint64_t v) { return v; }
int64_t exports_test_scalars_scalars_a_s64(int64_t v) { return v; }
float exports_test_scalars_scalars_a_f32(float v) { return v; }
double exports_test_scalars_scalars_a_f64(double v) { return v; }
uint32_t exports_test_scalars_scalars_a_char(uint32_t v) { return v; }

bool exports_test_scalars_scalars_all(bool a, uint8_t b, int8_t c, uint16_t d, int16_t e, uint32_t f, int32_t g,
                                      uint64_t h, int64_t i, float j, double k, uint32_t l) {
  return a && b == 200 && c == -100 && d == 60000 && e == -30000 && f == 4000000000u && g == -2000000000 &&
         h == 18000000000000000000u && i == -9000000000000000000 && j == 0.5f && k == -0.25 && l == 0x10FFFF;
}

void exports_test_scalars_scalars_put(int32_t v) { kept = v; }
int32_t exports_test_scalars_scalars_get(void) { return kept; }
