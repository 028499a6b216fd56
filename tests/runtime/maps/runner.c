#include "runner.h"
#include "../check.h"

typedef test_maps_maps_ages_t ages_t;
typedef test_maps_maps_names_t names_t;

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static void named(void) {
  test_maps_maps_ages_entry_t people[] = {{text("Ada"), 36}, {text("Émilie"), 42}};
  ages_t ages = {people, 2}, none = {NULL, 0};
  names_t names, again;
  test_maps_maps_invert(&ages, &names);
  assert(names.len == 2 && names.ptr[0].key == 36 && IS(names.ptr[0].value, "Ada"));
  assert(names.ptr[1].key == 42 && IS(names.ptr[1].value, "Émilie"));
  test_maps_maps_same(&names, &again);
  assert(again.len == 2 && again.ptr[1].key == 42 && IS(again.ptr[1].value, "Émilie"));
  assert(again.ptr[0].key == 36 && IS(again.ptr[0].value, "Ada"));
  test_maps_maps_names_free(&again);
  test_maps_maps_names_free(&names);
  test_maps_maps_invert(&none, &names);
  assert(names.len == 0);
  test_maps_maps_names_free(&names);

  runner_string_t name = text("Émilie"), nobody = text("Bob");
  uint32_t age = 0;
  assert(test_maps_maps_find(&ages, &name, &age) && age == 42);
  assert(!test_maps_maps_find(&ages, &nobody, &age));

  ages_t other;
  assert(test_maps_maps_maybe(&ages, &names, &other) && names.len == 2 && names.ptr[0].key == 36);
  test_maps_maps_names_free(&names);
  assert(!test_maps_maps_maybe(&none, &names, &other) && other.len == 1 && IS(other.ptr[0].key, "empty"));
  test_maps_maps_ages_free(&other);
  assert(!test_maps_maps_maybe(NULL, &names, &other) && other.len == 0);
  test_maps_maps_ages_free(&other);

  ages_t both[] = {ages, none};
  test_maps_maps_list_ages_t many = {both, 2}, turned;
  test_maps_maps_many(&many, &turned);
  assert(turned.len == 2 && turned.ptr[0].len == 0 && turned.ptr[1].len == 2);
  assert(IS(turned.ptr[1].ptr[0].key, "Ada") && turned.ptr[1].ptr[0].value == 36);
  test_maps_maps_list_ages_free(&turned);
}

static void anonymous(void) {
  runner_map_char32_bool_entry_t c[] = {{0x10FFFF, true}, {'a', false}};
  runner_map_char32_bool_t chars = {c, 2}, chars2;
  test_maps_maps_by_char(&chars, &chars2);
  assert(chars2.len == 2 && chars2.ptr[0].key == 0x10FFFF && chars2.ptr[0].value);
  assert(chars2.ptr[1].key == 'a' && !chars2.ptr[1].value);
  runner_map_char32_bool_free(&chars2);

  runner_string_t words[] = {text("x"), text("yy")};
  runner_map_s64_list_string_entry_t l[] = {{-3, {words, 2}}, {INT64_MAX, {NULL, 0}}};
  runner_map_s64_list_string_t lists = {l, 2}, lists2;
  test_maps_maps_by_s64(&lists, &lists2);
  assert(lists2.len == 2 && lists2.ptr[0].key == 3 && lists2.ptr[0].value.len == 2);
  assert(IS(lists2.ptr[0].value.ptr[0], "x") && IS(lists2.ptr[0].value.ptr[1], "yy"));
  assert(lists2.ptr[1].key == -INT64_MAX && lists2.ptr[1].value.len == 0);
  runner_map_s64_list_string_free(&lists2);

  runner_map_string_string_entry_t tags[] = {{text("unit"), text("m")}};
  test_maps_maps_map_u8_measure_entry_t m[] = {{200, {1.5, {tags, 1}}}, {0, {-2, {NULL, 0}}}};
  test_maps_maps_map_u8_measure_t measures = {m, 2}, measures2;
  test_maps_maps_measures(&measures, &measures2);
  assert(measures2.len == 2 && measures2.ptr[0].key == 200 && measures2.ptr[0].value.value == 3);
  assert(measures2.ptr[0].value.tags.len == 1 && IS(measures2.ptr[0].value.tags.ptr[0].key, "unit"));
  assert(IS(measures2.ptr[0].value.tags.ptr[0].value, "m"));
  assert(measures2.ptr[1].key == 0 && measures2.ptr[1].value.value == -4 && measures2.ptr[1].value.tags.len == 0);
  test_maps_maps_map_u8_measure_free(&measures2);

  runner_map_string_option_u8_entry_t inner[] = {{text("i"), {true, 255}}, {text("j"), {false, 0}}};
  runner_map_string_map_string_option_u8_entry_t n[] = {{text("outer"), {inner, 2}}, {text(""), {NULL, 0}}};
  runner_map_string_map_string_option_u8_t nested = {n, 2}, nested2;
  test_maps_maps_nested(&nested, &nested2);
  assert(nested2.len == 2 && IS(nested2.ptr[0].key, "outer") && nested2.ptr[0].value.len == 2);
  assert(IS(nested2.ptr[0].value.ptr[0].key, "i") && nested2.ptr[0].value.ptr[0].value.is_some);
  assert(nested2.ptr[0].value.ptr[0].value.val == 255 && !nested2.ptr[0].value.ptr[1].value.is_some);
  assert(nested2.ptr[1].key.len == 0 && nested2.ptr[1].value.len == 0);
  runner_map_string_map_string_option_u8_free(&nested2);

  runner_map_u16_u16_entry_t pairs[1000];
  for (uint16_t i = 0; i < 1000; i++) pairs[i].key = pairs[i].value = i;
  runner_map_u16_u16_t numbers = {pairs, 1000};
  assert(test_maps_maps_count(&numbers) == 1000);
  numbers.len = 0;
  assert(test_maps_maps_count(&numbers) == 0);
}

void exports_runner_run(void) {
  named();
  anonymous();
}
