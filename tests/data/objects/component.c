/* The world of greeter.wit, as generated bindings would define and call it. */
#include "greeter_manifest.c"

#if defined(_WIN32)
#define EXPORT
__attribute__((dllimport))
#else
#define EXPORT __attribute__((visibility("default")))
#endif
extern void demoX3AgreeterX2FlogX400X2E1X2E0X00write(int level);

int helper(int a);
int helper(int a) { return a; }

EXPORT int demoX3AgreeterX2FgreetX400X2E1X2E0X00add(int a, int b);
int demoX3AgreeterX2FgreetX400X2E1X2E0X00add(int a, int b) {
    demoX3AgreeterX2FlogX400X2E1X2E0X00write(1);
    return helper(a) + b;
}
