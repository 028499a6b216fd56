/* Many threads, each with counters of its own and one that is everybody's. */
#include "threads.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8, SPREAD = 7 };

typedef fuzz_pool_counters_own_counter_t own_counter;

static own_counter common;
static unsigned rounds;

static fuzz_pool_counters_borrow_counter_t lend(own_counter of) { return fuzz_pool_counters_borrow_counter(of); }

static void require(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "%s\n", what);
  abort();
}

static void one_round(void) {
  threads_string_t label, back;
  threads_string_set(&label, "counter");
  own_counter mine = fuzz_pool_counters_constructor_counter(&label);
  fuzz_pool_counters_method_counter_label(lend(mine), &back);
  require(back.len == label.len && memcmp(back.ptr, label.ptr, back.len) == 0, "another label");
  threads_string_free(&back);
  mine = fuzz_pool_counters_pass(mine);
  require(fuzz_pool_counters_method_counter_bump(lend(mine), 5) == 5, "another count");

  fuzz_pool_counters_list_own_counter_t spread;
  fuzz_pool_counters_spread(SPREAD, &spread);
  require(spread.len == SPREAD, "another number of counters");
  for (size_t i = 0; i < spread.len; ++i) fuzz_pool_counters_method_counter_bump(lend(spread.ptr[i]), i);
  fuzz_pool_counters_borrow_counter_t lent[SPREAD];
  for (size_t i = 0; i < spread.len; ++i) lent[i] = lend(spread.ptr[i]);
  fuzz_pool_counters_list_borrow_counter_t all = {lent, SPREAD};
  require(fuzz_pool_counters_total(&all) == SPREAD * (SPREAD - 1) / 2, "another total");
  fuzz_pool_counters_static_counter_merge(&spread, lend(common));
  free(spread.ptr);

  threads_string_t texts[2] = {label, label};
  threads_list_string_t both = {texts, 2};
  fuzz_pool_counters_join(&both, &back);
  require(back.len == 14 && memcmp(back.ptr, "countercounter", 14) == 0, "another text");
  threads_string_free(&back);
  fuzz_pool_counters_counter_drop_own(mine);
}

static void *run(void *unused) {
  for (unsigned i = 0; i < rounds; ++i) one_round();
  return unused;
}

int main(int argc, char **argv) {
  rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 100;
  threads_string_t label;
  threads_string_set(&label, "common");
  common = fuzz_pool_counters_constructor_counter(&label);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; ++i) require(pthread_create(&threads[i], NULL, run, NULL) == 0, "no thread");
  for (int i = 0; i < THREADS; ++i) pthread_join(threads[i], NULL);
  uint64_t count = fuzz_pool_counters_method_counter_bump(lend(common), 0);
  require(count == (uint64_t)THREADS * rounds * SPREAD * (SPREAD - 1) / 2, "another sum");
  fuzz_pool_counters_counter_drop_own(common);
  printf("%llu\n", (unsigned long long)count);
  return 0;
}
