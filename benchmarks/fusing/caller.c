/* A program that times its calls: nanoseconds of one call, a line for each kind: `add 1.25`. */
#ifdef BY_HAND
#include "hand.h"
#define ARGUMENT(kind) lent_t
#else
#include "caller.h"
#define add bench_fused_work_add
#define ends bench_fused_work_ends
#define edges bench_fused_work_edges
#define ARGUMENT(kind) caller_##kind##_t
#endif

#include <stdio.h>
#include <time.h>

enum { SCALARS = 4000000, LISTS = 20000, MANY = 65536 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static uint8_t bytes[MANY];

int main(void) {
  int32_t sum = 0;
  double start = now();
  for (int32_t i = 0; i < SCALARS; ++i) {
    sum = add(sum, i);
    __asm__ volatile("" : "+r"(sum)); /* else a loop that is inlined is replaced by its result */
  }
  printf("add %g\n", (now() - start) / SCALARS);

  uint32_t found = 0;
  ARGUMENT(string) text = {(uint8_t *)"sixteen letters.", 16};
  start = now();
  for (int i = 0; i < LISTS; ++i) {
    found += ends(&text);
    __asm__ volatile("" : "+r"(found));
  }
  printf("ends %g\n", (now() - start) / LISTS);

  ARGUMENT(list_u8) list = {bytes, MANY};
  start = now();
  for (int i = 0; i < LISTS; ++i) {
    found += edges(&list);
    __asm__ volatile("" : "+r"(found));
  }
  printf("edges %g\n", (now() - start) / LISTS);
  return found == 1;
}
