/* Prints how many blocks of memory one operation of each variant allocates.
 *
 *   count LIBRARY:FUNCTION ...
 *
 * The executable's definitions of the allocating functions come before the C library's for every shared object. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long blocks;

#define REAL(result, name, ...)                                                                                        \
  static result (*real)(__VA_ARGS__);                                                                                  \
  if (real == NULL) {                                                                                                  \
    void *found = dlsym(RTLD_NEXT, name);                                                                              \
    memcpy(&real, &found, sizeof real);                                                                                \
  }                                                                                                                    \
  blocks++

void *malloc(size_t size) {
  REAL(void *, "malloc", size_t);
  return real(size);
}

void *calloc(size_t count, size_t size) {
  REAL(void *, "calloc", size_t, size_t);
  return real(count, size);
}

void *realloc(void *block, size_t size) {
  REAL(void *, "realloc", void *, size_t);
  return real(block, size);
}

void *aligned_alloc(size_t align, size_t size) {
  REAL(void *, "aligned_alloc", size_t, size_t);
  return real(align, size);
}

int main(int argc, char **argv) {
  enum { OPERATIONS = 100 };
  for (int i = 1; i < argc; i++) {
    char *function = strrchr(argv[i], ':');
    *function++ = 0;
    void *library = dlopen(argv[i], RTLD_NOW | RTLD_LOCAL);
    void *found = library ? dlsym(library, function) : NULL;
    if (found == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    void (*run)(long operations);
    memcpy(&run, &found, sizeof run);
    run(1); /* what happens at the first call only is not counted */
    long before = blocks;
    run(OPERATIONS);
    printf("%g\n", (double)(blocks - before) / OPERATIONS);
  }
  return 0;
}
