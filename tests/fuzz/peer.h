/* What `tables.py` writes for a world, and what `peer.c` makes of it.
 *
 * Nothing of symbuild.h is used here: the peer is another implementation of the same contract. */
#ifndef FUZZ_PEER_H
#define FUZZ_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum fz_kind {
  FZ_UNSIGNED,
  FZ_SIGNED,
  FZ_FLOAT,
  FZ_BOOL,
  FZ_CHAR,
  FZ_TEXT,
  FZ_LIST,
  FZ_FIXED,
  FZ_PRODUCT,
  FZ_SUM,
  FZ_FLAGS,
  FZ_OWN,
  FZ_BORROW,
} fz_kind;

/* The head of an operations table (symmetric-abi.md, section 5). */
typedef struct fz_operations {
  uint32_t size, abi_version;
  uint8_t interface_hash[32];
  const char *component;
  void (*drop)(uint8_t *handle);
} fz_operations;

typedef struct fz_resource {
  const char *name;
  unsigned index;    /* among all resources */
  const void *rival; /* the table of another maker of what the component makes; null for what the peer makes */
} fz_resource;

typedef struct fz_type {
  fz_kind kind;
  uint32_t size, align;
  uint32_t count;                     /* parts of a PRODUCT or FIXED, cases of a SUM, labels of FLAGS */
  uint32_t width;                     /* bytes of a scalar or a discriminant */
  uint32_t payload;                   /* where a SUM's payload starts */
  uint32_t cores;                     /* how many core values carry it */
  const struct fz_type *const *parts; /* of PRODUCT and SUM (null: no payload); of LIST and FIXED the element's */
  const uint32_t *offsets;            /* of a PRODUCT's parts */
  const fz_resource *resource;
} fz_type;

typedef struct fz_function {
  const char *name; /* how traps call it */
  unsigned count;
  const fz_type *const *params;
  const fz_type *result;
  const fz_type *spilled; /* the tuple of all parameters, where they go through memory */
  bool out;               /* the result goes through an area of the caller's */
  bool forwards;          /* its first parameter is a handle that may be another maker's */
  bool drops;             /* a resource's drop function */
  unsigned cores;
  const struct fz_function *twin; /* what its arguments are passed on to, and its result comes from */
  void (*call)(const uint64_t *cores, uint64_t *result);
} fz_function;

extern const fz_function *const fz_exports[];
extern const unsigned fz_export_count;
/* Functions that take nothing dangerous and give a handle; called at the start. */
extern const fz_function *const fz_makers[];
extern const unsigned fz_maker_count;

/* The component calls the peer; `rival` when it does so through the table of another maker. */
uint64_t fz_answer(const fz_function *f, const uint64_t *cores, bool rival);

/* Components ask this when a call that they pass on is over: 0, or 1 or 2 when they are to let go of its result, in one way
 * or another, and return zeros. */
int fz_discards(void);

/* Components: let go of all that lives between calls. */
void fz_subject_end(void);
/* Components: forget boxes that traps left behind. */
void fz_subject_forget(void);

static inline uint64_t fz_of_f32(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}
static inline uint64_t fz_of_f64(double value) {
  uint64_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}
static inline float fz_as_f32(uint64_t slot) {
  uint32_t bits = (uint32_t)slot;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}
static inline double fz_as_f64(uint64_t slot) {
  double value;
  __builtin_memcpy(&value, &slot, sizeof value);
  return value;
}

#endif
