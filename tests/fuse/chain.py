"""Components that call each other in a chain: a provider, one in between that imports what it exports, and users."""

from __future__ import annotations

from pathlib import Path

from .parts import Compiled, Compilers, compiled

CHAIN = """\
package demo:chain;
interface say {
  resource word { constructor(text: string); read: func() -> string; }
  greet: func(name: string) -> string;
}
world provider { export say; }
world between { import say; export say; }
world user { import say; export run: func(name: string) -> string; }
world choosing { import left: say; import right: say; export run: func(name: string) -> string; }
"""
PROVIDER = """\
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "provider.h"
struct exports_demo_chain_say_word_t { char text[64]; };
static void decorate(provider_string_t *ret, const char *text) {
  char made[128];
  snprintf(made, sizeof made, "NAME(%s)", text);
  provider_string_dup(ret, made);
}
exports_demo_chain_say_own_word_t exports_demo_chain_say_constructor_word(provider_string_t *text) {
  exports_demo_chain_say_word_t *made = calloc(1, sizeof *made);
  memcpy(made->text, text->ptr, text->len);
  provider_string_free(text);
  return exports_demo_chain_say_word_new(made);
}
void exports_demo_chain_say_method_word_read(exports_demo_chain_say_borrow_word_t self, provider_string_t *ret) {
  decorate(ret, self->text);
}
void exports_demo_chain_say_word_destructor(exports_demo_chain_say_word_t *rep) { free(rep); }
void exports_demo_chain_say_greet(provider_string_t *name, provider_string_t *ret) {
  char text[64] = "";
  memcpy(text, name->ptr, name->len);
  provider_string_free(name);
  decorate(ret, text);
}
"""
BETWEEN = """\
#include <stdlib.h>
#include "between.h"
struct exports_demo_chain_say_word_t { demo_chain_say_own_word_t inner; };
exports_demo_chain_say_own_word_t exports_demo_chain_say_constructor_word(between_string_t *text) {
  exports_demo_chain_say_word_t *made = malloc(sizeof *made);
  made->inner = demo_chain_say_constructor_word(text);
  between_string_free(text);
  return exports_demo_chain_say_word_new(made);
}
void exports_demo_chain_say_method_word_read(exports_demo_chain_say_borrow_word_t self, between_string_t *ret) {
  demo_chain_say_method_word_read(demo_chain_say_borrow_word(self->inner), ret);
}
void exports_demo_chain_say_word_destructor(exports_demo_chain_say_word_t *rep) {
  demo_chain_say_word_drop_own(rep->inner);
  free(rep);
}
void exports_demo_chain_say_greet(between_string_t *name, between_string_t *ret) {
  between_string_t inner;
  demo_chain_say_greet(name, &inner);
  between_string_free(name);
  demo_chain_say_greet(&inner, ret);
  between_string_free(&inner);
}
"""
USER = """\
#include <stdio.h>
#include "user.h"
void exports_user_run(user_string_t *name, user_string_t *ret) {
  user_string_t greeting, read;
  demo_chain_say_greet(name, &greeting);
  demo_chain_say_own_word_t word = demo_chain_say_constructor_word(name);
  demo_chain_say_method_word_read(demo_chain_say_borrow_word(word), &read);
  demo_chain_say_word_drop_own(word);
  char made[256];
  snprintf(made, sizeof made, "%.*s %.*s", (int)greeting.len, (char *)greeting.ptr, (int)read.len, (char *)read.ptr);
  user_string_free(&greeting);
  user_string_free(&read);
  user_string_free(name);
  user_string_dup(ret, made);
}
"""
CHOOSING = """\
#include <stdio.h>
#include "choosing.h"
void exports_choosing_run(choosing_string_t *name, choosing_string_t *ret) {
  choosing_string_t l, r;
  left_greet(name, &l);
  right_greet(name, &r);
  char made[256];
  snprintf(made, sizeof made, "%.*s %.*s", (int)l.len, (char *)l.ptr, (int)r.len, (char *)r.ptr);
  choosing_string_free(&l);
  choosing_string_free(&r);
  choosing_string_free(name);
  choosing_string_dup(ret, made);
}
"""


def connected(folder: Path, compilers: Compilers) -> dict[str, Compiled]:
    """All of them, by name: two providers, `between`, `user`, and `choosing`, which wants two providers."""
    (folder / "chain.wit").write_text(CHAIN, encoding="utf-8")
    sources = {
        "one": ("provider", PROVIDER.replace("NAME", "one")),
        "other": ("provider", PROVIDER.replace("NAME", "other")),
        "between": ("between", BETWEEN),
        "user": ("user", USER),
        "choosing": ("choosing", CHOOSING),
    }
    made = {}
    for name, (world, source) in sources.items():
        (folder / f"{name}.c").write_text(source, encoding="utf-8")
        made[name] = compiled(folder, name, folder / "chain.wit", world, folder / f"{name}.c", compilers)
    return made
