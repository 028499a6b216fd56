/* symbuild_isolate.h: what generated proxies, hosts and stand-ins call. ISOLATION.md says how a call crosses.
 *
 * A component that is isolated runs in a host process of its own. Its callers are linked with a proxy that has the
 * component's symbols; what the component imports is called back in its callers' process. Both directions use the same
 * code: a caller packs its arguments into a message, and takes the result out of another one.
 *
 * This file may be used under Apache-2.0 WITH LLVM-exception, or copied into generated code without any condition.
 */
#ifndef SYMBUILD_ISOLATE_H
#define SYMBUILD_ISOLATE_H

/* Traps while a message is taken are the peer's fault: the runtime defines sb_trap_at, and knows the call. */
#define SB_OWN_TRAP
#include <setjmp.h>

#include "symbuild.h"

/* ---- what is generated -------------------------------------------------------------------------------------------- */

typedef struct sb_call sb_call;

/* A function that crosses. `where` is "ns:pkg/iface#function". `error`: the message that stands for the result where
 * the profile turns a failure into the function's error case; null where a failure traps. */
typedef struct sb_function {
  const char *where;
  bool drops;               /* the drop function of a resource: nothing to do where the peer is gone */
  void (*serve)(sb_call *); /* on the side that has the function: take, call, pack; null on the other */
  const uint8_t *error;
  size_t error_size;
} sb_function;

/* A resource that crosses. On the side that makes it: `operations` is null, `drop` its drop function. On the other:
 * `operations` is the stand-ins' table, whose functions are the proxy's own. */
typedef struct sb_resource {
  const char *name; /* "ns:pkg/iface#resource" */
  const sb_operations *operations;
  void (**drop)(uint8_t *handle);
} sb_resource;

/* One component's border. Functions are numbered in the order of the manifest's world: those it exports, then those it
 * imports; so are resources. Proxy and host are generated from the same manifest, whose hash they exchange. */
typedef struct sb_border {
  const char *component;
  uint8_t manifest_hash[32];
  const sb_function *functions;
  uint32_t function_count;
  const sb_resource *resources;
  uint32_t resource_count;
} sb_border;

/* ---- a call -------------------------------------------------------------------------------------------------------- */

/* A plain list of at least so many bytes travels in the bulk area, where its receiver reads it in place. */
#define SB_BULK 4096

struct sb_lane;
struct sb_thread;
struct sb_standin;

struct sb_call {
  const sb_border *border;
  const sb_function *called;
  uint32_t function;
  uint32_t sequence;
  uint32_t stage; /* the runtime's */
  uint32_t depth; /* of calls of this thread, this one included */
  bool in_place;  /* what is taken stays where it lies */
  uint8_t *at, *end;           /* of the message's structure: what is free or not taken yet */
  uint8_t *bulk_at, *bulk_end; /* of its plain payloads */
  uint8_t *frame, *bulk;       /* where it starts in the lane */
  const uint8_t *ascii;        /* `ascii_size` bytes of the message from here on are known to be ASCII */
  size_t ascii_size, ascii_ahead; /* so many more are looked at where texts follow each other */
  struct sb_lane *lane;
  struct sb_thread *thread;
  sb_call *outer;
  int64_t deadline; /* ns of CLOCK_MONOTONIC, or 0 */
  /* What is undone if the call fails, or done when it is over. */
  uint32_t lent, moved;                     /* entries of the table of handles, chained */
  struct sb_standin *lent_boxes, *moved_boxes; /* stand-ins, chained */
  size_t blocks;                            /* how many blocks of the result were allocated */
  size_t borrows;                           /* how many borrowed handles were taken */
  jmp_buf recover; /* where a failure goes on, if the function has an `error` and the profile says so */
};

/* ---- a call, on the side that calls -------------------------------------------------------------------------------- */

/* Starts a call: finds the thread's lane, and starts the host where there is none. */
void sb_call_begin(sb_call *call, const sb_border *border, uint32_t function);
/* Sends what was packed, serves what comes back meanwhile, returns when the result can be taken. */
void sb_call_go(sb_call *call);
/* For functions with an `error`, which set `recover` before they begin: the result to take is now the error. */
void sb_call_failed(sb_call *call);
/* Ends it: all of the message must have been taken. */
void sb_call_end(sb_call *call);

/* ---- a call, on the side that serves ------------------------------------------------------------------------------- */

/* All arguments were taken: from here on a trap is the component's own, and handles lent for the call are in place. */
void sb_serve_taken(sb_call *call);
/* The function has returned: what is packed from now on is the result. */
void sb_serve_reply(sb_call *call);

/* ---- packing and taking -------------------------------------------------------------------------------------------- */

/* The rare cases of the functions below. */
uint8_t *sb_pack_other(sb_call *call, const void *from, size_t count, size_t size, size_t align, bool plain);
uint8_t *sb_take_other(sb_call *call, size_t count, size_t size, size_t align, bool plain);

static inline uint8_t *sb_aligned(const uint8_t *at, size_t align) {
  return (uint8_t *)(((uintptr_t)at + (align - 1)) & ~(uintptr_t)(align - 1));
}

/* memcpy for what is mostly short, and of a length that only the caller knows: 16 to 64 bytes in two or four pieces that
 * may overlap, without a call. */
static inline void sb_copy_short(uint8_t *to, const uint8_t *from, size_t size) {
  if (size - 16 > 48) {
    memcpy(to, from, size);
    return;
  }
  uint8_t first[16], last[16];
  memcpy(first, from, 16);
  memcpy(last, from + size - 16, 16);
  if (size > 32) {
    uint8_t second[16], third[16];
    memcpy(second, from + 16, 16);
    memcpy(third, from + size - 32, 16);
    memcpy(to + 16, second, 16);
    memcpy(to + size - 32, third, 16);
  }
  memcpy(to, first, 16);
  memcpy(to + size - 16, last, 16);
}

/* Copies `count` elements into the message; returns where they lie there. `plain`: every byte pattern of an element is a
 * value. Nothing is read back from there: the peer may write to it. */
static inline uint8_t *sb_pack(sb_call *call, const void *from, size_t count, size_t size, size_t align, bool plain) {
  uint8_t *to = sb_aligned(call->at, align);
  if (count - 1 >= (SB_BULK - 1) / size || count * size > (size_t)(call->end - to) || from == NULL)
    return sb_pack_other(call, from, count, size, align, plain);
  call->at = to + count * size;
  if (size == 1) sb_copy_short(to, (const uint8_t *)from, count);
  else memcpy(to, from, count * size);
  return to;
}

/* Takes the next `count` elements: valid for the call on the side that serves, malloc'ed on the side that called. */
static inline uint8_t *sb_take(sb_call *call, size_t count, size_t size, size_t align, bool plain) {
  uint8_t *from = sb_aligned(call->at, align);
  if (!call->in_place || count - 1 >= (SB_BULK - 1) / size || from > call->end ||
      count * size > (size_t)(call->end - from))
    return sb_take_other(call, count, size, align, plain);
  call->at = from + count * size;
  return from;
}

/* Takes the next `size` bytes to where the caller says. */
void sb_take_into(sb_call *call, void *to, size_t size, size_t align);
/* Traps unless the bytes are UTF-8. */
void sb_take_utf8_other(sb_call *call, const uint8_t *text, size_t length, const char *where);
static inline void sb_take_utf8(sb_call *call, const uint8_t *text, size_t length, const char *where) {
  const size_t offset = (size_t)((uintptr_t)text - (uintptr_t)call->ascii);
  if (offset <= call->ascii_size && length <= call->ascii_size - offset) return;
  sb_take_utf8_other(call, text, length, where);
}
/* What stands for a handle in a message, and back. `owned`: it changes hands. */
uint8_t *sb_pack_handle(sb_call *call, const sb_resource *resource, bool owned, uint8_t *handle, const char *where);
uint8_t *sb_take_handle(sb_call *call, const sb_resource *resource, bool owned, uint8_t *sent, const char *where);

/* ---- the host ------------------------------------------------------------------------------------------------------ */

/* A symbol of the component, or of a provider, that generated code calls. */
typedef struct sb_bound {
  const char *symbol;
  void (**to)(void);
} sb_bound;

/* What main() of a host is. `component`: its file, relative to the host's own; `bound`: what is looked up in it. */
int sb_host_main(int argc, char **argv, const sb_border *border, const char *component, const sb_bound *bound,
                 size_t count);

/* ---- the proxy ----------------------------------------------------------------------------------------------------- */

/* How a proxy reaches its host: one in each proxy, for the runtime. `host`: the executable, relative to the proxy. */
typedef struct sb_placement {
  const char *host;
  const char *transport;  /* "shm" or "unix" */
  double deadline;        /* of a call, in seconds; 0: none */
  const char *on_failure; /* "trap", "restart" or "error" */
  /* What the host gives up once the component is loaded, separated by spaces: "no-new-privileges", "seccomp",
   * "landlock", "namespaces". What the machine lacks is an error, but "?seccomp" is left out there. */
  const char *confine;
} sb_placement;

/* Absent in a host, which has the same runtime. */
extern const sb_placement sb_placed __attribute__((weak, visibility("hidden")));

/* A program may export this function to be told of every failure of a host, also where a result's error case stands for
 * it and nothing traps; it returns. */
extern void sb_failure_hook(const sb_trap *failure) __attribute__((weak));

#endif
