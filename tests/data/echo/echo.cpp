// Gives back what it is given.
#include "echo_cpp.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace exports::t::echo::values {

std::tuple<uint8_t, int8_t, uint16_t, int16_t, uint32_t, int32_t, uint64_t, int64_t> Numbers(
    uint8_t a, int8_t b, uint16_t c, int16_t d, uint32_t e, int32_t f, uint64_t g, int64_t h) {
  return {a, b, c, d, e, f, g, h};
}
int8_t Small(int8_t x) { return x; }
std::tuple<float, double> Floats(float x, double y) { return {x, y}; }
double Double(double x) { return x; }
uint32_t Letter(uint32_t x) { return x; }
bool Yes(bool x) { return x; }
wit::string Text(wit::string x) { return x; }
Entry Rec(Entry x) { return x; }
wit::vector<Shape> Shapes(wit::vector<Shape> x) { return x; }
wit::vector<Kind> Kinds(wit::vector<Kind> x) { return x; }
wit::vector<Deep> Deeps(wit::vector<Deep> x) { return x; }
Tone Color(Tone x) { return x; }
Paint Paints(Paint x) { return x; }
std::optional<std::optional<uint8_t>> Maybe(std::optional<std::optional<uint8_t>> x) { return x; }
std::expected<wit::vector<uint8_t>, wit::string> Res(std::expected<wit::vector<uint8_t>, wit::string> x) { return x; }
wit::unordered_map<wit::string, uint32_t> Index(wit::unordered_map<wit::string, uint32_t> x) { return x; }
std::array<uint16_t, 3> Fixed(std::array<uint16_t, 3> x) { return x; }
wit::string Many(wit::string a, wit::string b, wit::string c, wit::string d, wit::string e, wit::string f,
                 wit::string g, wit::string h, uint8_t i, std::optional<uint8_t> j) {
  std::string text;
  for (const wit::string *each : {&a, &b, &c, &d, &e, &f, &g, &h}) text += each->get_view();
  text += " " + std::to_string(i) + " " + std::to_string(j ? *j : -1);
  return wit::string::from_view(text);
}
void None() { std::puts("none was called"); }
void Crash(uint8_t how) {
  if (how == 0) std::abort();
  if (how == 2) std::exit(7);
}
Tone Bad() { return static_cast<Tone>(7); }

}  // namespace exports::t::echo::values

namespace exports::echo {

uint32_t Twice(uint32_t x) { return 2 * x; }

}  // namespace exports::echo
