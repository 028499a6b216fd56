#include "runner.h"
#include "../check.h"

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

void exports_runner_run(void) {
  runner_string_t labels[] = {text("here"), text("there")};
  runner_place_t place = {{0, 5}, {labels, 2}}, moved;
  test_world_level_shared_origin(&place.at);
  assert(place.at.x == INT16_MIN && place.at.y == INT16_MAX);
  runner_move_to(&place, RUNNER_SIDE_RIGHT, &moved);
  assert(moved.at.x == INT16_MIN + 1 && moved.at.y == INT16_MAX);
  assert(moved.labels.len == 2 && IS(moved.labels.ptr[0], "here") && IS(moved.labels.ptr[1], "there"));
  runner_place_free(&moved);

  uint32_t values[] = {UINT32_MAX, 1};
  runner_list_u32_t list = {values, 2};
  assert(runner_total(&list) == UINT64_C(4294967296));

  runner_string_t line = text("line");
  runner_names_t letters;
  runner_side_t side;
  assert(runner_log(&line) == 4);
  assert(runner_split(&line, &letters, &side) && letters.len == 4);
  assert(IS(letters.ptr[0], "l") && IS(letters.ptr[3], "e"));
  runner_names_free(&letters);
  assert(!runner_split(NULL, &letters, &side) && side == RUNNER_SIDE_RIGHT);
  assert(runner_nothing());
}
