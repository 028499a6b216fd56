/* Runs variants round-robin and prints, a round a line, the nanoseconds of one operation of each.
 *
 *   driver ROUNDS MILLISECONDS LIBRARY:FUNCTION ...
 *
 * Every variant is a function `void f(long operations)` of a shared object: a call from an executable into a shared
 * object takes another path through the branch predictor than one between two shared objects. Time is this thread's
 * CPU time, so what other processes take from us is not counted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void (*variant)(long operations);

static double nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

static double time_of(variant run, long operations) {
  double start = nanoseconds();
  run(operations);
  return nanoseconds() - start;
}

static variant load(char *spec) {
  char *function = strrchr(spec, ':');
  *function++ = 0;
  void *library = dlopen(spec, RTLD_NOW | RTLD_LOCAL);
  void *found = library ? dlsym(library, function) : NULL;
  if (found == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  variant run;
  memcpy(&run, &found, sizeof run);
  return run;
}

/* How many operations take about `target` nanoseconds; runs the variant warm on the way. */
static long calibrate(variant run, double target) {
  long operations = 8;
  for (;;) {
    double taken = time_of(run, operations);
    if (taken > target / 2) return (long)(operations * target / taken) + 1;
    operations *= 2;
  }
}

int main(int argc, char **argv) {
  int rounds = atoi(argv[1]), count = argc - 3;
  double target = atof(argv[2]) * 1e6;
  variant *variants = malloc(count * sizeof *variants);
  long *operations = malloc(count * sizeof *operations);
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  sched_setaffinity(0, sizeof here, &here);
  for (int i = 0; i < count; i++) {
    variants[i] = load(argv[i + 3]);
    operations[i] = calibrate(variants[i], target);
  }
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < count; i++) printf("%.4f ", time_of(variants[i], operations[i]) / operations[i]);
    printf("\n");
  }
  return 0;
}
