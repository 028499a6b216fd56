/* symbuild.h: what generated C calls. Everything is inline: a component carries no runtime that others could reach.
 *
 * It can be used by hand: include it, declare the imported symbol with SB_IMPORT, define the exported one with
 * SB_EXPORT, and move values with the functions below. Names starting with sb_ and SB_ belong to symbuild.
 *
 * This file may be used under Apache-2.0 WITH LLVM-exception, or copied into generated code without any condition.
 */
#ifndef SYMBUILD_H
#define SYMBUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifndef __wasm__
#include <stdio.h>
#endif
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the target ------------------------------------------------------------------------------------------------ */

/* A size or offset that depends on the width of a pointer. */
#define SB_PTR(w32, w64) (sizeof(void *) == 4 ? (w32) : (w64))

#define SB_STR_(x) #x
#define SB_STR(x) SB_STR_(x)

/* Gives a function its symbol. The compiler puts a prefix before C names (Mach-O: `_`), but not before labels. */
#ifdef __USER_LABEL_PREFIX__
#define SB_SYMBOL(symbol) __asm__(SB_STR(__USER_LABEL_PREFIX__) symbol)
#else
#define SB_SYMBOL(symbol) __asm__(symbol)
#endif

/* SB_IMPORT: a function that another component defines. SB_EXPORT: one that this component defines for others.
 * On wasm the import names the Canonical ABI's import too; a definition of the symbol takes its place when components
 * are fused. */
#ifdef __wasm__
#define SB_IMPORT(symbol, module, name) SB_SYMBOL(symbol) __attribute__((import_module(module), import_name(name)))
#define SB_EXPORT(symbol) SB_SYMBOL(symbol)
#define SB_EXPORT_DIRECT(symbol, name) SB_SYMBOL(symbol) __attribute__((export_name(name)))
#define SB_EXPORT_CANONICAL(name) __attribute__((export_name(name)))
#elif defined(_WIN32)
#define SB_IMPORT(symbol, module, name) SB_SYMBOL(symbol)
#define SB_EXPORT(symbol) SB_SYMBOL(symbol)
#define SB_EXPORT_DIRECT(symbol, name) SB_SYMBOL(symbol)
#else
#define SB_IMPORT(symbol, module, name) SB_SYMBOL(symbol) __attribute__((visibility("default")))
#define SB_EXPORT(symbol) SB_SYMBOL(symbol) __attribute__((visibility("default")))
#define SB_EXPORT_DIRECT(symbol, name) SB_EXPORT(symbol)
#endif

/* SB_ALIAS: a function that is another one of the same file, by its symbol. Undefined where a format has no such thing. */
#ifdef __ELF__
#define SB_ALIAS(symbol) __attribute__((alias(symbol)))
#endif

#ifdef __cplusplus
/* A function of the user's that has the ABI's signature is the export itself, unless exceptions have to be stopped. */
#ifdef __cpp_exceptions
#define SB_USER_DIRECT(symbol, name, user) SB_SYMBOL(user)
#else
#define SB_USER_DIRECT(symbol, name, user) SB_EXPORT_DIRECT(symbol, name)
#endif
#endif

/* SB_LITERAL stands before the members of a struct in braces. SB_ZERO starts a variant before its case is known:
 * compilers cannot tell that no path reads the rest. */
#ifdef __cplusplus
#define SB_ALIGNOF(type) alignof(type)
#define SB_LITERAL(type) type
#define SB_ZERO {}
#else
#define SB_ALIGNOF(type) _Alignof(type)
#define SB_LITERAL(type) (type)
#define SB_ZERO {0}
#endif
#define SB_ALIGNED(bytes) __attribute__((aligned(bytes)))
#if defined(__i386__) && !defined(_WIN32)
/* The ABI aligns 64-bit scalars to 8 bytes everywhere; this platform's C aligns them to 4 inside a struct. */
#define SB_FIELD64 SB_ALIGNED(8)
#else
#define SB_FIELD64
#endif

/* ---- traps ----------------------------------------------------------------------------------------------------- */

typedef struct sb_trap {
  const char *where; /* "ns:pkg/iface#function: parameter name" */
  const char *what;
} sb_trap;

/* A program may export this function to be told of a trap; it does not return. */
extern void sb_trap_hook(const sb_trap *trap) __attribute__((weak));

/* SB_OWN_TRAP: what includes this file defines the function; the macro's text is its attributes. */
#ifdef SB_OWN_TRAP
SB_OWN_TRAP __attribute__((noreturn, cold)) void sb_trap_at(const char *where, const char *what);
#else
__attribute__((noreturn, cold, noinline, unused)) static void sb_trap_at(const char *where, const char *what) {
#ifndef __wasm__
  const sb_trap trap = {where, what};
  if (sb_trap_hook) sb_trap_hook(&trap);
  fprintf(stderr, "trap: %s: %s\n", where, what);
  abort();
#else
  (void)where, (void)what;
  __builtin_trap();
#endif
}
#endif

/* ---- scalars in memory ----------------------------------------------------------------------------------------- */

#define SB_ACCESS_(name, memory, core)                                                                                 \
  static inline core sb_load_##name(const uint8_t *at) {                                                               \
    memory value;                                                                                                      \
    memcpy(&value, at, sizeof value);                                                                                  \
    return (core)value;                                                                                                \
  }                                                                                                                    \
  static inline void sb_store_##name(uint8_t *at, core core_value) {                                                   \
    memory value = (memory)core_value;                                                                                 \
    memcpy(at, &value, sizeof value);                                                                                  \
  }

SB_ACCESS_(u8, uint8_t, int32_t)
SB_ACCESS_(s8, int8_t, int32_t)
SB_ACCESS_(u16, uint16_t, int32_t)
SB_ACCESS_(s16, int16_t, int32_t)
SB_ACCESS_(i32, int32_t, int32_t)
SB_ACCESS_(i64, int64_t, int64_t)
SB_ACCESS_(f32, float, float)
SB_ACCESS_(f64, double, double)
SB_ACCESS_(ptr, uint8_t *, uint8_t *)
SB_ACCESS_(len, size_t, size_t)
#undef SB_ACCESS_

/* ---- variant joins: the bits of one core type carried by another ------------------------------------------------ */

static inline int32_t sb_f32_as_i32(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}
static inline float sb_i32_as_f32(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
static inline int64_t sb_f64_as_i64(double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}
static inline double sb_i64_as_f64(int64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
static inline int64_t sb_i32_as_i64(int32_t value) { return (int64_t)(uint32_t)value; }
static inline int32_t sb_i64_as_i32(int64_t value) { return (int32_t)value; }
static inline int64_t sb_f32_as_i64(float value) { return sb_i32_as_i64(sb_f32_as_i32(value)); }
static inline float sb_i64_as_f32(int64_t bits) { return sb_i32_as_f32((int32_t)bits); }
static inline uint8_t *sb_i32_as_ptr(int32_t value) { return (uint8_t *)(uintptr_t)(uint32_t)value; }
static inline int32_t sb_ptr_as_i32(uint8_t *value) { return (int32_t)(uintptr_t)value; }
static inline uint8_t *sb_f32_as_ptr(float value) { return sb_i32_as_ptr(sb_f32_as_i32(value)); }
static inline float sb_ptr_as_f32(uint8_t *value) { return sb_i32_as_f32(sb_ptr_as_i32(value)); }
static inline uint8_t *sb_i64_as_ptr(int64_t value) { return (uint8_t *)(uintptr_t)value; }
static inline int64_t sb_ptr_as_i64(uint8_t *value) { return (int64_t)(uintptr_t)value; }
static inline uint8_t *sb_len_as_ptr(size_t value) { return (uint8_t *)value; }
static inline size_t sb_ptr_as_len(uint8_t *value) { return (size_t)value; }
static inline size_t sb_i32_as_len(int32_t value) { return (size_t)(uint32_t)value; }
static inline int32_t sb_len_as_i32(size_t value) { return (int32_t)value; }
static inline size_t sb_f32_as_len(float value) { return sb_i32_as_len(sb_f32_as_i32(value)); }
static inline float sb_len_as_f32(size_t value) { return sb_i32_as_f32((int32_t)value); }
static inline size_t sb_i64_as_len(int64_t value) { return (size_t)value; }
static inline int64_t sb_len_as_i64(size_t value) { return (int64_t)value; }

/* ---- what a peer sends is checked ------------------------------------------------------------------------------ */

/* On wasm the host has checked it: what crosses a component's border there was lifted from one memory and lowered into
 * the other (CanonicalABI.md, "Lifting"). Between the components of a fused module there is no host: it defines the
 * symbol, which has no address elsewhere. */
#ifdef __wasm__
extern const char sb_checks_here SB_SYMBOL("sb_fused_checks") __attribute__((weak));
#define sb_checks (&sb_checks_here != NULL)
#else
enum { sb_checks = 1 };
#endif

static inline uint32_t sb_char(int32_t core, const char *where) {
  uint32_t value = (uint32_t)core;
  if (sb_checks && (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)))
    sb_trap_at(where, "not a Unicode scalar value");
  return value;
}

static inline uint32_t sb_index(int32_t core, uint32_t cases, const char *where) {
  if (sb_checks && (uint32_t)core >= cases) sb_trap_at(where, "case out of range");
  return (uint32_t)core;
}

/* Can `count` elements lie at `at`? Nothing is said of `at` where there are none. */
static inline void sb_check_range(const uint8_t *at, size_t count, size_t size, size_t align, const char *where) {
  if (!sb_checks || count == 0) return;
  if (at == NULL) sb_trap_at(where, "null pointer to a list that is not empty");
#if defined(__i386__) && !defined(_WIN32)
  /* Users' arrays of 64-bit scalars are aligned to 4 bytes here. */
  if (size == 8 && align == 8) align = 4;
#endif
  if (((uintptr_t)at & (align - 1)) != 0) sb_trap_at(where, "list is not aligned");
  if (count > (SIZE_MAX >> 1) / size) sb_trap_at(where, "list is longer than the address space");
}

static inline void sb_check_bool(uint8_t *at, const char *where) {
  if (sb_checks && *at > 1) sb_trap_at(where, "bool in a lent list is neither 0 nor 1");
}

/* Any byte but 0 is true; in memory of our own it becomes 1, as C wants it. */
static inline void sb_mend_bool(uint8_t *at) { *at = *at != 0; }

/* ---- resources: a handle is the address of a box (symmetric-abi.md, section 5) ------------------------------------ */

/* A handle as users hold it. On wasm it is the Canonical ABI's index. */
#ifdef __wasm__
typedef int32_t sb_handle_t;
#else
typedef uintptr_t sb_handle_t;
#endif

/* What a component can do with the resources it makes; the methods, in WIT's order, follow this head. */
typedef struct sb_operations {
  uint32_t size; /* of the whole table, in bytes; 0 stands for a resource that was dropped */
  uint32_t abi_version;
  uint8_t interface_hash[32]; /* of the interface and of which of its resources this is */
  const char *component;
  void (*drop)(uint8_t *handle);
} sb_operations;

typedef void (*sb_method)(void);

typedef struct sb_box {
  const sb_operations *operations;
  void *rep;
  struct sb_box *next; /* while nobody has it */
  uint32_t index;
} sb_box;

static const sb_operations sb_dropped = {0, 0, {0}, NULL, NULL};
/* The table of a handle that a call gives away, while its other arguments are looked at. */
static const sb_operations sb_given = {0, 0, {0}, NULL, NULL};

/* A table of the component's own; on wasm there is none, as the host has the handles. */
#ifdef __wasm__
#define SB_NATIVE(table) NULL
#else
#define SB_NATIVE(table) (table)
#endif

/* The boxes of one component. Their memory is never given back, so a handle that was dropped is found out, not followed:
 * the box dropped longest ago is used first. A box has a number too, for users whose handles have 32 bits. */
typedef struct sb_boxes {
  uint32_t lock;
  uint32_t count;
  sb_box *first, *last;
  sb_box *chunks[26]; /* chunk i holds 64 << i boxes */
} sb_boxes;

static inline void sb_boxes_lock(sb_boxes *boxes) {
  /* Held for a few instructions, or a malloc of now and then. */
  while (__atomic_exchange_n(&boxes->lock, 1u, __ATOMIC_ACQUIRE) != 0) {
  }
}
static inline void sb_boxes_unlock(sb_boxes *boxes) { __atomic_store_n(&boxes->lock, 0u, __ATOMIC_RELEASE); }

__attribute__((cold, noinline, unused)) static void sb_boxes_grow(sb_boxes *boxes, const char *where) {
  uint32_t chunk = 0;
  while (chunk < 26 && boxes->chunks[chunk] != NULL) ++chunk;
  size_t size = (size_t)64 << chunk;
  sb_box *made = chunk < 26 ? (sb_box *)calloc(size, sizeof(sb_box)) : NULL;
  if (made == NULL) sb_trap_at(where, "out of memory");
  boxes->chunks[chunk] = made;
  for (size_t i = 0; i < size; ++i) {
    made[i].operations = &sb_dropped;
    made[i].index = boxes->count + (uint32_t)i;
    made[i].next = i + 1 < size ? &made[i + 1] : NULL;
  }
  boxes->count += (uint32_t)size;
  boxes->first = made;
  boxes->last = &made[size - 1];
}

static inline sb_box *sb_box_new(sb_boxes *boxes, const sb_operations *operations, void *rep, const char *where) {
  sb_boxes_lock(boxes);
  if (boxes->first == NULL) sb_boxes_grow(boxes, where);
  sb_box *box = boxes->first;
  boxes->first = box->next;
  sb_boxes_unlock(boxes);
  box->operations = operations;
  box->rep = rep;
  return box;
}

static inline void sb_box_drop(sb_boxes *boxes, sb_box *box) {
  box->operations = &sb_dropped;
  box->next = NULL;
  sb_boxes_lock(boxes);
  if (boxes->first == NULL) boxes->first = box;
  else boxes->last->next = box;
  boxes->last = box;
  sb_boxes_unlock(boxes);
}

/* Box number `index`, counted from 0; null where there is none. */
static inline sb_box *sb_box_at(sb_boxes *boxes, uint32_t index) {
  uint32_t from = 0;
  for (uint32_t chunk = 0; chunk < 26 && boxes->chunks[chunk] != NULL; ++chunk) {
    uint32_t size = 64u << chunk;
    if (index - from < size) return &boxes->chunks[chunk][index - from];
    from += size;
  }
  return NULL;
}

/* Did this component make the handle, with this table, and has it? Any other is for sb_trap_handle or sb_foreign. */
static inline bool sb_is_own(const uint8_t *handle, const sb_operations *own) {
  return handle != NULL && ((const sb_box *)(const void *)handle)->operations == own;
}

__attribute__((noreturn, cold, noinline, unused)) static void sb_trap_handle(const uint8_t *handle,
                                                                             const sb_operations *own,
                                                                             const char *where) {
  if (handle == NULL) sb_trap_at(where, "null handle");
  const sb_operations *maker = ((const sb_box *)(const void *)handle)->operations;
  if (maker == &sb_given) sb_trap_at(where, "handle that the same call gives away");
  if (maker->size == 0) sb_trap_at(where, "handle of a resource that was dropped");
#ifndef __wasm__
  char what[256];
  if (strcmp(maker->component, own->component) == 0)
    snprintf(what, sizeof what, "handle of another resource, made by `%s`", maker->component);
  else snprintf(what, sizeof what, "handle made by `%s`, given to `%s`", maker->component, own->component);
  sb_trap_at(where, what);
#else
  (void)own;
  sb_trap_at(where, "handle made by another component");
#endif
}

static inline uint8_t *sb_handle(uint8_t *handle, const char *where) {
  if (handle == NULL) sb_trap_at(where, "null handle");
  return handle;
}

static inline uint8_t *sb_own_handle(uint8_t *handle, const sb_operations *own, const char *where) {
  if (!sb_is_own(handle, own)) sb_trap_handle(handle, own, where);
  return handle;
}

/* Nobody lends what the same call gives away: a handle that is given is marked while those that are lent are checked,
 * and has its table back when all are. */
static inline void sb_mark_given(uint8_t *handle, const sb_operations *own, const char *where) {
  if (own != NULL) ((sb_box *)(void *)sb_own_handle(handle, own, where))->operations = &sb_given;
}

static inline void sb_unmark_given(uint8_t *handle, const sb_operations *own) {
  if (own != NULL) ((sb_box *)(void *)handle)->operations = own;
}

/* The object behind a handle that was found to be one's own. */
static inline void *sb_rep(const uint8_t *handle) { return ((const sb_box *)(const void *)handle)->rep; }

/* The table of another component that makes the same interface's resources; traps where there is none. */
__attribute__((cold, noinline, unused)) static const sb_operations *sb_foreign(const uint8_t *handle,
                                                                               const sb_operations *own,
                                                                               const char *where) {
  if (handle == NULL) sb_trap_handle(handle, own, where);
  const sb_operations *maker = ((const sb_box *)(const void *)handle)->operations;
  if (maker->size != own->size || maker->abi_version != own->abi_version ||
      memcmp(maker->interface_hash, own->interface_hash, sizeof own->interface_hash) != 0)
    sb_trap_handle(handle, own, where);
  return maker;
}

/* Method number `index` of a table. */
static inline sb_method sb_method_of(const sb_operations *table, size_t index) {
  return ((const sb_method *)(const void *)(table + 1))[index];
}

/* ---- blocks: the C library's malloc and free are the border's allocator ------------------------------------------ */

static inline uint8_t *sb_alloc(size_t count, size_t size, size_t align, const char *where) {
  if (count == 0) return (uint8_t *)align; /* never read or freed */
  if (count > (SIZE_MAX >> 1) / size) sb_trap_at(where, "list is longer than the address space");
  uint8_t *block = (uint8_t *)malloc(count * size);
  if (block == NULL) sb_trap_at(where, "out of memory");
  return block;
}

static inline uint8_t *sb_copy(const void *from, size_t count, size_t size, size_t align, const char *where) {
  uint8_t *block = sb_alloc(count, size, align, where);
  if (count != 0) memcpy(block, from, count * size);
  return block;
}

static inline void sb_release(uint8_t *block, size_t count) {
  if (count != 0) free(block);
}

/* What is lent for no elements is a pointer all the same: non-null and aligned. */
static inline uint8_t *sb_lend(const void *elements, size_t align) {
  return elements == NULL ? (uint8_t *)align : (uint8_t *)(uintptr_t)elements;
}

/* An arena: blocks that live until a call is over. */
typedef struct sb_chunk {
  struct sb_chunk *next;
} SB_ALIGNED(16) sb_chunk;

typedef struct sb_arena {
  sb_chunk *chunks;
} sb_arena;

static inline uint8_t *sb_arena_alloc(sb_arena *arena, size_t count, size_t size, size_t align, const char *where) {
  if (count == 0) return (uint8_t *)align;
  if (count > (SIZE_MAX >> 2) / size) sb_trap_at(where, "list is longer than the address space");
  sb_chunk *chunk = (sb_chunk *)malloc(sizeof *chunk + count * size);
  if (chunk == NULL) sb_trap_at(where, "out of memory");
  chunk->next = arena->chunks;
  arena->chunks = chunk;
  return (uint8_t *)(chunk + 1);
}

static inline void sb_arena_free(sb_arena *arena) {
  while (arena->chunks != NULL) {
    sb_chunk *next = arena->chunks->next;
    free(arena->chunks);
    arena->chunks = next;
  }
}

/* ---- UTF-16: strings are UTF-8 at the border (on wasm, what the component declares) ------------------------------ */

/* Between the components of a fused module strings are UTF-8, too, where those of some are: then it defines the symbol. */
#ifdef __wasm__
extern const char sb_utf8_here SB_SYMBOL("sb_fused_utf8") __attribute__((weak));
#define sb_is_utf8 (&sb_utf8_here != NULL)
#else
enum { sb_is_utf8 = 1 };
#endif

/* Appends one scalar value as UTF-8 to `to` unless that is null; returns how many bytes it takes. */
static inline size_t sb_utf8_put(uint8_t *to, uint32_t c) {
  size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  if (to == NULL) return n;
  for (size_t i = n - 1; i > 0; --i, c >>= 6) to[i] = (uint8_t)(0x80 | (c & 0x3F));
  to[0] = (uint8_t)(n == 1 ? c : (0xF00u >> n & 0xFFu) | c);
  return n;
}

/* The scalar value at `from`; `*used` units belong to it. A lone surrogate traps (CanonicalABI.md, "Loading"). */
static inline uint32_t sb_utf16_get(const uint16_t *from, size_t units, size_t *used, const char *where) {
  uint32_t high = from[0];
  *used = 1;
  if (high < 0xD800 || high > 0xDFFF) return high;
  if (high > 0xDBFF || units < 2 || from[1] < 0xDC00 || from[1] > 0xDFFF) sb_trap_at(where, "lone surrogate in UTF-16");
  *used = 2;
  return 0x10000 + ((high - 0xD800) << 10) + (from[1] - 0xDC00u);
}

/* The scalar value at `from`; `*used` bytes belong to it. Traps on what is not UTF-8 (Unicode, table 3-7). */
static inline uint32_t sb_utf8_get(const uint8_t *from, size_t bytes, size_t *used, const char *where) {
  uint8_t lead = from[0];
  *used = 1;
  if (lead < 0x80) return lead;
  size_t n = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
  if (n == 0 || n > bytes) sb_trap_at(where, "invalid UTF-8");
  uint32_t c = lead & (0x7Fu >> n);
  for (size_t i = 1; i < n; ++i) {
    if ((from[i] & 0xC0) != 0x80) sb_trap_at(where, "invalid UTF-8");
    c = c << 6 | (from[i] & 0x3Fu);
  }
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) || sb_utf8_put(NULL, c) != n) sb_trap_at(where, "invalid UTF-8");
  *used = n;
  return c;
}

/* `arena` null: the block is for the receiver to free. */
static inline uint8_t *sb_block(sb_arena *arena, size_t count, size_t size, size_t align, const char *where) {
  return arena != NULL ? sb_arena_alloc(arena, count, size, align, where) : sb_alloc(count, size, align, where);
}

/* UTF-16 -> the border's encoding, and its length in `*length`: in a new block, but as it is where it is lent and
 * components say that their encoding is UTF-16. */
static inline uint8_t *sb_utf16_lower(const uint16_t *from, size_t units, size_t *length, sb_arena *arena,
                                      const char *where) {
  size_t bytes = 0, used = 0;
  if (!sb_is_utf8) {
    *length = units;
    return arena != NULL ? (uint8_t *)(uintptr_t)from : (uint8_t *)sb_copy(from, units, 2, 2, where);
  }
  for (size_t i = 0; i < units; i += used) bytes += sb_utf8_put(NULL, sb_utf16_get(from + i, units - i, &used, where));
  uint8_t *to = sb_block(arena, bytes, 1, 1, where), *end = to;
  for (size_t i = 0; i < units; i += used) end += sb_utf8_put(end, sb_utf16_get(from + i, units - i, &used, where));
  *length = bytes;
  return to;
}

/* The border's encoding -> UTF-16: a new block, and its length in `*units`. */
static inline uint16_t *sb_utf16_lift(const uint8_t *from, size_t length, size_t *units, sb_arena *arena,
                                      const char *where) {
  size_t count = 0, used = 0;
  if (!sb_is_utf8) {
    uint16_t *copy = (uint16_t *)(void *)sb_block(arena, length, 2, 2, where);
    if (length != 0) memcpy(copy, from, length * 2);
    *units = length;
    return copy;
  }
  for (size_t i = 0; i < length; i += used) count += sb_utf8_get(from + i, length - i, &used, where) > 0xFFFF ? 2 : 1;
  uint16_t *to = (uint16_t *)(void *)sb_block(arena, count, 2, 2, where), *end = to;
  for (size_t i = 0; i < length; i += used) {
    uint32_t c = sb_utf8_get(from + i, length - i, &used, where);
    if (c > 0xFFFF) {
      *end++ = (uint16_t)(0xD800 + ((c - 0x10000) >> 10));
      *end++ = (uint16_t)(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      *end++ = (uint16_t)c;
    }
  }
  *units = count;
  return to;
}

#ifdef __cplusplus
}
#endif

#endif
