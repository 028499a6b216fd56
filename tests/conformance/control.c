/* The constant part of a control shim: changes one value that crosses a border into another valid one.
 *
 * A type is described by tables that control.py writes. Values are changed so that every receiver accepts them: a
 * string keeps being UTF-8, a discriminant stays in range. So what notices is the test's own assertion, not a trap. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* On wasm, what is really called has the name of the component's import. */
#ifdef __wasm__
#define WASM_IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#else
#define WASM_IMPORT(module, name)
#endif

enum kind { INTEGER, FLOAT32, FLOAT64, TEXT, SEQUENCE, PRODUCT, SUM, BITS, HANDLE };

struct type;

/* A part of a product, the element of a sequence or a case of a sum; `slot` counts flat values. */
struct part {
  const struct type *type; /* NULL: a case without payload */
  size_t offset;
  size_t slot;
};

struct type {
  enum kind kind;
  size_t size;
  size_t slots;
  size_t tag; /* of a sum: the size of its discriminant */
  int zeroable; /* all zeros is a value, as it holds no handle */
  size_t count;
  const struct part *parts;
};

/* The candidate that this run changes, and how to say so; -1 when that is done. */
static long chosen(void) {
  static long index = -2;
  const char *wanted = getenv("SYMBUILD_CONTROL");
  if (index == -2) index = wanted ? strtol(wanted, NULL, 10) : -1;
  return index;
}

static int done;

static void *copies[64];
static size_t copied;

/* Lent memory must not be written: work on a copy that lives until the call returns. */
static unsigned char *writable(const void *data, size_t size, int lent) {
  unsigned char *copy;
  if (!lent) return (unsigned char *)data;
  copy = malloc(size ? size : 1);
  if (copied == sizeof copies / sizeof *copies || !copy) abort();
  copies[copied++] = copy;
  if (data && size) memcpy(copy, data, size);
  return copy;
}

static void release(void) {
  while (copied) free(copies[--copied]);
}

static uint64_t load(const unsigned char *at, size_t size) {
  uint64_t value = 0;
  memcpy(&value, at, size);
  return value;
}

static int change(const struct type *t, unsigned char *at, int lent);

/* Pointer and length of a string or list, wherever they were. */
static int change_buffer(const struct type *t, uint64_t *pointer, uint64_t *length, int lent) {
  size_t size = t->kind == TEXT ? 1 : t->parts[0].type->size;
  unsigned char *data = (unsigned char *)(uintptr_t)*pointer;
  if (*length == 0) {
    if (t->kind == SEQUENCE && !t->parts[0].type->zeroable) return 0;
    data = calloc(1, size);
    if (!data || copied == sizeof copies / sizeof *copies) abort();
    if (lent) copies[copied++] = data;
    if (t->kind == TEXT) *data = 'x';
    *length = 1;
  } else {
    data = writable(data, (size_t)*length * size, lent);
    /* The lowest bit of the last byte: ASCII stays ASCII, a last continuation byte stays one. */
    if (t->kind == TEXT) data[*length - 1] ^= 1;
    else if (!change(t->parts[0].type, data, lent)) return 0;
  }
  *pointer = (uintptr_t)data;
  return 1;
}

/* The case to move to from one without payload; NULL where there is none that zeros can fill. */
static const struct part *next_case(const struct type *t, uint64_t tag) {
  const struct part *next = &t->parts[(tag + 1) % t->count];
  return t->count > 1 && (!next->type || next->type->zeroable) ? next : NULL;
}

/* The case to move to from one whose payload cannot be changed: one without; NULL where there is none. A handle in the
 * payload is lost, which is as good as any change. */
static const struct part *bare_case(const struct type *t) {
  size_t i;
  for (i = 0; i < t->count; i++)
    if (!t->parts[i].type) return &t->parts[i];
  return NULL;
}

/* Change a value in memory; 0 where it cannot be changed into another valid one. */
static int change(const struct type *t, unsigned char *at, int lent) {
  switch (t->kind) {
  case INTEGER:
    at[0] ^= 1;
    return 1;
  case BITS:
    at[0] ^= 1;
    return t->count > 0;
  case FLOAT32: /* the lowest bit of the exponent: notices NaN, infinity and zero, too */
    at[2] ^= 0x80;
    return 1;
  case FLOAT64:
    at[6] ^= 0x10;
    return 1;
  case TEXT:
  case SEQUENCE: {
    uint64_t pointer = load(at, sizeof(void *)), length = load(at + sizeof(void *), sizeof(size_t));
    if (!change_buffer(t, &pointer, &length, lent)) return 0;
    memcpy(at, &pointer, sizeof(void *));
    memcpy(at + sizeof(void *), &length, sizeof(size_t));
    return 1;
  }
  case PRODUCT: {
    size_t i;
    for (i = 0; i < t->count; i++)
      if (change(t->parts[i].type, at + t->parts[i].offset, lent)) return 1;
    return 0;
  }
  case SUM: {
    uint64_t tag = load(at, t->tag);
    const struct part *now = &t->parts[tag], *next;
    if (now->type && change(now->type, at + now->offset, lent)) return 1;
    if (!(next = now->type ? bare_case(t) : next_case(t, tag))) return 0;
    tag = (uint64_t)(next - t->parts);
    if (next->type) memset(at + next->offset, 0, next->type->size);
    memcpy(at, &tag, t->tag);
    return 1;
  }
  case HANDLE:
    return 0;
  }
  return 0;
}

/* The same for a value in flat slots, each widened to 64 bits. */
static int change_flat(const struct type *t, uint64_t *slots, int lent) {
  switch (t->kind) {
  case INTEGER:
    slots[0] ^= 1;
    return 1;
  case BITS:
    slots[0] ^= 1;
    return t->count > 0;
  case FLOAT32:
    slots[0] ^= (uint64_t)1 << 23;
    return 1;
  case FLOAT64:
    slots[0] ^= (uint64_t)1 << 52;
    return 1;
  case TEXT:
  case SEQUENCE:
    return change_buffer(t, &slots[0], &slots[1], lent);
  case PRODUCT: {
    size_t i;
    for (i = 0; i < t->count; i++)
      if (change_flat(t->parts[i].type, slots + t->parts[i].slot, lent)) return 1;
    return 0;
  }
  case SUM: {
    const struct part *now = &t->parts[slots[0]], *next;
    if (now->type && change_flat(now->type, slots + 1, lent)) return 1;
    if (!(next = now->type ? bare_case(t) : next_case(t, slots[0]))) return 0;
    slots[0] = (uint64_t)(next - t->parts);
    if (next->type) memset(slots + 1, 0, next->type->slots * sizeof *slots);
    return 1;
  }
  case HANDLE:
    return 0;
  }
  return 0;
}

static int wanted(long index) { return !done && chosen() == index; }

static void note(int changed, const char *what) {
  done = changed;
  if (changed) fprintf(stderr, "control: changed the %s\n", what);
}

/* A core value as 64 bits, and back. */
static uint64_t from_i32(int32_t v) { return (uint32_t)v; }
static uint64_t from_i64(int64_t v) { return (uint64_t)v; }
static uint64_t from_ptr(uint8_t *v) { return (uintptr_t)v; }
static uint64_t from_len(size_t v) { return v; }
static uint64_t from_f32(float v) {
  uint64_t bits = 0;
  memcpy(&bits, &v, sizeof v);
  return bits;
}
static uint64_t from_f64(double v) {
  uint64_t bits;
  memcpy(&bits, &v, sizeof v);
  return bits;
}
static int32_t to_i32(uint64_t v) { return (int32_t)(uint32_t)v; }
static int64_t to_i64(uint64_t v) { return (int64_t)v; }
static uint8_t *to_ptr(uint64_t v) { return (uint8_t *)(uintptr_t)v; }
static size_t to_len(uint64_t v) { return (size_t)v; }
static float to_f32(uint64_t bits) {
  float v;
  memcpy(&v, &bits, sizeof v);
  return v;
}
static double to_f64(uint64_t bits) {
  double v;
  memcpy(&v, &bits, sizeof v);
  return v;
}
