/* proxy.c: what a generator makes of the border, on the callers' side. */
#include <symbuild_isolate.h>

#include "border.h"

#define EXPORT __attribute__((visibility("default")))

static const struct {
  sb_operations head;
} things = {{sizeof(sb_operations), 1, {7}, "codec", codec_drop}};
static void (*drop_token)(uint8_t *) = app_drop_token;
static const sb_resource resources[R_COUNT] = {{"codec#thing", &things.head, NULL}, {"app#token", NULL, &drop_token}};

static void serve_back(sb_call *call) {
  int32_t depth;
  memcpy(&depth, sb_take(call, 1, 4, 4, false), 4);
  sb_serve_taken(call);
  depth = app_back(depth);
  sb_serve_reply(call);
  sb_pack(call, &depth, 1, 4, 4, false);
}

static void serve_value(sb_call *call) {
  uint8_t *token;
  memcpy(&token, sb_take(call, 1, sizeof token, sizeof token, false), sizeof token);
  token = sb_take_handle(call, &resources[R_TOKEN], false, token, "app#value: token");
  sb_serve_taken(call);
  const int32_t value = app_value(token);
  sb_serve_reply(call);
  sb_pack(call, &value, 1, 4, 4, false);
}

static void serve_drop_token(sb_call *call) {
  uint8_t *token;
  memcpy(&token, sb_take(call, 1, sizeof token, sizeof token, false), sizeof token);
  token = sb_take_handle(call, &resources[R_TOKEN], true, token, "app#token.drop: self");
  sb_serve_taken(call);
  app_drop_token(token);
  sb_serve_reply(call);
}

#ifdef WITH_ERRORS
static const uint8_t minus_one[4] = {255, 255, 255, 255};
#endif
static const sb_function functions[F_COUNT] = {
    [F_ADD] = {"codec#add", false, NULL, NULL, 0},
    [F_SUM] = {"codec#sum", false, NULL, NULL, 0},
    [F_UPPER] = {"codec#upper", false, NULL, NULL, 0},
    [F_ECHO] = {"codec#echo", false, NULL, NULL, 0},
    [F_NEST] = {"codec#nest", false, NULL, NULL, 0},
    [F_FAULT] = {"codec#fault", false, NULL, NULL, 0},
#ifdef WITH_ERRORS
    [F_TRY] = {"codec#try", false, NULL, minus_one, 4},
#else
    [F_TRY] = {"codec#try", false, NULL, NULL, 0},
#endif
    [F_MAKE] = {"codec#[constructor]thing", false, NULL, NULL, 0},
    [F_GET] = {"codec#[method]thing.get", false, NULL, NULL, 0},
    [F_DROP] = {"codec#[resource-drop]thing", true, NULL, NULL, 0},
    [F_KEEP] = {"codec#keep", false, NULL, NULL, 0},
    [F_LOOK] = {"codec#look", false, NULL, NULL, 0},
    [F_GIVE_BACK] = {"codec#give-back", false, NULL, NULL, 0},
    [F_LIE] = {"codec#lie", false, NULL, NULL, 0},
    [F_RECORDS] = {"codec#records", false, NULL, NULL, 0},
    [F_SWAP] = {"codec#swap", false, NULL, NULL, 0},
    [F_SWAP_BACK] = {"codec#swap-back", false, NULL, NULL, 0},
    [F_BACK] = {"app#back", false, serve_back, NULL, 0},
    [F_VALUE] = {"app#value", false, serve_value, NULL, 0},
    [F_DROP_TOKEN] = {"app#[resource-drop]token", true, serve_drop_token, NULL, 0},
};
#ifndef HASH
#define HASH 1
#endif
static const sb_border border = {"codec", {HASH}, functions, F_COUNT, resources, R_COUNT};

#ifndef TRANSPORT
#define TRANSPORT "shm"
#define DEADLINE 0
#define ON_FAILURE "restart"
#define CONFINE ""
#define HOST "codec.isolated/codec"
#endif
const sb_placement sb_placed = {HOST, TRANSPORT, DEADLINE, ON_FAILURE, CONFINE};

static int32_t call_scalars(uint32_t function, const void *arguments, size_t size) {
  int32_t result;
  sb_call call;
  sb_call_begin(&call, &border, function);
  sb_pack(&call, arguments, 1, size, 4, false);
  sb_call_go(&call);
  sb_take_into(&call, &result, 4, 4);
  sb_call_end(&call);
  return result;
}

EXPORT int32_t codec_add(int32_t a, int32_t b) {
  const int32_t arguments[2] = {a, b};
  return call_scalars(F_ADD, arguments, sizeof arguments);
}
EXPORT int32_t codec_nest(int32_t depth) { return call_scalars(F_NEST, &depth, 4); }
EXPORT int32_t codec_fault(int32_t kind) { return call_scalars(F_FAULT, &kind, 4); }

EXPORT int32_t codec_try(int32_t value) {
#ifdef WITH_ERRORS
  int32_t result;
  sb_call call;
  if (setjmp(call.recover) != 0) {
    sb_call_failed(&call);
  } else {
    sb_call_begin(&call, &border, F_TRY);
    sb_pack(&call, &value, 1, 4, 4, false);
    sb_call_go(&call);
  }
  sb_take_into(&call, &result, 4, 4);
  sb_call_end(&call);
  return result;
#else
  return call_scalars(F_TRY, &value, 4);
#endif
}

/* A list or a string as the only parameter. */
static void begin_with_bytes(sb_call *call, uint32_t function, const uint8_t *bytes, size_t length, bool plain) {
  sb_call_begin(call, &border, function);
  uint8_t root[2 * sizeof(size_t)] = {0};
  sb_store_len(root + sizeof length, length);
  sb_pack(call, root, 1, sizeof root, sizeof(void *), false);
  sb_pack(call, bytes, length, 1, 1, plain);
  sb_call_go(call);
}

static void take_bytes(sb_call *call, uint8_t *ret, bool text) {
  uint8_t root[2 * sizeof(size_t)];
  sb_take_into(call, root, sizeof root, sizeof(void *));
  const size_t length = sb_load_len(root + sizeof length);
  uint8_t *bytes = sb_take(call, length, 1, 1, !text);
  if (text) sb_take_utf8(call, bytes, length, call->called->where);
  sb_call_end(call);
  sb_store_ptr(ret, bytes);
  sb_store_len(ret + sizeof bytes, length);
}

EXPORT int64_t codec_sum(uint8_t *bytes, size_t length) {
  int64_t result;
  sb_call call;
  begin_with_bytes(&call, F_SUM, bytes, length, true);
  sb_take_into(&call, &result, 8, 8);
  sb_call_end(&call);
  return result;
}
EXPORT void codec_upper(uint8_t *text, size_t length, uint8_t *ret) {
  sb_call call;
  begin_with_bytes(&call, F_UPPER, text, length, false);
  take_bytes(&call, ret, true);
}
EXPORT void codec_echo(uint8_t *bytes, size_t length, uint8_t *ret) {
  sb_call call;
  begin_with_bytes(&call, F_ECHO, bytes, length, true);
  take_bytes(&call, ret, false);
}
EXPORT void codec_lie(int32_t kind, uint8_t *ret) {
  sb_call call;
  sb_call_begin(&call, &border, F_LIE);
  sb_pack(&call, &kind, 1, 4, 4, false);
  sb_call_go(&call);
  take_bytes(&call, ret, true);
}

EXPORT int64_t codec_records(uint8_t *records, size_t count) {
  int64_t result;
  sb_call call;
  sb_call_begin(&call, &border, F_RECORDS);
  uint8_t root[2 * sizeof(size_t)] = {0};
  sb_store_len(root + sizeof count, count);
  sb_pack(&call, root, 1, sizeof root, sizeof(void *), false);
  record *sent = (record *)(void *)sb_pack(&call, records, count, sizeof(record), 8, false);
  const record *all = (const record *)(void *)records;
  for (size_t i = 0; i < count; ++i) {
    sb_pack(&call, all[i].name, all[i].name_length, 1, 1, false);
    sent[i].name = NULL;
    sb_pack(&call, all[i].note, all[i].note_length, 1, 1, false);
    sent[i].note = NULL;
  }
  sb_call_go(&call);
  sb_take_into(&call, &result, 8, 8);
  sb_call_end(&call);
  return result;
}

static void begin_with_handle(sb_call *call, uint32_t function, uint32_t resource, bool owned, uint8_t *handle,
                              const char *where) {
  sb_call_begin(call, &border, function);
  const uint8_t *sent = sb_pack_handle(call, &resources[resource], owned, handle, where);
  sb_pack(call, &sent, 1, sizeof sent, sizeof sent, false);
  sb_call_go(call);
}

static uint8_t *end_with_handle(sb_call *call, uint32_t resource) {
  uint8_t *sent;
  sb_take_into(call, &sent, sizeof sent, sizeof sent);
  uint8_t *handle = sb_take_handle(call, &resources[resource], true, sent, call->called->where);
  sb_call_end(call);
  return handle;
}

static int32_t end_with_number(sb_call *call) {
  int32_t result;
  sb_take_into(call, &result, 4, 4);
  sb_call_end(call);
  return result;
}

EXPORT uint8_t *codec_make(int32_t value) {
  sb_call call;
  sb_call_begin(&call, &border, F_MAKE);
  sb_pack(&call, &value, 1, 4, 4, false);
  sb_call_go(&call);
  return end_with_handle(&call, R_THING);
}
EXPORT int32_t codec_get(uint8_t *thing) {
  sb_call call;
  begin_with_handle(&call, F_GET, R_THING, false, thing, "codec#[method]thing.get: self");
  return end_with_number(&call);
}
/* A hostile client's: it sends what stands for a handle as often as it likes. */
static int32_t call_with_two(uint32_t function, uint32_t given, uint8_t *handles[2]) {
  uint8_t *sent[2];
  sb_call call;
  sb_call_begin(&call, &border, function);
  if (handles[0] == handles[1]) given = 2;
  for (uint32_t i = 0; i < 2; ++i)
    sent[i] = sb_pack_handle(&call, &resources[R_THING], i == given, handles[i], call.called->where);
  sb_pack(&call, sent, 1, sizeof sent, sizeof *sent, false);
  sb_call_go(&call);
  return end_with_number(&call);
}
EXPORT int32_t codec_swap(uint8_t *lent, uint8_t *given) {
  uint8_t *handles[2] = {lent, given};
  return call_with_two(F_SWAP, 1, handles);
}
EXPORT int32_t codec_swap_back(uint8_t *given, uint8_t *lent) {
  uint8_t *handles[2] = {given, lent};
  return call_with_two(F_SWAP_BACK, 0, handles);
}
EXPORT void codec_drop(uint8_t *thing) {
  sb_call call;
  begin_with_handle(&call, F_DROP, R_THING, true, thing, "codec#[resource-drop]thing: self");
  sb_call_end(&call);
}
EXPORT void codec_keep(uint8_t *token) {
  sb_call call;
  begin_with_handle(&call, F_KEEP, R_TOKEN, true, token, "codec#keep: token");
  sb_call_end(&call);
}
EXPORT int32_t codec_look(uint8_t *token) {
  sb_call call;
  begin_with_handle(&call, F_LOOK, R_TOKEN, false, token, "codec#look: token");
  return end_with_number(&call);
}
EXPORT uint8_t *codec_give_back(void) {
  sb_call call;
  sb_call_begin(&call, &border, F_GIVE_BACK);
  sb_call_go(&call);
  return end_with_handle(&call, R_TOKEN);
}
