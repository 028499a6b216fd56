#include "app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A component by the functions that the program is bound to, which take whatever handle they are given. */
typedef struct {
  const char *name;
  sb_handle_t (*make)(uint32_t n);
  void (*by)(sb_handle_t self, app_string_t *ret);
  uint32_t (*plus)(sb_handle_t self, sb_handle_t other);
  uint32_t (*total)(sb_handle_t first, sb_handle_t second);
  uint32_t (*alive)(void);
  void (*drop)(sb_handle_t handle);
} maker_t;

#define MAKER(label)                                                                                                   \
  static sb_handle_t label##_make(uint32_t n) { return label##_constructor_thing(n).__handle; }                        \
  static void label##_by(sb_handle_t self, app_string_t *ret) {                                                        \
    label##_method_thing_by((label##_borrow_thing_t){self}, ret);                                                      \
  }                                                                                                                    \
  static uint32_t label##_plus(sb_handle_t self, sb_handle_t other) {                                                  \
    return (uint32_t)label##_method_thing_plus((label##_borrow_thing_t){self}, (label##_borrow_thing_t){other});       \
  }                                                                                                                    \
  static void label##_drop(sb_handle_t handle) { label##_thing_drop_own((label##_own_thing_t){handle}); }

#define TOTAL(label)                                                                                                   \
  static uint32_t label##_sum(sb_handle_t first, sb_handle_t second) {                                                 \
    label##_own_thing_t both[] = {{first}, {second}};                                                                  \
    label##_list_own_thing_t list = {both, 2};                                                                         \
    return label##_total(&list);                                                                                       \
  }

MAKER(oak)
TOTAL(oak)
MAKER(elm)
TOTAL(elm)
MAKER(fir)
TOTAL(fir)
MAKER(wrapped)
TOTAL(wrapped)
MAKER(modern)

static const maker_t makers[] = {
    {"oak", oak_make, oak_by, oak_plus, oak_sum, oak_alive, oak_drop},
    {"elm", elm_make, elm_by, elm_plus, elm_sum, elm_alive, elm_drop},
    {"fir", fir_make, fir_by, fir_plus, fir_sum, fir_alive, fir_drop},
    {"outer", wrapped_make, wrapped_by, wrapped_plus, wrapped_sum, wrapped_alive, wrapped_drop},
    {"modern", modern_make, modern_by, modern_plus, NULL, NULL, modern_drop},
};
enum { ALIKE = 4, ALL };

static const maker_t *named(const char *name) {
  for (int i = 0; i < ALL; i++)
    if (strcmp(makers[i].name, name) == 0) return &makers[i];
  fprintf(stderr, "no maker %s\n", name);
  exit(2);
}

/* Who made the thing, as the code bound to `through` says. */
static void print_maker(const maker_t *through, sb_handle_t thing) {
  app_string_t name;
  through->by(thing, &name);
  printf(" %.*s", (int)name.len, (const char *)name.ptr);
  app_string_free(&name);
}

/* Every thing through every component's symbols: methods and drop run its maker's code. */
static void meet(void) {
  for (int i = 0; i < ALIKE; i++) {
    const maker_t *through = &makers[i];
    printf("%s:", through->name);
    for (int j = 0; j < ALIKE; j++) {
      sb_handle_t thing = makers[j].make(3), other = makers[j].make(4);
      print_maker(through, thing);
      printf(" %u of %u", through->plus(thing, other), makers[j].alive());
      through->drop(thing);
      printf(" %u,", makers[j].alive());
      printf(" %u", makers[j].total(makers[j].make(10), other));
      printf(" of %u;", makers[j].alive());
    }
    printf("\n");
  }
  sb_handle_t thing = modern_make(5);
  printf("modern:");
  print_maker(named("modern"), thing);
  printf(" %u\n", modern_plus(thing, thing));
  modern_drop(thing);
}

/* app POSITION TO OF: hand a thing of OF to TO in a position where TO can only take its own. */
int main(int argc, char **argv) {
  if (argc != 4) {
    meet();
    return 0;
  }
  const maker_t *to = named(argv[2]);
  sb_handle_t thing = named(argv[3])->make(1), own = to->make(2);
  app_string_t name;
  if (strcmp(argv[1], "argument") == 0) to->plus(own, thing);
  if (strcmp(argv[1], "list") == 0) to->total(own, thing);
  if (strcmp(argv[1], "self") == 0) to->by(thing, &name);
  if (strcmp(argv[1], "drop") == 0) to->drop(thing);
  return 0;
}
