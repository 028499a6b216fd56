/* The component that is isolated. */
#include "shop.h"

#include <signal.h>
#include <stdio.h>

/* A fuzzer looks for other deaths, and has no time. */
#ifdef FUZZING
enum { MOST = 1 << 12 };
#define raise(signal) ((void)(signal))
#else
enum { MOST = 1 << 24 };
#endif

typedef exports_demo_shop_store_item_t item_t;
struct exports_demo_shop_store_basket_t {
  exports_demo_shop_store_list_item_t items;
};
static uint32_t baskets;
static void dup(shop_string_t *to, const shop_string_t *from) {
  shop_string_dup_n(to, (const char *)from->ptr, from->len);
}
static void dup_item(item_t *to, const item_t *from) {
  *to = *from;
  dup(&to->name, &from->name);
  to->tags.ptr = malloc(from->tags.len * sizeof *to->tags.ptr);
  for (size_t i = 0; i < from->tags.len; i++) dup(&to->tags.ptr[i], &from->tags.ptr[i]);
}
exports_demo_shop_store_own_basket_t exports_demo_shop_store_constructor_basket(shop_string_t *owner) {
  shop_string_free(owner);
  baskets++;
  return exports_demo_shop_store_basket_new(calloc(1, sizeof(exports_demo_shop_store_basket_t)));
}
void exports_demo_shop_store_basket_destructor(exports_demo_shop_store_basket_t *rep) {
  exports_demo_shop_store_list_item_free(&rep->items);
  baskets--;
  free(rep);
}
uint32_t exports_demo_shop_store_method_basket_add(exports_demo_shop_store_borrow_basket_t self, item_t *i) {
  self->items.ptr = realloc(self->items.ptr, (self->items.len + 1) * sizeof(item_t));
  self->items.ptr[self->items.len++] = *i;
  return (uint32_t)self->items.len;
}
void exports_demo_shop_store_method_basket_items(exports_demo_shop_store_borrow_basket_t self,
                                                 exports_demo_shop_store_list_item_t *ret) {
  ret->len = self->items.len;
  ret->ptr = malloc(ret->len * sizeof(item_t));
  for (size_t i = 0; i < ret->len; i++) dup_item(&ret->ptr[i], &self->items.ptr[i]);
}
void exports_demo_shop_store_method_basket_absorb(exports_demo_shop_store_borrow_basket_t self,
                                                  exports_demo_shop_store_own_basket_t other) {
  exports_demo_shop_store_list_item_t *more = &exports_demo_shop_store_basket_rep(other)->items;
  for (size_t i = 0; i < more->len; i++) exports_demo_shop_store_method_basket_add(self, &more->ptr[i]);
  more->len = 0;
  exports_demo_shop_store_basket_drop_own(other);
}
uint32_t exports_demo_shop_store_static_basket_count(void) { return baskets; }
exports_demo_shop_store_own_basket_t exports_demo_shop_store_static_basket_merge(
    exports_demo_shop_store_own_basket_t a, exports_demo_shop_store_borrow_basket_t b) {
  exports_demo_shop_store_basket_t *to = exports_demo_shop_store_basket_rep(a);
  for (size_t i = 0; i < b->items.len; i++) {
    item_t c;
    dup_item(&c, &b->items.ptr[i]);
    exports_demo_shop_store_method_basket_add(to, &c);
  }
  return a;
}
void exports_demo_shop_store_echo(shop_string_t *s, shop_string_t *ret) {
  shop_list_string_t all = {s, 1};
  shop_list_u8_t raw = {s->ptr, s->len};
  demo_shop_log_say(s);
  (void)demo_shop_log_lines(&all, &raw);
  *ret = *s;
}
void exports_demo_shop_store_items(exports_demo_shop_store_list_item_t *l, exports_demo_shop_store_list_item_t *ret) {
  for (size_t i = 0; i < l->len; i++) l->ptr[i].price++, l->ptr[i].ok = !l->ptr[i].ok;
  *ret = *l;
}
uint64_t exports_demo_shop_store_sum(shop_list_u64_t *l) {
  uint64_t n = 0;
  for (size_t i = 0; i < l->len; i++) n += l->ptr[i];
  shop_list_u64_free(l);
  return n;
}
void exports_demo_shop_store_big(uint32_t n, shop_list_u8_t *ret) {
  if (n > MOST) n = MOST;
  ret->len = n;
  ret->ptr = n ? malloc(n) : NULL;
  for (uint32_t i = 0; i < n; i++) ret->ptr[i] = (uint8_t)i;
}
bool exports_demo_shop_store_shapes(exports_demo_shop_store_shape_t *s, exports_demo_shop_store_shape_t *o,
                                    exports_demo_shop_store_list_shape_t *l, exports_demo_shop_store_list_shape_t *ret,
                                    shop_string_t *err) {
  if (o == NULL) {
    exports_demo_shop_store_shape_free(s);
    exports_demo_shop_store_list_shape_free(l);
    shop_string_dup(err, "no shape");
    return false;
  }
  ret->len = l->len + 2;
  ret->ptr = malloc(ret->len * sizeof *ret->ptr);
  ret->ptr[0] = *s;
  ret->ptr[1] = *o;
  memcpy(ret->ptr + 2, l->ptr, l->len * sizeof *ret->ptr);
  if (l->len) free(l->ptr);
  return true;
}
void exports_demo_shop_store_many(uint8_t a, shop_string_t *b, uint64_t c, float d, double e, int8_t f, bool g,
                                  uint32_t h, uint16_t i, shop_string_t *j, shop_list_u8_t *k, uint32_t *maybe_l,
                                  int64_t m, shop_string_t *ret) {
  char text[400];
  snprintf(text, sizeof text, "%d %.*s %llu %g %g %d %d %x %d %.*s %zu %d %lld", a, (int)b->len, b->ptr,
           (unsigned long long)c, d, e, f, g, h, i, (int)j->len, j->ptr, k->len, maybe_l ? (int)*maybe_l : -1,
           (long long)m);
  shop_string_free(b);
  shop_string_free(j);
  shop_list_u8_free(k);
  shop_string_dup(ret, text);
}
int16_t exports_demo_shop_store_scalar(int8_t a, bool b, float c, exports_demo_shop_store_bits_t f) {
  return (int16_t)(a * (b ? 2 : 1) + (c > -100 && c < 100 ? (int)c : 0) + f);
}
uint32_t exports_demo_shop_store_talk(exports_demo_shop_store_borrow_sink_t s, uint32_t times) {
  uint32_t n = 0;
  shop_string_t text;
  shop_string_set(&text, "talk");
  for (uint32_t i = 0; i < times; i++) n += demo_shop_log_method_sink_put(s, DEMO_SHOP_LOG_LEVEL_WARN, &text);
  demo_shop_log_borrow_sink_t twice[2] = {s, s};
  demo_shop_log_list_borrow_sink_t more = {twice, 2};
  demo_shop_log_method_sink_absorb(s, demo_shop_log_constructor_sink(&text), &more);
  return n;
}
void exports_demo_shop_store_keep(exports_demo_shop_store_own_sink_t s, shop_string_t *ret) {
  demo_shop_log_method_sink_name(demo_shop_log_borrow_sink(s), ret);
  demo_shop_log_sink_drop_own(s);
}
exports_demo_shop_store_own_sink_t exports_demo_shop_store_open(shop_string_t *name) {
  exports_demo_shop_store_own_sink_t s = demo_shop_log_constructor_sink(name);
  shop_string_free(name);
  return s;
}
uint32_t exports_demo_shop_store_depth(uint32_t n) { return n == 0 ? 0 : demo_shop_back_again(n - 1) + 1; }
bool exports_demo_shop_store_die(shop_string_t *how, shop_list_string_t *ret, shop_string_t *err) {
  (void)err;
  if (how->len > 0) raise(how->ptr[0] == 'k' ? SIGKILL : SIGSEGV);
  ret->ptr = malloc(sizeof *ret->ptr);
  ret->len = 1;
  ret->ptr[0] = *how;
  return true;
}
