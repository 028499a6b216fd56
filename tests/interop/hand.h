/* The store of shop.wit, spelled by hand from symmetric-abi.md; nothing of symbuild is used.
 *
 * STORE(name) is a function's symbol. A provider may be compiled under other names, to stand beside another one. */
#ifndef HAND_H
#define HAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef STORE
#define STORE(name) interopX3AshopX2FstoreX00##name
#endif

_Static_assert(sizeof(void *) == 8, "the layouts below are those of 64-bit targets");

typedef struct {
  const uint8_t *ptr;
  size_t len;
} text;

typedef struct {
  uint8_t some;
  text value;
} option_text;

typedef struct {
  uint8_t some;
  uint32_t value;
} option_u32;

/* record line: borrow<item> at 0, u16 at 8, option<string> at 16 */
typedef struct {
  uint8_t *item;
  uint16_t count;
  option_text note;
} line;

/* variant price: its tag a byte; the widest case aligns to 8. */
typedef struct {
  uint8_t tag;
  union {
    uint64_t cents;
    text words;
    float each;
  };
} price;
enum { GIFT, CENTS, WORDS, EACH };

/* tuple<s8, f32, grade, marks, char> */
typedef struct {
  int8_t number;
  float real;
  uint8_t grade, marks;
  uint32_t letter;
} echoed;

/* result<price, string>, result<item, string>, option<item>, option<u64>: a byte, then what aligns to 8 */
typedef struct {
  uint8_t tag;
  union {
    price price;
    text error;
    uint8_t *item;
    uint64_t number;
  };
} outcome;

/* The parameters of `more`, which are 17 core values. */
typedef struct {
  uint64_t a;
  text b;
  price c;
  const uint16_t *d;
  size_t d_len;
  uint8_t e;
  option_u32 f;
  int16_t g;
  uint64_t h;
  float i;
  double j;
  uint8_t k;
  uint32_t l;
} more_args;
_Static_assert(offsetof(more_args, f) == 68 && offsetof(more_args, l) == 108 && sizeof(more_args) == 112, "a tuple");

uint8_t *STORE(X5BconstructorX5Ditem)(const uint8_t *name, size_t length);
void STORE(X5BmethodX5DitemX2Ename)(uint8_t *self, text *result);
int64_t STORE(X5BmethodX5DitemX2Eweigh)(uint8_t *self, int32_t extra);
void STORE(X5BstaticX5DitemX2Eparse)(const uint8_t *from, size_t length, outcome *result);
void STORE(X5Bresource_dropX5Ditem)(uint8_t *self);
void STORE(echo)(int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f, float g, double h, echoed *result);
void STORE(total)(const line *lines, size_t count, outcome *result);
typedef struct {
  price *ptr;
  size_t len;
} prices;
void STORE(convert)(const price *from, size_t count, prices *result);
typedef struct {
  text *ptr;
  size_t len;
} texts;
void STORE(take)(uint8_t *const *items, size_t count, texts *result);
void STORE(find)(const uint8_t *name, size_t length, outcome *result);
/* The payload of a price is i64 (u64, a pointer, or an f32's bits) and a length. */
int64_t STORE(many)(int64_t a, const uint8_t *b, size_t b_len, int32_t c, int64_t c_payload, size_t c_len,
                    const uint16_t *d, size_t d_len, int32_t e, int32_t has_f, int32_t f, int32_t g, int64_t h, float i,
                    double j, int32_t k);
void STORE(more)(const more_args *args, outcome *result);

#endif
