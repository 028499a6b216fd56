/* The store, by a user of generated C. */
#include "provider.h"

#include <stdlib.h>
#include <string.h>

struct exports_interop_shop_store_item_t {
  provider_string_t name;
};
typedef exports_interop_shop_store_item_t item;
typedef exports_interop_shop_store_own_item_t own_item;
typedef exports_interop_shop_store_price_t price;

static own_item item_of(provider_string_t name) {
  item *made = malloc(sizeof *made);
  made->name = name;
  return exports_interop_shop_store_item_new(made);
}
static item *object_of(own_item of) { return exports_interop_shop_store_item_rep(of); }

own_item exports_interop_shop_store_constructor_item(provider_string_t *name) { return item_of(*name); }
void exports_interop_shop_store_item_destructor(item *of) {
  provider_string_free(&of->name);
  free(of);
}
void exports_interop_shop_store_method_item_name(item *self, provider_string_t *ret) {
  provider_string_dup_n(ret, (const char *)self->name.ptr, self->name.len);
}
uint64_t exports_interop_shop_store_method_item_weigh(item *self, uint32_t extra) {
  return self->name.len * 1000 + extra;
}
bool exports_interop_shop_store_static_item_parse(provider_string_t *text, own_item *ret, provider_string_t *err) {
  if (text->len == 0) {
    provider_string_dup(err, "empty");
    return false;
  }
  *ret = item_of(*text);
  return true;
}

void exports_interop_shop_store_echo(bool a, int8_t b, uint16_t c, uint32_t d, exports_interop_shop_store_grade_t e,
                                     exports_interop_shop_store_marks_t f, float g, double h,
                                     exports_interop_shop_store_tuple5_s8_f32_grade_marks_char32_t *ret) {
  ret->f0 = (int8_t)(a ? c - 65500 : b);
  ret->f1 = g + (float)h;
  ret->f2 = e;
  ret->f3 = f | EXPORTS_INTEROP_SHOP_STORE_MARKS_LAST;
  ret->f4 = d;
}

bool exports_interop_shop_store_total(exports_interop_shop_store_list_line_t *lines, price *ret,
                                      provider_string_t *err) {
  bool some = lines->len != 0;
  ret->tag = EXPORTS_INTEROP_SHOP_STORE_PRICE_CENTS;
  ret->val.cents = 0;
  for (size_t i = 0; i < lines->len && ret->tag == EXPORTS_INTEROP_SHOP_STORE_PRICE_CENTS; ++i) {
    ret->val.cents += lines->ptr[i].item->name.len * lines->ptr[i].count;
    if (!lines->ptr[i].note.is_some) continue;
    ret->tag = EXPORTS_INTEROP_SHOP_STORE_PRICE_WORDS;
    provider_string_dup_n(&ret->val.words, (const char *)lines->ptr[i].note.val.ptr, lines->ptr[i].note.val.len);
  }
  if (!some) provider_string_dup(err, "nothing");
  exports_interop_shop_store_list_line_free(lines);
  return some;
}

void exports_interop_shop_store_convert(exports_interop_shop_store_list_price_t *from,
                                        exports_interop_shop_store_list_price_t *ret) {
  ret->len = from->len;
  ret->ptr = from->len ? malloc(from->len * sizeof *ret->ptr) : NULL;
  for (size_t i = 0; i < from->len; ++i) {
    price *to = &ret->ptr[i];
    switch (from->ptr[i].tag) {
    case EXPORTS_INTEROP_SHOP_STORE_PRICE_GIFT:
      to->tag = EXPORTS_INTEROP_SHOP_STORE_PRICE_CENTS;
      to->val.cents = 0;
      break;
    case EXPORTS_INTEROP_SHOP_STORE_PRICE_CENTS:
      to->tag = EXPORTS_INTEROP_SHOP_STORE_PRICE_EACH;
      to->val.each = (float)from->ptr[i].val.cents;
      break;
    case EXPORTS_INTEROP_SHOP_STORE_PRICE_WORDS: to->tag = EXPORTS_INTEROP_SHOP_STORE_PRICE_GIFT; break;
    default:
      to->tag = EXPORTS_INTEROP_SHOP_STORE_PRICE_WORDS;
      provider_string_dup(&to->val.words, "each");
      break;
    }
  }
  exports_interop_shop_store_list_price_free(from);
}

void exports_interop_shop_store_take(exports_interop_shop_store_list_own_item_t *items, provider_list_string_t *ret) {
  ret->len = items->len;
  ret->ptr = items->len ? malloc(items->len * sizeof *ret->ptr) : NULL;
  for (size_t i = 0; i < items->len; ++i) {
    exports_interop_shop_store_method_item_name(object_of(items->ptr[i]), &ret->ptr[i]);
    exports_interop_shop_store_item_drop_own(items->ptr[i]);
  }
  exports_interop_shop_store_list_own_item_free(items);
}
bool exports_interop_shop_store_find(provider_string_t *name, own_item *ret) {
  bool found = !(name->len == 4 && memcmp(name->ptr, "none", 4) == 0);
  if (found) *ret = item_of(*name);
  else provider_string_free(name);
  return found;
}

static uint64_t weight(const price *of) {
  switch (of->tag) {
  case EXPORTS_INTEROP_SHOP_STORE_PRICE_GIFT: return 1;
  case EXPORTS_INTEROP_SHOP_STORE_PRICE_CENTS: return of->val.cents;
  case EXPORTS_INTEROP_SHOP_STORE_PRICE_WORDS: return of->val.words.len;
  default: return (uint64_t)of->val.each;
  }
}
uint64_t exports_interop_shop_store_many(uint64_t a, provider_string_t *b, price *c, provider_list_u16_t *d, uint8_t e,
                                         uint32_t *maybe_f, int16_t g, uint64_t h, float i, double j, bool k) {
  uint64_t sum = a + b->len + weight(c) + e + (uint64_t)g + h + (uint64_t)i + (uint64_t)j + k;
  for (size_t n = 0; n < d->len; ++n) sum += d->ptr[n];
  if (maybe_f) sum += *maybe_f;
  provider_string_free(b);
  exports_interop_shop_store_price_free(c);
  provider_list_u16_free(d);
  return sum;
}
bool exports_interop_shop_store_more(uint64_t a, provider_string_t *b, price *c, provider_list_u16_t *d, uint8_t e,
                                     uint32_t *maybe_f, int16_t g, uint64_t h, float i, double j, bool k, uint32_t l,
                                     uint64_t *ret) {
  *ret = exports_interop_shop_store_many(a, b, c, d, e, maybe_f, g, h, i, j, k) + l;
  return l != 0;
}
