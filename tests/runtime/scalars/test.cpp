#include "test_cpp.h"

static int32_t kept;

namespace exports::test::scalars::scalars {

bool ABool(bool v) { return v; }
uint8_t AU8(uint8_t v) { return v; }
int8_t AS8(int8_t v) { return v; }
uint16_t AU16(uint16_t v) { return v; }
int16_t AS16(int16_t v) { return v; }
uint32_t AU32(uint32_t v) { return v; }
int32_t AS32(int32_t v) { return v; }
uint64_t AU64(uint64_t v) { return v; }
int64_t AS64(int64_t v) { return v; }
float AF32(float v) { return v; }
double AF64(double v) { return v; }
uint32_t AChar(uint32_t v) { return v; }

bool All(bool a, uint8_t b, int8_t c, uint16_t d, int16_t e, uint32_t f, int32_t g, uint64_t h, int64_t i, float j,
         double k, uint32_t l) {
  return a && b == 200 && c == -100 && d == 60000 && e == -30000 && f == 4000000000u && g == -2000000000 &&
         h == 18000000000000000000u && i == -9000000000000000000 && j == 0.5f && k == -0.25 && l == 0x10FFFF;
}

void Put(int32_t v) { kept = v; }
int32_t Get() { return kept; }

} // namespace exports::test::scalars::scalars
