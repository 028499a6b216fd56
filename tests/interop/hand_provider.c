/* A store by hand. A handle is the address of a box with an operations table; with -DPLAIN it is the object itself, as
 * in the symmetric fork, which is enough where nobody else makes items. */
#include "hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  size_t len;
  uint8_t name[];
} item;

/* ---- handles ---- */

#ifdef PLAIN
static uint8_t *handle_of(item *of) { return (uint8_t *)of; }
static item *object_of(uint8_t *handle) { return (item *)handle; }
static void forget(uint8_t *handle) { (void)handle; }
#else
#ifndef COMPONENT
#define COMPONENT "hand"
#endif
#ifndef HASH
#define HASH 0
#endif

static void drop(uint8_t *self);
static void name(uint8_t *self, text *result);
static int64_t weigh(uint8_t *self, int32_t extra);

/* symmetric-abi.md, section 5: size, ABI version, interface hash, component name, drop, methods in WIT order. */
typedef struct {
  uint32_t size, abi_version;
  uint8_t hash[32];
  const char *component;
  void (*drop)(uint8_t *self);
  void (*name)(uint8_t *self, text *result);
  int64_t (*weigh)(uint8_t *self, int32_t extra);
} operations;
static const operations own = {sizeof own, 1, {HASH}, COMPONENT, drop, name, weigh};

typedef struct {
  const operations *ops;
  item *object;
} box;

static uint8_t *handle_of(item *of) {
  box *made = malloc(sizeof *made);
  made->ops = &own;
  made->object = of;
  return (uint8_t *)made;
}

/* The maker's table, where another component made the handle and its table is of the same kind; null for one's own. */
static const operations *maker_of(uint8_t *handle) {
  const operations *maker = ((box *)handle)->ops;
  if (maker == &own) return NULL;
  if (maker->size == own.size && memcmp(maker->hash, own.hash, sizeof own.hash) == 0) return maker;
  fprintf(stderr, "trap: handle made by `%s`, given to `%s`\n", maker->component, own.component);
  abort();
}
static item *object_of(uint8_t *handle) {
  const operations *maker = ((box *)handle)->ops;
  if (maker == &own) return ((box *)handle)->object;
  fprintf(stderr, "trap: handle made by `%s`, given to `%s`\n", maker->component, own.component);
  abort();
}
static void forget(uint8_t *handle) { free(handle); }

static void drop(uint8_t *self) { STORE(X5Bresource_dropX5Ditem)(self); }
static void name(uint8_t *self, text *result) { STORE(X5BmethodX5DitemX2Ename)(self, result); }
static int64_t weigh(uint8_t *self, int32_t extra) { return STORE(X5BmethodX5DitemX2Eweigh)(self, extra); }
#endif

/* ---- memory: what a result refers to is malloc's, one block each, and the caller's ---- */

static text text_of(const void *from, size_t length) {
  text made = {(const uint8_t *)1, length};
  if (length == 0) return made;
  uint8_t *copy = malloc(length);
  memcpy(copy, from, length);
  made.ptr = copy;
  return made;
}
static text words(const char *of) { return text_of(of, strlen(of)); }

/* ---- the store ---- */

uint8_t *STORE(X5BconstructorX5Ditem)(const uint8_t *from, size_t length) {
  item *made = malloc(sizeof *made + length);
  made->len = length;
  if (length) memcpy(made->name, from, length);
  return handle_of(made);
}
void STORE(X5Bresource_dropX5Ditem)(uint8_t *self) {
#ifndef PLAIN
  const operations *maker = maker_of(self);
  if (maker) {
    maker->drop(self);
    return;
  }
#endif
  free(object_of(self));
  forget(self);
}
void STORE(X5BmethodX5DitemX2Ename)(uint8_t *self, text *result) {
#ifndef PLAIN
  const operations *maker = maker_of(self);
  if (maker) {
    maker->name(self, result);
    return;
  }
#endif
  *result = text_of(object_of(self)->name, object_of(self)->len);
}
int64_t STORE(X5BmethodX5DitemX2Eweigh)(uint8_t *self, int32_t extra) {
#ifndef PLAIN
  const operations *maker = maker_of(self);
  if (maker) return maker->weigh(self, extra);
#endif
  return (int64_t)(object_of(self)->len * 1000 + (uint32_t)extra);
}
void STORE(X5BstaticX5DitemX2Eparse)(const uint8_t *from, size_t length, outcome *result) {
  result->tag = length == 0;
  if (length == 0) result->error = words("empty");
  else result->item = STORE(X5BconstructorX5Ditem)(from, length);
}

void STORE(echo)(int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f, float g, double h, echoed *result) {
  result->number = (int8_t)(a ? c - 65500 : b);
  result->real = g + (float)h;
  result->grade = (uint8_t)e;
  result->marks = (uint8_t)(f | 4);
  result->letter = (uint32_t)d;
}

void STORE(total)(const line *lines, size_t count, outcome *result) {
  uint64_t sum = 0;
  result->tag = count == 0;
  if (count == 0) {
    result->error = words("nothing");
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    sum += object_of(lines[i].item)->len * lines[i].count;
    if (!lines[i].note.some) continue;
    result->price.tag = WORDS;
    result->price.words = text_of(lines[i].note.value.ptr, lines[i].note.value.len);
    return;
  }
  result->price.tag = CENTS;
  result->price.cents = sum;
}

void STORE(convert)(const price *from, size_t count, prices *result) {
  result->len = count;
  result->ptr = count ? malloc(count * sizeof *from) : (price *)8;
  for (size_t i = 0; i < count; ++i) {
    price *to = &result->ptr[i];
    switch (from[i].tag) {
    case GIFT:
      to->tag = CENTS;
      to->cents = 0;
      break;
    case CENTS:
      to->tag = EACH;
      to->each = (float)from[i].cents;
      break;
    case WORDS: to->tag = GIFT; break;
    default:
      to->tag = WORDS;
      to->words = words("each");
      break;
    }
  }
}

void STORE(take)(uint8_t *const *items, size_t count, texts *result) {
  result->len = count;
  result->ptr = count ? malloc(count * sizeof *result->ptr) : (text *)8;
  for (size_t i = 0; i < count; ++i) {
    result->ptr[i] = text_of(object_of(items[i])->name, object_of(items[i])->len);
    STORE(X5Bresource_dropX5Ditem)(items[i]);
  }
}

void STORE(find)(const uint8_t *from, size_t length, outcome *result) {
  result->tag = !(length == 4 && memcmp(from, "none", 4) == 0);
  if (result->tag) result->item = STORE(X5BconstructorX5Ditem)(from, length);
}

static uint64_t weight(int32_t tag, int64_t payload, size_t length) {
  float each;
  memcpy(&each, &payload, sizeof each);
  return tag == GIFT ? 1 : tag == CENTS ? (uint64_t)payload : tag == WORDS ? length : (uint64_t)each;
}
int64_t STORE(many)(int64_t a, const uint8_t *b, size_t b_len, int32_t c, int64_t c_payload, size_t c_len,
                    const uint16_t *d, size_t d_len, int32_t e, int32_t has_f, int32_t f, int32_t g, int64_t h, float i,
                    double j, int32_t k) {
  uint64_t sum = (uint64_t)a + b_len + weight(c, c_payload, c_len) + (uint8_t)e + (uint64_t)(int64_t)(int16_t)g;
  (void)b;
  for (size_t n = 0; n < d_len; ++n) sum += d[n];
  return (int64_t)(sum + (has_f ? (uint32_t)f : 0) + (uint64_t)h + (uint64_t)i + (uint64_t)j + (k != 0));
}

void STORE(more)(const more_args *args, outcome *result) {
  int64_t payload;
  memcpy(&payload, &args->c.cents, sizeof payload);
  result->tag = args->l != 0;
  if (!result->tag) return;
  result->number = (uint64_t)STORE(many)((int64_t)args->a, args->b.ptr, args->b.len, args->c.tag, payload,
                                         args->c.words.len, args->d, args->d_len, args->e, args->f.some,
                                         (int32_t)args->f.value, args->g, (int64_t)args->h, args->i, args->j, args->k) +
                   args->l;
}
