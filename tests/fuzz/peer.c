/* The hostile peer: a libFuzzer target that calls a component and answers its calls as the bytes of an input say.
 *
 * It knows what it did. A value it spoilt must trap before any code of the user's sees it; what it left whole must not
 * trap, must arrive as it was sent, and everything that changed hands must be freed or dropped once. Anything else is a
 * defect, and so is whatever the sanitizers find. */
#include "peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Facts of the language under test. */
#ifndef FZ_VALIDATES
#define FZ_VALIDATES 0 /* strings are checked to be UTF-8 */
#endif
#ifndef FZ_VIEWS
#define FZ_VIEWS 0 /* lent lists are viewed, so that an odd bool in one traps */
#endif

enum { MOST_CALLS = 12, MOST_HANDLES = 512, MOST_TOKENS = 4096, MOST_BLOCKS = 8192, MOST_RESOURCES = 8 };

/* ---- the run ----------------------------------------------------------------------------------------------------- */

static struct {
  const uint8_t *next, *end;
  unsigned level; /* a byte above it means harm */
  bool kind;      /* no harm is done for now */
  bool tracking;
  unsigned spoilt; /* values of this call that must trap */
  bool odd;        /* what may trap, or be mended, is in this call */
  bool doubtful;   /* a handle was sent that the component may hold or have dropped: from then on it may trap */
  bool rival;      /* another maker's function answered this call */
  const fz_function *calling;
  uint64_t sent, returned; /* digests of a call that is passed on */
  bool passed;
  unsigned answered; /* tokens from here on were given by the last answer */
  jmp_buf back;
} run;

typedef struct {
  const char *where, *what;
} trap_message;

static bool tracing; /* FZ_TRACE is set: tell what happens */
#define TRACE(...) ((void)(tracing && fprintf(stderr, __VA_ARGS__)))

__attribute__((noreturn, format(printf, 1, 2))) static void defect(const char *format, ...) {
  va_list args;
  run.tracking = false;
  fprintf(stderr, "DEFECT in %s: ", run.calling ? run.calling->name : "the peer");
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fprintf(stderr, "\n");
  abort();
}

void sb_trap_hook(const trap_message *trap);
void sb_trap_hook(const trap_message *trap) {
  TRACE("  trap: %s: %s\n", trap->where, trap->what);
  if (strncmp(trap->what, "panicked", 8) == 0) defect("%s: %s", trap->where, trap->what);
  if (!run.tracking) defect("trap while nothing was called: %s: %s", trap->where, trap->what);
  if (run.spoilt == 0 && !run.odd && !run.doubtful)
    defect("nothing was wrong, and yet: %s: %s", trap->where, trap->what);
  if (run.spoilt != 0 && !run.doubtful && strncmp(trap->where, run.calling->name, strlen(run.calling->name)) != 0)
    defect("the trap names %s", trap->where);
  longjmp(run.back, 1);
}

static uint8_t byte(void) { return run.next < run.end ? *run.next++ : 0; }
static uint64_t bits(unsigned width) {
  uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i) value |= (uint64_t)byte() << 8 * i;
  return value;
}
static bool harm(void) { return !run.kind && byte() > run.level; }

/* ---- blocks: what the component and the peer allocate during a run ----------------------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
int __real_posix_memalign(void **block, size_t align, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
int __wrap_posix_memalign(void **block, size_t align, size_t size);
void __wrap_free(void *block);
/* C++'s new and delete, where there is any. */
void *__real__Znwm(size_t size) __attribute__((weak));
void __real__ZdlPv(void *block) __attribute__((weak));
void __real__ZdlPvm(void *block, size_t size) __attribute__((weak));
void *__wrap__Znwm(size_t size);
void __wrap__ZdlPv(void *block);
void __wrap__ZdlPvm(void *block, size_t size);

enum { LEFT = 1, OF_NEW = 2 };
static uintptr_t blocks[MOST_BLOCKS]; /* open addressing; LEFT marks a place that was left, OF_NEW a block of C++'s */
static unsigned block_count, places_taken;

static unsigned home(const void *block) { return (unsigned)((uintptr_t)block >> 4) * 2654435761u >> 19; }
_Static_assert(MOST_BLOCKS == 1 << (32 - 19), "home() gives a place");

static void *note(void *block, unsigned mark) {
  if (!run.tracking || block == NULL) return block;
  if (++places_taken > MOST_BLOCKS * 3 / 4) defect("more blocks than the peer can count");
  unsigned at = home(block);
  while (blocks[at] != 0) at = (at + 1) % MOST_BLOCKS;
  blocks[at] = (uintptr_t)block | mark;
  ++block_count;
  return block;
}

static void forget(const void *block) {
  if (block == NULL || places_taken == 0) return;
  for (unsigned at = home(block); blocks[at] != 0; at = (at + 1) % MOST_BLOCKS) {
    if ((blocks[at] & ~(uintptr_t)OF_NEW) != (uintptr_t)block) continue;
    blocks[at] = LEFT;
    --block_count;
    return;
  }
}

static void forget_all(bool release) {
  for (unsigned at = 0; at < MOST_BLOCKS && places_taken > 0; ++at) {
    if (release && blocks[at] & OF_NEW) __real__ZdlPv((void *)(blocks[at] & ~(uintptr_t)OF_NEW));
    else if (release && blocks[at] > LEFT) __real_free((void *)blocks[at]);
    blocks[at] = 0;
  }
  block_count = places_taken = 0;
}

void *__wrap_malloc(size_t size) { return note(__real_malloc(size), 0); }
void *__wrap_calloc(size_t count, size_t size) { return note(__real_calloc(count, size), 0); }
void *__wrap_realloc(void *block, size_t size) {
  forget(block);
  return note(__real_realloc(block, size), 0);
}
int __wrap_posix_memalign(void **block, size_t align, size_t size) {
  int failed = __real_posix_memalign(block, align, size);
  if (failed == 0) note(*block, 0);
  return failed;
}
void __wrap_free(void *block) {
  forget(block);
  __real_free(block);
}

void *__wrap__Znwm(size_t size) { return note(__real__Znwm(size), OF_NEW); }
void __wrap__ZdlPv(void *block) {
  forget(block);
  __real__ZdlPv(block);
}
void __wrap__ZdlPvm(void *block, size_t size) {
  forget(block);
  __real__ZdlPvm(block, size);
}

/* What is lent must not be written to. */
static struct {
  uint8_t *block;
  size_t size;
  bool given;
} sent[MOST_BLOCKS];
static unsigned sent_count;

static uint8_t *new_block(size_t size, bool given) {
  if (sent_count == MOST_BLOCKS) defect("too much is sent");
  uint8_t *block = malloc(size);
  memset(block, 0xA5, size);
  sent[sent_count].block = block;
  sent[sent_count].size = size;
  sent[sent_count++].given = given;
  return block;
}

static uint64_t mixed(uint64_t digest, uint64_t value) {
  digest = (digest ^ value) * 0x9E3779B97F4A7C15u;
  return digest ^ digest >> 29;
}

static uint64_t digest_of_lent(void) {
  uint64_t digest = 1;
  for (unsigned i = 0; i < sent_count; ++i) {
    if (sent[i].given) continue;
    for (size_t k = 0; k < sent[i].size; ++k) digest = mixed(digest, sent[i].block[k]);
  }
  return digest;
}

static void free_lent(unsigned from) {
  unsigned kept = from;
  for (unsigned i = from; i < sent_count; ++i) {
    if (!sent[i].given) free(sent[i].block);
  }
  sent_count = kept;
}

/* ---- handles ----------------------------------------------------------------------------------------------------- */

typedef struct {
  uint8_t *of[MOST_HANDLES];
  unsigned count;
} pool;

/* Of the component's resources, by the resource's index. */
static pool live[MOST_RESOURCES], moved[MOST_RESOURCES], dropped[MOST_RESOURCES];
static pool lent_now, given_now; /* in this call */

static void put_in(pool *p, uint8_t *handle) {
  if (p->count == MOST_HANDLES) defect("too many handles");
  p->of[p->count++] = handle;
}
static bool take_out(pool *p, const uint8_t *handle) {
  for (unsigned i = 0; i < p->count; ++i) {
    if (p->of[i] != handle) continue;
    p->of[i] = p->of[--p->count];
    return true;
  }
  return false;
}
static uint8_t *one_of(const pool *p) { return p->count ? p->of[byte() % p->count] : NULL; }

/* Boxes of other makers: one whose table is as the component's own, one of something else altogether. */
typedef struct {
  const void *operations;
  void *rep;
} box;
static const struct {
  fz_operations head;
  void *methods[32];
} strange = {{sizeof strange, 1, {1, 2, 3}, "stranger", NULL}, {NULL}};
static box rivals[MOST_RESOURCES], stranger = {&strange, NULL};

/* Handles of the peer's own resources are numbers that nobody may follow. */
static enum { UNKNOWN, OURS, THEIRS } tokens[MOST_TOKENS];
static unsigned token_count;

static uint64_t token_handle(unsigned index) { return 8u * index + 3; }
static uint64_t new_token(void) {
  if (token_count == MOST_TOKENS) defect("too many tokens");
  tokens[token_count] = OURS;
  return token_handle(token_count++);
}
static unsigned token_index(uint64_t handle) {
  uint64_t index = (handle - 3) / 8;
  if (index >= token_count || token_handle((unsigned)index) != handle)
    defect("handle %#llx was never given", (unsigned long long)handle);
  return (unsigned)index;
}

static uint64_t spoil(uint64_t value) {
  ++run.spoilt;
  return value;
}
static uint64_t doubt(uint64_t value) {
  run.doubtful = true;
  return value;
}

/* A handle to send; `self`: as the first argument of a function that another maker's table may answer. */
static uint64_t make_handle(const fz_type *t, bool self) {
  const fz_resource *r = t->resource;
  bool owned = t->kind == FZ_OWN;
  if (r->rival == NULL) {
    if (harm()) return spoil(0);
    uint64_t handle = new_token();
    if (owned) tokens[token_index(handle)] = THEIRS;
    return handle;
  }
  if (harm()) {
    const pool *others = owned ? &lent_now : &given_now;
    switch (byte() % 6) {
    case 0: return spoil(0);
    case 1: return spoil((uintptr_t)&stranger);
    case 2:
      rivals[r->index].operations = r->rival;
      if (!self) return spoil((uintptr_t)&rivals[r->index]);
      run.rival = run.kind = true;
      return (uintptr_t)&rivals[r->index];
    case 3:
      if (dropped[r->index].count) return spoil((uintptr_t)one_of(&dropped[r->index]));
      break;
    case 4:
      /* What is lent is not given away in the same call, of which resource ever it is. */
      if (others->count) return spoil((uintptr_t)one_of(others));
      break;
    default:
      /* The component may have dropped it, or may hold it: a handle that comes twice is refused where that is
       * promised; a borrow of what it holds is none of the peer's business, but does no harm. */
      if (moved[r->index].count && owned) return doubt((uintptr_t)one_of(&moved[r->index]));
      break;
    }
  }
  uint8_t *handle = one_of(&live[r->index]);
  for (unsigned i = 0; owned && i < lent_now.count; ++i)
    if (lent_now.of[i] == handle) handle = NULL;
  if (handle == NULL) return run.rival ? (uintptr_t)&rivals[r->index] : spoil(0);
  if (!owned) put_in(&lent_now, handle);
  if (owned) {
    take_out(&live[r->index], handle);
    put_in(&moved[r->index], handle);
    put_in(&given_now, handle);
  }
  return (uintptr_t)handle;
}

/* ---- values that are sent ---------------------------------------------------------------------------------------- */

static void put(const fz_type *t, uint8_t *at, bool given);

static void store(uint8_t *at, uint64_t value, unsigned width) { memcpy(at, &value, width); }
static uint64_t load(const uint8_t *at, unsigned width) {
  uint64_t value = 0;
  memcpy(&value, at, width);
  return value;
}

static bool is_scalar_value(uint64_t c) { return c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF); }

static uint64_t make_char(void) {
  if (!harm()) {
    uint64_t c = bits(3) & 0x1FFFFF;
    return is_scalar_value(c) ? c : c & 0x7F;
  }
  static const uint32_t bad[] = {0xD800, 0xDFFF, 0x110000, 0xFFFFFFFF, 0x80000041};
  return spoil(bad[byte() % 5]);
}

static bool is_utf8(const uint8_t *at, size_t length) {
  for (size_t i = 0; i < length;) {
    uint8_t lead = at[i];
    size_t n = lead < 0x80                   ? 1
               : lead >= 0xC2 && lead < 0xE0 ? 2
               : (lead & 0xF0) == 0xE0       ? 3
               : lead >= 0xF0 && lead < 0xF5 ? 4
                                             : 0;
    if (n == 0 || n > length - i) return false;
    uint32_t c = n == 1 ? lead : lead & (0x7Fu >> n);
    for (size_t k = 1; k < n; ++k) {
      if ((at[i + k] & 0xC0) != 0x80) return false;
      c = c << 6 | (at[i + k] & 0x3F);
    }
    if (!is_scalar_value(c) || (n == 3 && c < 0x800) || (n == 4 && c < 0x10000)) return false;
    i += n;
  }
  return true;
}

static size_t put_text(uint8_t **block, bool given) {
  static const char *const samples[] = {"\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF",
                                        "\xF4\x8F\xBF\xBF"};
  size_t length = byte() % 12;
  const char *sample = length > 6 ? samples[byte() % 5] : NULL;
  if (sample) length = strlen(sample);
  if (length == 0) return 0;
  *block = new_block(length, given);
  bool raw = !sample && harm();
  for (size_t i = 0; i < length; ++i) (*block)[i] = sample ? (uint8_t)sample[i] : raw ? byte() : byte() & 0x7F;
  if (FZ_VALIDATES && !is_utf8(*block, length)) ++run.spoilt;
  return length;
}

/* Pointer and length of a list or string. */
static void make_list(const fz_type *t, bool given, uint64_t *pointer, uint64_t *length) {
  const fz_type *elem = t->kind == FZ_TEXT ? NULL : t->parts[0];
  size_t size = elem ? elem->size : 1, align = elem ? elem->align : 1;
  uint8_t *block = NULL;
  size_t count = 0;
  if (elem) {
    count = byte() % 5;
    if (count) block = new_block(count * size, given);
    for (size_t i = 0; i < count; ++i) put(elem, block + i * size, given);
  } else {
    count = put_text(&block, given);
  }
  *pointer = (uintptr_t)block;
  *length = count;
  if (count == 0) {
    /* Of no elements the pointer is nobody's business. */
    static const uint64_t odd[] = {0, 1, 8, 0xDEAD, UINT64_MAX};
    *pointer = run.kind ? align : odd[byte() % 5];
    if (harm()) {
      *pointer = 0;
      *length = spoil(1 + byte());
    }
    return;
  }
  if (!harm()) return;
  switch (byte() % 5) {
  case 0: *pointer = spoil(0); break;
  case 1:
    if (align > 1) *pointer += spoil(1 + byte() % (align - 1));
    break;
  case 2: *length = spoil(UINT64_MAX); break;
  case 3: *length = spoil(UINT64_MAX / size); break;
  default: *length = spoil((UINT64_MAX >> 1) / size + 1); break;
  }
}

static uint64_t make_index(const fz_type *t, unsigned width) {
  uint64_t most = width >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * width) - 1;
  if (harm() && t->count <= most) {
    uint64_t value = bits(width) & most;
    return spoil(value < t->count ? (byte() & 1 ? most : t->count) : value);
  }
  return (t->count > 256 ? bits(2) : byte()) % t->count;
}

static uint64_t make_scalar(const fz_type *t, bool viewed) {
  switch (t->kind) {
  case FZ_BOOL: {
    uint64_t value = byte();
    if (value > 1 && viewed) run.odd = true;
    return value;
  }
  case FZ_CHAR: return make_char();
  default: return bits(t->width);
  }
}

static void put(const fz_type *t, uint8_t *at, bool given) {
  uint64_t pointer, length;
  switch (t->kind) {
  case FZ_TEXT:
  case FZ_LIST:
    make_list(t, given, &pointer, &length);
    store(at, pointer, 8);
    store(at + 8, length, 8);
    break;
  case FZ_FIXED:
    for (unsigned i = 0; i < t->count; ++i) put(t->parts[0], at + i * t->parts[0]->size, given);
    break;
  case FZ_PRODUCT:
    for (unsigned i = 0; i < t->count; ++i) put(t->parts[i], at + t->offsets[i], given);
    break;
  case FZ_SUM: {
    uint64_t index = make_index(t, t->width);
    store(at, index, t->width);
    if (index < t->count && t->parts[index]) put(t->parts[index], at + t->payload, given);
    break;
  }
  case FZ_OWN:
  case FZ_BORROW: store(at, make_handle(t, false), 8); break;
  default: store(at, make_scalar(t, FZ_VIEWS && !given), t->width); break;
  }
}

/* As core values, with bits above a value's own that the receiver has to cut. */
static void put_flat(const fz_type *t, uint64_t *slots, bool given, bool self) {
  switch (t->kind) {
  case FZ_TEXT:
  case FZ_LIST: make_list(t, given, &slots[0], &slots[1]); break;
  case FZ_FIXED:
    for (unsigned i = 0; i < t->count; ++i) put_flat(t->parts[0], slots + i * t->parts[0]->cores, given, false);
    break;
  case FZ_PRODUCT:
    for (unsigned i = 0; i < t->count; slots += t->parts[i++]->cores) put_flat(t->parts[i], slots, given, false);
    break;
  case FZ_SUM: {
    uint64_t index = slots[0] = make_index(t, 4);
    for (unsigned i = 1; i < t->cores; ++i) slots[i] = run.kind ? 0 : byte() * 0x0101010101010101u;
    if (index < t->count && t->parts[index]) put_flat(t->parts[index], slots + 1, given, false);
    break;
  }
  case FZ_OWN:
  case FZ_BORROW: slots[0] = make_handle(t, self); break;
  case FZ_CHAR:
  case FZ_FLOAT: slots[0] = make_scalar(t, false); break;
  case FZ_BOOL: slots[0] = (uint64_t)byte() << (run.kind ? 0 : 8 * (byte() & 3)); break;
  default:
    slots[0] = make_scalar(t, false);
    if (t->width < 4 && !run.kind) slots[0] |= (uint64_t)byte() << 8 * t->width;
    break;
  }
}

/* ---- values that are received ------------------------------------------------------------------------------------ */

/* How a value is read. */
typedef enum {
  OWN_WORDS, /* the peer's own, as the receiver has to take it */
  BACK,      /* the peer's own, which come back to it through the component */
  LENT,      /* the component's; it must keep to the letter of the contract */
  GIVEN,     /* the same, and what it refers to is the peer's to free */
} reading;

static bool by_component(reading how) { return how == LENT || how == GIVEN; }

static uint64_t get(const fz_type *t, const uint8_t *at, reading how, uint64_t digest);

static uint64_t get_handle(const fz_type *t, uint64_t handle, reading how) {
  const fz_resource *r = t->resource;
  if (how == OWN_WORDS) return handle;
  if (how == BACK) {
    /* A rival was called; nothing moved. */
    if (t->kind != FZ_OWN) return handle;
    if (r->rival == NULL) tokens[token_index(handle)] = OURS;
    else if (take_out(&moved[r->index], (uint8_t *)(uintptr_t)handle))
      put_in(&live[r->index], (uint8_t *)(uintptr_t)handle);
    return handle;
  }
  if (handle == 0) defect("sends a null handle");
  if (r->rival == NULL) {
    unsigned index = token_index(handle);
    if (t->kind == FZ_OWN) {
      if (tokens[index] != THEIRS && !run.doubtful) defect("gives away a handle that it does not own");
      tokens[index] = OURS;
    }
    return handle;
  }
  if (t->kind == FZ_BORROW) return handle;
  const fz_operations *maker = ((const box *)(uintptr_t)handle)->operations;
  const fz_operations *alike = r->rival;
  if (!run.rival && (maker->size != alike->size || memcmp(maker->interface_hash, alike->interface_hash, 32) != 0)) {
    if (!run.doubtful) defect("gives a handle whose table is not its interface's");
    return handle;
  }
  take_out(&moved[r->index], (uint8_t *)(uintptr_t)handle);
  take_out(&dropped[r->index], (uint8_t *)(uintptr_t)handle);
  if (take_out(&live[r->index], (uint8_t *)(uintptr_t)handle) && !run.doubtful) defect("gives one handle twice");
  put_in(&live[r->index], (uint8_t *)(uintptr_t)handle);
  return handle;
}

static uint64_t get_list(const fz_type *t, uint64_t pointer, uint64_t length, reading how, uint64_t digest) {
  const fz_type *elem = t->kind == FZ_TEXT ? NULL : t->parts[0];
  size_t size = elem ? elem->size : 1, align = elem ? elem->align : 1;
  uint8_t *block = (uint8_t *)(uintptr_t)pointer;
  digest = mixed(digest, length);
  /* Of no elements, a pointer that is sound should be lent; who views passes on what it was lent. */
  if (length == 0 && (how != LENT || FZ_VIEWS)) return digest;
  if (by_component(how) && (block == NULL || (pointer & (align - 1)))) defect("sends a list at %p", (void *)block);
  for (size_t i = 0; i < length; ++i)
    digest = elem ? get(elem, block + i * size, how, digest) : mixed(digest, block[i]);
  if (how == GIVEN) free(block);
  return digest;
}

static uint64_t get_scalar(const fz_type *t, uint64_t value, reading how) {
  switch (t->kind) {
  case FZ_BOOL:
    if (by_component(how) && value > 1) defect("sends %llu as a bool", (unsigned long long)value);
    return value != 0;
  case FZ_CHAR:
    if (by_component(how) && !is_scalar_value(value)) defect("sends a char that is none");
    return value;
  case FZ_FLAGS: return t->count < 64 ? value & (((uint64_t)1 << t->count) - 1) : value;
  default: return value;
  }
}

static uint64_t get(const fz_type *t, const uint8_t *at, reading how, uint64_t digest) {
  switch (t->kind) {
  case FZ_TEXT:
  case FZ_LIST: return get_list(t, load(at, 8), load(at + 8, 8), how, digest);
  case FZ_FIXED:
    for (unsigned i = 0; i < t->count; ++i) digest = get(t->parts[0], at + i * t->parts[0]->size, how, digest);
    return digest;
  case FZ_PRODUCT:
    for (unsigned i = 0; i < t->count; ++i) digest = get(t->parts[i], at + t->offsets[i], how, digest);
    return digest;
  case FZ_SUM: {
    uint64_t index = load(at, t->width);
    if (index >= t->count) defect("sends case %llu", (unsigned long long)index);
    digest = mixed(digest, index);
    return t->parts[index] ? get(t->parts[index], at + t->payload, how, digest) : digest;
  }
  case FZ_OWN:
  case FZ_BORROW: return mixed(digest, get_handle(t, load(at, 8), how));
  default: return mixed(digest, get_scalar(t, load(at, t->width), how));
  }
}

/* A narrow number as its core value must arrive: extended as its type says. */
static uint64_t narrow(const fz_type *t, uint64_t slot, reading how) {
  unsigned width = t->width;
  uint64_t cut = width < 8 ? slot & (((uint64_t)1 << 8 * width) - 1) : slot;
  if (by_component(how) && width < 4) {
    uint64_t extended = cut;
    if (t->kind == FZ_SIGNED && cut >> (8 * width - 1)) extended = (cut | ~(uint64_t)0 << 8 * width) & 0xFFFFFFFF;
    if ((slot & 0xFFFFFFFF) != extended) defect("sends %#llx as %u bytes", (unsigned long long)slot, width);
  }
  return cut;
}

static uint64_t get_flat(const fz_type *t, const uint64_t *slots, reading how, uint64_t digest) {
  switch (t->kind) {
  case FZ_TEXT:
  case FZ_LIST: return get_list(t, slots[0], slots[1], how, digest);
  case FZ_FIXED:
    for (unsigned i = 0; i < t->count; ++i) digest = get_flat(t->parts[0], slots + i * t->parts[0]->cores, how, digest);
    return digest;
  case FZ_PRODUCT:
    for (unsigned i = 0; i < t->count; slots += t->parts[i++]->cores)
      digest = get_flat(t->parts[i], slots, how, digest);
    return digest;
  case FZ_SUM: {
    uint64_t index = slots[0] & 0xFFFFFFFF;
    if (index >= t->count) defect("sends case %llu", (unsigned long long)index);
    digest = mixed(digest, index);
    return t->parts[index] ? get_flat(t->parts[index], slots + 1, how, digest) : digest;
  }
  case FZ_OWN:
  case FZ_BORROW: return mixed(digest, get_handle(t, slots[0], how));
  case FZ_BOOL: return mixed(digest, get_scalar(t, slots[0] & 0xFFFFFFFF, how));
  default: return mixed(digest, get_scalar(t, narrow(t, slots[0], how), how));
  }
}

/* ---- calls ------------------------------------------------------------------------------------------------------- */

static uint64_t read_params(const fz_function *f, const uint64_t *slots, reading how) {
  uint64_t digest = 7;
  if (f->spilled) return get(f->spilled, (const uint8_t *)(uintptr_t)slots[0], how, digest);
  for (unsigned i = 0; i < f->count; slots += f->params[i++]->cores)
    digest = get_flat(f->params[i], slots, how, digest);
  return digest;
}

/* The component must not see what has been spoilt. */
static void require_sound(const char *what) {
  if (run.spoilt) defect("a value that should have trapped got through: %s", what);
}

/* A call that the component only passes on to another maker: what is in it is not for the component to look at. */
static uint64_t answer_as_rival(const fz_function *f, const uint64_t *slots) {
  if (!run.rival) defect("calls another maker's %s", f->name);
  uint64_t digest = read_params(f, slots, BACK);
  if (f->count > 0 && digest != run.sent) defect("passes other arguments on to another maker");
  run.passed = true;
  if (f->out) memset((void *)(uintptr_t)slots[f->cores - 1], 0, f->result->size);
  return 0;
}

uint64_t fz_answer(const fz_function *f, const uint64_t *slots, bool rival) {
  const fz_function *caller = run.calling;
  TRACE("  calls %s%s\n", f->name, rival ? " of a rival" : "");
  require_sound(f->name);
  if (rival) return answer_as_rival(f, slots);
  uint64_t digest = read_params(f, slots, LENT);
  bool passed = caller && caller->twin == f;
  if (passed && digest != run.sent) defect("other arguments than were sent arrive");
  if (!f->result) return 0;
  run.calling = f;
  uint64_t result[2] = {0, 0};
  const uint64_t *area = f->out ? slots + f->cores - 1 : NULL;
  unsigned before = sent_count;
  run.answered = token_count;
  if (area) {
    put(f->result, (uint8_t *)(uintptr_t)*area, true);
  } else {
    put_flat(f->result, result, true, false);
  }
  if (run.spoilt == 0) {
    if (area) run.returned = get(f->result, (const uint8_t *)(uintptr_t)*area, OWN_WORDS, 7);
    else run.returned = get_flat(f->result, result, OWN_WORDS, 7);
    run.passed = passed;
    run.calling = caller;
  }
  sent_count = before; /* given */
  return result[0];
}

/* Are bytes of zeros a value of the type? Of handles they are none. */
static bool has_zero(const fz_type *t) {
  switch (t->kind) {
  case FZ_OWN:
  case FZ_BORROW: return false;
  case FZ_FIXED:
  case FZ_SUM: return t->parts[0] == NULL || has_zero(t->parts[0]);
  case FZ_PRODUCT:
    for (unsigned i = 0; i < t->count; ++i)
      if (!has_zero(t->parts[i])) return false;
    return true;
  default: return true;
  }
}

int fz_discards(void) {
  static const uint8_t zeros[256];
  const fz_type *result = run.calling->result;
  if (run.kind || !has_zero(result)) return 0;
  int way = byte() % 4;
  if (way == 0 || way == 3) return 0;
  TRACE("  discards the result\n");
  if (result->size > sizeof zeros) defect("a result of %u bytes", result->size);
  run.returned = get(result, zeros, OWN_WORDS, 7);
  /* C's helpers free memory, and leave handles to the user: this one forgets them. */
  for (unsigned i = run.answered; i < token_count; ++i) tokens[i] = OURS;
  return way;
}

static void read_result(const fz_function *f, const uint64_t *slots, uint64_t result) {
  uint64_t digest = 7;
  if (f->out) digest = get(f->result, (const uint8_t *)(uintptr_t)slots[f->cores - 1], GIVEN, digest);
  else digest = get_flat(f->result, &result, GIVEN, digest);
  if (f->twin && digest != run.returned) defect("another result than was given arrives");
}

static void put_spilled(const fz_function *f, uint8_t *area) {
  for (unsigned i = 0; i < f->count; ++i) {
    uint8_t *at = area + f->spilled->offsets[i];
    if (f->forwards && i == 0) store(at, make_handle(f->params[0], true), 8);
    else put(f->params[i], at, false);
  }
}

static void call(const fz_function *f) {
  uint64_t slots[20] = {0}, result = 0;
  uint8_t *self = NULL;
  run.calling = f;
  run.rival = run.passed = run.odd = false;
  lent_now.count = given_now.count = 0;
  if (f->spilled) {
    slots[0] = (uintptr_t)new_block(f->spilled->size, false);
    put_spilled(f, (uint8_t *)(uintptr_t)slots[0]);
  } else {
    uint64_t *slot = slots;
    for (unsigned i = 0; i < f->count; slot += f->params[i++]->cores)
      put_flat(f->params[i], slot, false, f->forwards && i == 0);
  }
  if (f->out) slots[f->cores - 1] = (uintptr_t)new_block(f->result->size, true);
  self = (uint8_t *)(uintptr_t)slots[0];
  if (run.spoilt == 0) run.sent = read_params(f, slots, OWN_WORDS);
  uint64_t lent = digest_of_lent();
  TRACE("call %s%s%s%s\n", f->name, run.spoilt ? " (spoilt)" : "", run.doubtful ? " (doubtful)" : "",
        run.rival ? " (of a rival)" : "");
  f->call(slots, &result);
  require_sound("the call returned");
  if (digest_of_lent() != lent) defect("writes to what it was lent");
  if ((run.rival || f->twin) && !run.passed) defect("does not pass the call on");
  if (f->drops && !run.rival) {
    take_out(&moved[f->params[0]->resource->index], self);
    put_in(&dropped[f->params[0]->resource->index], self);
  }
  if (f->result && !run.rival) read_result(f, slots, result);
  if (f->out) free((void *)(uintptr_t)slots[f->cores - 1]);
  free_lent(0);
  run.rival = false;
  run.calling = NULL;
}

static void make_some(void) {
  bool kind = run.kind;
  const uint8_t *next = run.next;
  run.kind = true;
  run.next = run.end;
  for (unsigned i = 0; i < fz_maker_count; ++i) {
    for (int k = 0; k < 3; ++k) call(fz_makers[i]);
  }
  run.kind = kind;
  run.next = next;
}

static void drop_all(void) {
  run.kind = true;
  run.next = run.end;
  fz_subject_end();
  for (unsigned i = 0; i < fz_export_count; ++i) {
    const fz_function *f = fz_exports[i];
    if (!f->drops) continue;
    while (live[f->params[0]->resource->index].count) call(f);
  }
}

static void run_once(void) {
  make_some();
  for (int calls = 0; calls < MOST_CALLS && run.next < run.end; ++calls) {
    run.kind = false;
    call(fz_exports[byte() % fz_export_count]);
  }
  drop_all();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  memset(&run, 0, sizeof run);
  memset(live, 0, sizeof live);
  memset(moved, 0, sizeof moved);
  memset(dropped, 0, sizeof dropped);
  token_count = sent_count = 0;
  run.next = data;
  run.end = data + size;
  run.level = 0x80 | byte();
  tracing = getenv("FZ_TRACE") != NULL;
  run.tracking = true;
  bool trapped = setjmp(run.back) != 0;
  if (!trapped) run_once();
  run.tracking = false;
  fz_subject_forget();
  if (!trapped && !run.doubtful) {
    if (block_count) defect("%u blocks are left", block_count);
    for (unsigned i = 0; i < token_count; ++i)
      if (tokens[i] == THEIRS) defect("keeps a handle of the peer's");
  }
  forget_all(true);
  return 0;
}
