/* Gives back what it is given; arguments are this side's own, so most results are moved out of them. */
#include "echo.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void exports_t_echo_values_numbers(uint8_t a, int8_t b, uint16_t c, int16_t d, uint32_t e, int32_t f, uint64_t g,
                                   int64_t h, echo_tuple8_u8_s8_u16_s16_u32_s32_u64_s64_t *ret) {
  *ret = (echo_tuple8_u8_s8_u16_s16_u32_s32_u64_s64_t){a, b, c, d, e, f, g, h};
}

int8_t exports_t_echo_values_small(int8_t x) { return x; }

void exports_t_echo_values_floats(float x, double y, echo_tuple2_f32_f64_t *ret) {
  *ret = (echo_tuple2_f32_f64_t){x, y};
}

double exports_t_echo_values_double(double x) { return x; }

uint32_t exports_t_echo_values_letter(uint32_t x) { return x; }

bool exports_t_echo_values_yes(bool x) { return x; }

void exports_t_echo_values_text(echo_string_t *x, echo_string_t *ret) { *ret = *x; }

void exports_t_echo_values_rec(exports_t_echo_values_entry_t *x, exports_t_echo_values_entry_t *ret) { *ret = *x; }

void exports_t_echo_values_shapes(exports_t_echo_values_list_shape_t *x, exports_t_echo_values_list_shape_t *ret) {
  *ret = *x;
}

void exports_t_echo_values_kinds(exports_t_echo_values_list_kind_t *x, exports_t_echo_values_list_kind_t *ret) {
  *ret = *x;
}

void exports_t_echo_values_deeps(exports_t_echo_values_list_deep_t *x, exports_t_echo_values_list_deep_t *ret) {
  *ret = *x;
}

exports_t_echo_values_tone_t exports_t_echo_values_color(exports_t_echo_values_tone_t x) { return x; }

exports_t_echo_values_paint_t exports_t_echo_values_paints(exports_t_echo_values_paint_t x) { return x; }

bool exports_t_echo_values_maybe(echo_option_u8_t *maybe_x, echo_option_u8_t *ret) {
  if (maybe_x != NULL) *ret = *maybe_x;
  return maybe_x != NULL;
}

bool exports_t_echo_values_res(echo_result_list_u8_string_t *x, echo_list_u8_t *ret, echo_string_t *err) {
  if (x->is_err) {
    *err = x->val.err;
  } else {
    *ret = x->val.ok;
  }
  return !x->is_err;
}

void exports_t_echo_values_index(echo_map_string_u32_t *x, echo_map_string_u32_t *ret) { *ret = *x; }

void exports_t_echo_values_fixed(echo_list3_u16_t *x, echo_list3_u16_t *ret) { memcpy(ret, x, sizeof *x); }

void exports_t_echo_values_many(echo_string_t *a, echo_string_t *b, echo_string_t *c, echo_string_t *d,
                                echo_string_t *e, echo_string_t *f, echo_string_t *g, echo_string_t *h, uint8_t i,
                                uint8_t *maybe_j, echo_string_t *ret) {
  echo_string_t *all[] = {a, b, c, d, e, f, g, h};
  char text[200] = "";
  for (size_t k = 0; k < 8; k++) {
    strncat(text, (const char *)all[k]->ptr, all[k]->len);
    echo_string_free(all[k]);
  }
  sprintf(text + strlen(text), " %d %d", i, maybe_j == NULL ? -1 : *maybe_j);
  echo_string_dup(ret, text);
}

void exports_t_echo_values_none(void) { printf("none was called\n"); }

void exports_t_echo_values_crash(uint8_t how) {
  fprintf(stderr, "crashing\n");
  if (how == 0) abort();
  if (how == 1) *(volatile int *)16 = 1;
  if (how == 2) exit(7);
  assert(how == 4);
}

exports_t_echo_values_tone_t exports_t_echo_values_bad(void) { return 7; }

uint32_t exports_echo_twice(uint32_t x) { return 2 * x; }
