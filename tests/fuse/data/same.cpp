// One source, compiled for each of three components with another NUMBER: all names in it are equal, all values differ.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
int library_version(void);
int library_count(void);
}

int counter = NUMBER * 100;
thread_local int of_thread = NUMBER;
int helper() { return NUMBER; }
__attribute__((weak)) int weak() { return NUMBER; }

inline int next() {
  static int state = NUMBER * 10;
  return ++state;
}

template <class T> struct Box {
  static T value;
  char room[NUMBER * 16];
};
template <class T> T Box<T>::value = NUMBER;

struct Shape {
  virtual ~Shape() {}
  virtual int number() const { return NUMBER; }
  char room[NUMBER * 32];
};

struct Error : std::runtime_error {
  Error() : std::runtime_error(std::string(NUMBER, 'x')) {}
  int number = NUMBER;
};

struct Made {
  Made() : number(NUMBER + 1) {}
  ~Made() { number = 0; }
  int number;
} made;

// Entries of a section that are found by its name.
#ifndef NO_REGISTRY
#define ENTRY(n) __attribute__((section("registry"), used)) static const int entry##n = NUMBER;
ENTRY(0)
#if NUMBER > 1
ENTRY(1)
#endif
#if NUMBER > 2
ENTRY(2)
#endif
extern "C" const int __start_registry[], __stop_registry[];
#endif

static int thrown() {
#ifndef __cpp_exceptions
  return 2 * Error().number;
#else
  try {
    throw Error();
  } catch (const Error &error) {
    return error.number + int(std::string(error.what()).size());
  }
#endif
}

static int registered() {
#ifdef NO_REGISTRY
  return NUMBER * NUMBER;
#else
  int sum = 0;
  for (const int *entry = __start_registry; entry != __stop_registry; ++entry) sum += *entry;
  return sum;
#endif
}

static uint32_t tell(uint32_t what) {
  std::vector<Shape *> shapes{new Shape};
  int shape = shapes[0]->number() + int(sizeof(Shape) - sizeof(void *));
  delete shapes[0];
  switch (what) {
    case 0: return counter++;
    case 1: return helper();
    case 2: return next();
    case 3: return Box<int>::value++ + sizeof(Box<int>);
    case 4: return library_version();
    case 5: return library_count();
    case 6: return of_thread++;
    case 7: return thrown();
    case 8: return shape;
    case 9: return made.number;
    case 10: return registered();
    default: return weak();
  }
}

#if NUMBER == 1
#include "first.h"
uint32_t exports_demo_same_one_tell(uint32_t what) { return tell(what); }
#elif NUMBER == 2
#include "second.h"
uint32_t exports_demo_same_two_tell(uint32_t what) { return tell(what); }
#else
#include "third.h"
uint32_t exports_third_tell(uint32_t whom, uint32_t what) {
  return whom == 1 ? demo_same_one_tell(what) : whom == 2 ? demo_same_two_tell(what) : tell(what);
}
#endif
