/* host.c: what a generator makes of the border, on the component's side; and lies, as a host that was taken over. */
#include <symbuild_isolate.h>

#include "border.h"

#define EXPORT __attribute__((visibility("default")))

static __typeof__(codec_add) *add;
static __typeof__(codec_sum) *sum;
static __typeof__(codec_upper) *upper;
static __typeof__(codec_echo) *echo;
static __typeof__(codec_nest) *nest;
static __typeof__(codec_fault) *fault;
static __typeof__(codec_try) *try_it;
static __typeof__(codec_make) *make;
static __typeof__(codec_get) *get;
static __typeof__(codec_drop) *drop;
static __typeof__(codec_keep) *keep;
static __typeof__(codec_look) *look;
static __typeof__(codec_give_back) *give_back;
static __typeof__(codec_records) *records;
static __typeof__(codec_swap) *swap;
static __typeof__(codec_swap_back) *swap_back;

#define BOUND(name, to) {name, (void (**)(void))(void *)&to}
static const sb_bound bound[] = {
    BOUND("codec_add", add),   BOUND("codec_sum", sum),   BOUND("codec_upper", upper), BOUND("codec_echo", echo),
    BOUND("codec_nest", nest), BOUND("codec_fault", fault), BOUND("codec_try", try_it), BOUND("codec_make", make),
    BOUND("codec_get", get),   BOUND("codec_drop", drop), BOUND("codec_keep", keep),   BOUND("codec_look", look),
    BOUND("codec_give_back", give_back), BOUND("codec_records", records),
    BOUND("codec_swap", swap), BOUND("codec_swap_back", swap_back),
};

EXPORT __typeof__(app_drop_token) app_drop_token;
static const struct {
  sb_operations head;
} tokens = {{sizeof(sb_operations), 1, {8}, "app", app_drop_token}};
static const sb_resource resources[R_COUNT] = {{"codec#thing", NULL, &drop}, {"app#token", &tokens.head, NULL}};

static int32_t take_number(sb_call *call) {
  int32_t number;
  memcpy(&number, sb_take(call, 1, 4, 4, false), 4);
  return number;
}
static void reply_number(sb_call *call, int32_t number) {
  sb_serve_reply(call);
  sb_pack(call, &number, 1, 4, 4, false);
}

static void serve_add(sb_call *call) {
  int32_t arguments[2];
  memcpy(arguments, sb_take(call, 1, 8, 4, false), 8);
  sb_serve_taken(call);
  reply_number(call, add(arguments[0], arguments[1]));
}

#define SERVE_NUMBER(name, function)            \
  static void name(sb_call *call) {             \
    const int32_t argument = take_number(call); \
    sb_serve_taken(call);                       \
    reply_number(call, function(argument));     \
  }
SERVE_NUMBER(serve_nest, nest)
SERVE_NUMBER(serve_fault, fault)
SERVE_NUMBER(serve_try, try_it)

static uint8_t *take_bytes(sb_call *call, size_t *length, bool plain) {
  *length = sb_load_len(sb_take(call, 1, 2 * sizeof(size_t), sizeof(void *), false) + sizeof(void *));
  uint8_t *bytes = sb_take(call, *length, 1, 1, plain);
  if (!plain) sb_take_utf8(call, bytes, *length, call->called->where);
  sb_serve_taken(call);
  return bytes;
}
static void reply_bytes(sb_call *call, uint8_t *area, bool plain) {
  uint8_t *bytes = sb_load_ptr(area);
  const size_t length = sb_load_len(area + sizeof bytes);
  sb_serve_reply(call);
  sb_store_ptr(area, NULL);
  sb_pack(call, area, 1, 2 * sizeof(size_t), sizeof(void *), false);
  sb_pack(call, bytes, length, 1, 1, plain);
  sb_release(bytes, length);
}

static void serve_sum(sb_call *call) {
  size_t length;
  uint8_t *bytes = take_bytes(call, &length, true);
  const int64_t result = sum(bytes, length);
  sb_serve_reply(call);
  sb_pack(call, &result, 1, 8, 8, false);
}
static void serve_upper(sb_call *call) {
  size_t length;
  uint8_t *bytes = take_bytes(call, &length, false), area[2 * sizeof(size_t)];
  upper(bytes, length, area);
  reply_bytes(call, area, false);
}
static void serve_echo(sb_call *call) {
  size_t length;
  uint8_t *bytes = take_bytes(call, &length, true), area[2 * sizeof(size_t)];
  echo(bytes, length, area);
  reply_bytes(call, area, true);
}
static void serve_records(sb_call *call) {
  const size_t count = sb_load_len(sb_take(call, 1, 2 * sizeof(size_t), sizeof(void *), false) + sizeof(void *));
  record *all = (record *)(void *)sb_take(call, count, sizeof(record), 8, false);
  for (size_t i = 0; i < count; ++i) {
    all[i].name = sb_take(call, all[i].name_length, 1, 1, false);
    sb_take_utf8(call, all[i].name, all[i].name_length, "codec#records: records");
    all[i].note = sb_take(call, all[i].note_length, 1, 1, false);
    sb_take_utf8(call, all[i].note, all[i].note_length, "codec#records: records");
  }
  sb_serve_taken(call);
  const int64_t result = records((uint8_t *)all, count);
  sb_serve_reply(call);
  sb_pack(call, &result, 1, 8, 8, false);
}

static uint8_t *take_handle(sb_call *call, uint32_t resource, bool owned) {
  uint8_t *sent;
  memcpy(&sent, sb_take(call, 1, sizeof sent, sizeof sent, false), sizeof sent);
  uint8_t *handle = sb_take_handle(call, &resources[resource], owned, sent, call->called->where);
  sb_serve_taken(call);
  return handle;
}
static void reply_handle(sb_call *call, uint32_t resource, uint8_t *handle) {
  sb_serve_reply(call);
  const uint8_t *sent = sb_pack_handle(call, &resources[resource], true, handle, call->called->where);
  sb_pack(call, &sent, 1, sizeof sent, sizeof sent, false);
}
static void serve_make(sb_call *call) {
  const int32_t value = take_number(call);
  sb_serve_taken(call);
  reply_handle(call, R_THING, make(value));
}
static void serve_get(sb_call *call) {
  uint8_t *thing = take_handle(call, R_THING, false);
  reply_number(call, get(thing));
}
static void serve_drop(sb_call *call) {
  drop(take_handle(call, R_THING, true));
  sb_serve_reply(call);
}
static void take_two(sb_call *call, bool owned, uint8_t *handles[2]) {
  memcpy(handles, sb_take(call, 1, 2 * sizeof *handles, sizeof *handles, false), 2 * sizeof *handles);
  handles[0] = sb_take_handle(call, &resources[R_THING], owned, handles[0], "codec#swap: first");
  handles[1] = sb_take_handle(call, &resources[R_THING], !owned, handles[1], "codec#swap: second");
  sb_serve_taken(call);
}
static void serve_swap(sb_call *call) {
  uint8_t *things[2];
  take_two(call, false, things);
  reply_number(call, swap(things[0], things[1]));
}
static void serve_swap_back(sb_call *call) {
  uint8_t *things[2];
  take_two(call, true, things);
  reply_number(call, swap_back(things[0], things[1]));
}
static void serve_keep(sb_call *call) {
  keep(take_handle(call, R_TOKEN, true));
  sb_serve_reply(call);
}
static void serve_look(sb_call *call) {
  uint8_t *token = take_handle(call, R_TOKEN, false);
  reply_number(call, look(token));
}
static void serve_give_back(sb_call *call) {
  sb_serve_taken(call);
  reply_handle(call, R_TOKEN, give_back());
}

static void serve_lie(sb_call *call) {
  const enum lie kind = (enum lie)take_number(call);
  uint8_t area[2 * sizeof(size_t)] = {0};
  sb_serve_taken(call);
  sb_serve_reply(call);
  if (kind == LIE_HUGE) memset(area + sizeof(void *), 0x7f, sizeof(size_t));
  else sb_store_len(area + sizeof(void *), 3);
  sb_pack(call, area, 1, sizeof area, sizeof(void *), false);
  if (kind != LIE_SHORT) sb_pack(call, kind == LIE_TEXT ? "a\xff" "b" : "abc", 3, 1, 1, false);
  if (kind == LIE_LONG) sb_pack(call, "d", 1, 1, 1, false);
  if (kind == LIE_SEQUENCE) call->sequence += 3;
  if (kind == LIE_FUNCTION) call->function = F_ADD;
}

static const sb_function functions[F_COUNT] = {
    [F_ADD] = {"codec#add", false, serve_add, NULL, 0},
    [F_SUM] = {"codec#sum", false, serve_sum, NULL, 0},
    [F_UPPER] = {"codec#upper", false, serve_upper, NULL, 0},
    [F_ECHO] = {"codec#echo", false, serve_echo, NULL, 0},
    [F_NEST] = {"codec#nest", false, serve_nest, NULL, 0},
    [F_FAULT] = {"codec#fault", false, serve_fault, NULL, 0},
    [F_TRY] = {"codec#try", false, serve_try, NULL, 0},
    [F_MAKE] = {"codec#[constructor]thing", false, serve_make, NULL, 0},
    [F_GET] = {"codec#[method]thing.get", false, serve_get, NULL, 0},
    [F_DROP] = {"codec#[resource-drop]thing", true, serve_drop, NULL, 0},
    [F_KEEP] = {"codec#keep", false, serve_keep, NULL, 0},
    [F_LOOK] = {"codec#look", false, serve_look, NULL, 0},
    [F_GIVE_BACK] = {"codec#give-back", false, serve_give_back, NULL, 0},
    [F_LIE] = {"codec#lie", false, serve_lie, NULL, 0},
    [F_RECORDS] = {"codec#records", false, serve_records, NULL, 0},
    [F_SWAP] = {"codec#swap", false, serve_swap, NULL, 0},
    [F_SWAP_BACK] = {"codec#swap-back", false, serve_swap_back, NULL, 0},
    [F_BACK] = {"app#back", false, NULL, NULL, 0},
    [F_VALUE] = {"app#value", false, NULL, NULL, 0},
    [F_DROP_TOKEN] = {"app#[resource-drop]token", true, NULL, NULL, 0},
};
static const sb_border border = {"codec", {1}, functions, F_COUNT, resources, R_COUNT};

EXPORT int32_t app_back(int32_t depth) {
  int32_t result;
  sb_call call;
  sb_call_begin(&call, &border, F_BACK);
  sb_pack(&call, &depth, 1, 4, 4, false);
  sb_call_go(&call);
  sb_take_into(&call, &result, 4, 4);
  sb_call_end(&call);
  return result;
}

static void begin_with_token(sb_call *call, uint32_t function, bool owned, uint8_t *token) {
  sb_call_begin(call, &border, function);
  const uint8_t *sent = sb_pack_handle(call, &resources[R_TOKEN], owned, token, call->called->where);
  sb_pack(call, &sent, 1, sizeof sent, sizeof sent, false);
  sb_call_go(call);
}
EXPORT int32_t app_value(uint8_t *token) {
  int32_t result;
  sb_call call;
  begin_with_token(&call, F_VALUE, false, token);
  sb_take_into(&call, &result, 4, 4);
  sb_call_end(&call);
  return result;
}
EXPORT void app_drop_token(uint8_t *token) {
  sb_call call;
  begin_with_token(&call, F_DROP_TOKEN, true, token);
  sb_call_end(&call);
}

int main(int argc, char **argv) {
  return sb_host_main(argc, argv, &border, "libcodec.so", bound, sizeof bound / sizeof *bound);
}
