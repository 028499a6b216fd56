/* The component that all the extensions call. */
#include "extension.h"

#include <stdlib.h>
#include <string.h>

typedef exports_bench_extension_kinds_counter_t counter;

struct exports_bench_extension_kinds_counter_t {
  uint32_t value;
};

static void *room(size_t size) {
  void *made = malloc(size);
  if (made == NULL) abort();
  return made;
}

exports_bench_extension_kinds_own_counter_t exports_bench_extension_kinds_constructor_counter(int32_t start) {
  counter *made = room(sizeof *made);
  made->value = (uint32_t)start;
  return exports_bench_extension_kinds_counter_new(made);
}

int32_t exports_bench_extension_kinds_method_counter_add(counter *self, int32_t by) {
  return (int32_t)(self->value += (uint32_t)by);
}

void exports_bench_extension_kinds_counter_destructor(counter *rep) { free(rep); }

int32_t exports_bench_extension_kinds_add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }

void exports_bench_extension_kinds_echo(const extension_string_t *text, extension_string_t *ret) {
  extension_string_dup_n(ret, (const char *)text->ptr, text->len);
}

uint32_t exports_bench_extension_kinds_ends(const extension_list_u8_t *octets) {
  return octets->len == 0 ? 0 : (uint32_t)octets->ptr[0] + octets->ptr[octets->len - 1];
}

/* As they are: it is their way that is measured, not that they are written. */
void exports_bench_extension_kinds_make(uint32_t size, extension_list_u8_t *ret) {
  ret->ptr = room(size);
  ret->len = size;
}

void exports_bench_extension_kinds_hand_over(uint32_t size, extension_list_u8_t *ret) {
  exports_bench_extension_kinds_make(size, ret);
}

double exports_bench_extension_kinds_sum(const extension_list_f64_t *numbers) {
  double sum = 0;
  for (size_t i = 0; i < numbers->len; i++) sum += numbers->ptr[i];
  return sum;
}

void exports_bench_extension_kinds_samples(uint32_t count, exports_bench_extension_kinds_list_sample_t *ret) {
  ret->ptr = room(count * sizeof *ret->ptr);
  ret->len = count;
  for (uint32_t i = 0; i < count; i++) {
    ret->ptr[i].at = i;
    ret->ptr[i].value = i * 0.5;
    extension_string_dup(&ret->ptr[i].name, "sample");
  }
}
