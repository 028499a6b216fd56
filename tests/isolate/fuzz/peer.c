/* The other process, to a fuzzer: what it sends is the input.
 *
 * What it may lead to is a failure, which the fuzzer takes for the end of the input. A trap of the receiver's own is a
 * finding: then a message was taken for values that are none. */
#include "peer.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <sys/mman.h>

enum { FRAMES = 1 << 14, BULK = 1 << 18 };

static const uint8_t *data, *end;
static jmp_buf over;
static uint32_t epoch;

uint32_t next_number(int bytes) {
  uint32_t number = 0;
  for (int i = 0; i < bytes && data != end; i++) number |= (uint32_t)*data++ << 8 * i;
  return number;
}

/* ---- messages -----------------------------------------------------------------------------------------------------
 */

static void read_header(sb_lane *lane, const sb_call *caller, sb_header *header) {
  const uint32_t kind = next_number(1);
  header->border = kind == 0xFF ? next_number(1) : 0;
  if ((kind & 1) != 0 && caller != NULL) {
    header->kind = kind == 0xFF ? next_number(1) : SB_RETURN;
    header->function = caller->function;
    header->sequence = caller->sequence;
  } else if (kind == 0xFE) {
    lane->attended = next_number(1);
    header->kind = SB_ATTEND;
    header->function = 0;
    header->sequence = lane->sequence + next_number(1);
  } else {
    header->kind = SB_CALL;
    header->function = next_number(1);
    header->sequence = lane->sequence + 1;
  }
  header->frame_bytes = next_number(2);
  header->bulk_bytes = next_number(2) * 4;
}

/* What lies behind a message's end may not be looked at. */
static void fence(uint8_t *area, size_t from, size_t size) {
  ASAN_UNPOISON_MEMORY_REGION(area, from);
  ASAN_POISON_MEMORY_REGION(area + from, size - from);
}

static sb_wake await(sb_lane *lane, sb_header *header, sb_call *caller) {
  if (data == end) return SB_GONE;
  read_header(lane, caller, header);
  if (!sb_lane_expects(lane, caller, header)) return SB_NONSENSE;
  const bool returned = header->kind == SB_RETURN;
  if (header->frame_bytes > (size_t)(end - data)) header->frame_bytes = (size_t)(end - data);
  uint8_t *frame = returned ? caller->frame : lane->frames + lane->frames_top;
  memcpy(frame, data, (size_t)header->frame_bytes);
  data += header->frame_bytes;
  if (!returned) fence(lane->copies, lane->frames_top + (size_t)header->frame_bytes, FRAMES);
  memset(returned ? caller->bulk : lane->bulk + lane->bulk_top, 0xB5, (size_t)header->bulk_bytes);
  return SB_TURN;
}

static void post(sb_lane *lane, const sb_header *header, const uint8_t *frame, const uint8_t *bulk, sb_call *caller) {
  (void)lane, (void)header, (void)frame, (void)bulk, (void)caller;
}

static void close_lane(sb_lane *lane) {
  munmap(lane->frames, FRAMES);
  munmap(lane->bulk, BULK);
}

static const sb_transport transport = {
    .name = "input", .shared = true, .post = post, .await = await, .close = close_lane};

/* ---- failures -----------------------------------------------------------------------------------------------------
 */

__attribute__((noreturn)) static sb_lane *no_lane(sb_call *call) {
  (void)call;
  longjmp(over, 1);
}

__attribute__((noreturn)) static void fail(sb_call *call, sb_wake why, const char *where, const char *what) {
  (void)why, (void)where, (void)what;
  if (call != NULL && call->lane != NULL) {
    for (size_t i = 0; i < call->blocks; i++) free(call->lane->blocks[i]);
    sb_handles_undo(call);
  }
  longjmp(over, 1);
}

static void over_now(sb_call *call) { (void)call; }
static void tidy(sb_thread *thread) { (void)thread; }

__attribute__((noreturn)) static void trap(sb_call *call, const char *where, const char *what) {
  if (strncmp(what, "does not fit", 12) == 0) fail(call, SB_NONSENSE, where, what);
  fprintf(stderr, "finding: %s: %s\n", where, what);
  abort();
}

void sb_trap_hook(const sb_trap *found) { trap(NULL, found->where, found->what); }

#define SIDE {.lane = no_lane, .fail = fail, .over = over_now, .tidy = tidy, .trap = trap}
const sb_side sb_client_side = SIDE;
const sb_side sb_host_side = SIDE;

/* ---- one input ----------------------------------------------------------------------------------------------------
 */

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size) {
  data = input, end = input + size;
  sb_connection *connection = sb_connection_new(peer_border(), &transport, -1);
  connection->epoch = ++epoch;
  sb_lane *lane = sb_lane_new(connection);
  lane->frames_size = FRAMES, lane->bulk_size = BULK;
  lane->frames = sb_area_new(FRAMES), lane->bulk = sb_area_new(BULK), lane->copies = sb_area_new(FRAMES);
  sb_this_thread.lane = lane;
  sb_this_thread.current = NULL;
  if (setjmp(over) == 0) play(lane);
  sb_this_thread.current = NULL;
  data = end;
  if (setjmp(over) == 0) sb_handles_drop(&connection->table);
  fence(lane->copies, FRAMES, FRAMES);
  sb_lane_free(lane);
  sb_connection_release(connection);
  return 0;
}
