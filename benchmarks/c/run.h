/* What callers are made of, in C and C++. `RUN run_F(long n) {..}` is a loop that the driver finds in a shared object. */
#ifndef RUN_H
#define RUN_H

#ifdef __cplusplus
#define RUN extern "C" __attribute__((visibility("default"))) void
#else
#define RUN __attribute__((visibility("default"))) void
#endif

/* The compiler may assume nothing about `value` from here on, so no call is hoisted, merged or dropped. */
#define OPAQUE(value) __asm__ volatile("" : "+r"(value) : : "memory")

enum { SMALL = 64, BIG = 1 << 20 };

#endif
