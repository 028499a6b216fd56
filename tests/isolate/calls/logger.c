/* What the component calls, in its caller's process. */
#include "logger.h"

#include <stdio.h>

struct exports_demo_shop_log_sink_t {
  logger_string_t name;
  uint32_t puts;
};
exports_demo_shop_log_own_sink_t exports_demo_shop_log_constructor_sink(logger_string_t *name) {
  exports_demo_shop_log_sink_t *s = calloc(1, sizeof *s);
  s->name = *name;
  return exports_demo_shop_log_sink_new(s);
}
void exports_demo_shop_log_sink_destructor(exports_demo_shop_log_sink_t *rep) {
  printf("sink %.*s ends\n", (int)rep->name.len, rep->name.ptr);
  logger_string_free(&rep->name);
  free(rep);
}
uint32_t exports_demo_shop_log_method_sink_put(exports_demo_shop_log_borrow_sink_t self,
                                               exports_demo_shop_log_level_t l, logger_string_t *text) {
  printf("put %d %.*s\n", l, (int)text->len, text->ptr);
  logger_string_free(text);
  return ++self->puts;
}
void exports_demo_shop_log_method_sink_name(exports_demo_shop_log_borrow_sink_t self, logger_string_t *ret) {
  logger_string_dup_n(ret, (const char *)self->name.ptr, self->name.len);
}
void exports_demo_shop_log_method_sink_absorb(exports_demo_shop_log_borrow_sink_t self,
                                              exports_demo_shop_log_own_sink_t other,
                                              exports_demo_shop_log_list_borrow_sink_t *more) {
  self->puts += exports_demo_shop_log_sink_rep(other)->puts;
  for (size_t i = 0; i < more->len; i++) self->puts += more->ptr[i]->puts;
  exports_demo_shop_log_list_borrow_sink_free(more);
  exports_demo_shop_log_sink_drop_own(other);
}
uint32_t exports_demo_shop_log_lines(logger_list_string_t *all, logger_list_u8_t *raw) {
  uint32_t bytes = (uint32_t)raw->len;
  for (size_t i = 0; i < all->len; i++) bytes += (uint32_t)all->ptr[i].len;
  printf("lines %zu %u\n", all->len, bytes);
  logger_list_string_free(all);
  logger_list_u8_free(raw);
  return bytes;
}
void exports_demo_shop_log_say(logger_string_t *text) {
  printf("say %.*s\n", (int)text->len, text->ptr);
  logger_string_free(text);
}
