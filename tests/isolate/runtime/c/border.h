/* border.h: a component's border by hand, as generated code has it. The component exports functions and makes things; its
 * callers make tokens, and are called back. */
#ifndef BORDER_H
#define BORDER_H

#include <symbuild.h>

/* How the component is told to fail. */
enum fault {
  FAULT_SEGV,
  FAULT_ABORT,
  FAULT_EXIT,
  FAULT_QUIET_EXIT,
  FAULT_TRAP,
  FAULT_HANG,
  FAULT_KILL,
  FAULT_STACK,
  FAULT_THREAD_EXIT,
  FAULT_FORK,
  FAULT_WRITE,
  FAULT_NETWORK,
  FAULT_EXEC,
  FAULT_KILL_PARENT,
  TELL_PROCESS, /* no faults, from here on */
  OWN_THREADS,  /* threads of the component's own call back, many times */
  OWN_MEETING,  /* some call back at a time */
  OWN_TICKER    /* one calls back now and then, when this has returned */
};
/* How the host is told to answer wrongly. */
enum lie { LIE_SHORT, LIE_LONG, LIE_SEQUENCE, LIE_FUNCTION, LIE_TEXT, LIE_HUGE, LIE_NULL_HANDLE, LIES };

/* The component's. */
int32_t codec_add(int32_t a, int32_t b);
int64_t codec_sum(uint8_t *bytes, size_t length);
void codec_upper(uint8_t *text, size_t length, uint8_t *ret); /* string -> string */
void codec_echo(uint8_t *bytes, size_t length, uint8_t *ret); /* list<u8> -> list<u8> */
int32_t codec_nest(int32_t depth);
int32_t codec_fault(int32_t kind);
int32_t codec_try(int32_t value); /* result<_, _> of sorts: -1 stands for a failure */
uint8_t *codec_make(int32_t value);
int32_t codec_get(uint8_t *thing);
void codec_drop(uint8_t *thing);
void codec_keep(uint8_t *token); /* own */
int32_t codec_look(uint8_t *token); /* borrow */
uint8_t *codec_give_back(void);
void codec_lie(int32_t kind, uint8_t *ret); /* -> string; only the host lies */
int32_t codec_swap(uint8_t *lent, uint8_t *given); /* borrow, own */
int32_t codec_swap_back(uint8_t *given, uint8_t *lent); /* own, borrow */
int64_t codec_records(uint8_t *records, size_t count); /* list<record {name: string, note: string, id: u64}> */
/* Its callers'. */
int32_t app_back(int32_t depth);
int32_t app_value(uint8_t *token);
void app_drop_token(uint8_t *token);

enum {
  F_ADD, F_SUM, F_UPPER, F_ECHO, F_NEST, F_FAULT, F_TRY, F_MAKE, F_GET, F_DROP, F_KEEP, F_LOOK, F_GIVE_BACK, F_LIE,
  F_RECORDS, F_SWAP, F_SWAP_BACK, F_BACK, F_VALUE, F_DROP_TOKEN, F_COUNT
};
enum { R_THING, R_TOKEN, R_COUNT };

typedef struct record {
  uint8_t *name;
  size_t name_length;
  uint8_t *note;
  size_t note_length;
  uint64_t id;
} record;

#endif
