/* The component that calls. Natively a program that times its calls: nanoseconds of one call, a line for each kind:
 * `add 1.25`; of several batches the best, as others use the machine too. On wasm the host times a batch. */
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

enum { MANY = 65536 };

static uint8_t bytes[MANY];

/* In loops of their own, aligned alike. Nothing of a loop that is inlined is left out for what it results in. */
static uint32_t adds(uint32_t count) {
  int32_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) {
    sum = add(sum, (int32_t)i);
    __asm__ volatile("" : "+r"(sum));
  }
  return (uint32_t)sum;
}

static uint32_t texts(uint32_t count) {
  uint32_t found = 0;
  ARGUMENT(string) text = {(uint8_t *)"sixteen letters.", 16};
  for (uint32_t i = 0; i < count; ++i) {
    found += ends(&text);
    __asm__ volatile("" : "+r"(found));
  }
  return found;
}

static uint32_t lists(uint32_t count) {
  uint32_t found = 0;
  ARGUMENT(list_u8) list = {bytes, MANY};
  for (uint32_t i = 0; i < count; ++i) {
    found += edges(&list);
    __asm__ volatile("" : "+r"(found));
  }
  return found;
}

#ifdef __wasm__
uint32_t exports_caller_batch(uint32_t kind, uint32_t count) {
  return kind == 0 ? adds(count) : kind == 1 ? texts(count) : lists(count);
}
#else
#include <stdio.h>
#include <time.h>

enum { BATCHES = 20 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void report(const char *kind, uint32_t (*batch)(uint32_t count), uint32_t count) {
  double best = 0;
  for (int i = 0; i < BATCHES; ++i) {
    double start = now();
    batch(count);
    double took = (now() - start) / count;
    if (i == 0 || took < best) best = took;
  }
  printf("%s %g\n", kind, best);
}

#ifndef BY_HAND
uint32_t exports_caller_batch(uint32_t kind, uint32_t count) { return kind + count; }
#endif

int main(void) {
  report("add", adds, 200000);
  report("ends", texts, 2000);
  report("edges", lists, 2000);
  return 0;
}
#endif
