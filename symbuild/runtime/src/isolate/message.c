/* message.c: a call's way through a lane, and the values in its messages. */
#include "isolate.h"

#include <stdio.h>
#include <stdio_ext.h>

_Thread_local sb_thread sb_this_thread;
const sb_side *sb_side_here = &sb_client_side;

/* ---- traps -------------------------------------------------------------------------------------------------------- */

/* The stack grows downwards: a call that lies deeper than its caller's frame was left by a longjmp. */
static bool is_abandoned(const sb_call *call, const void *frame) { return (const void *)call < frame; }

void sb_trap_at(const char *where, const char *what) {
  sb_call *call = sb_this_thread.current;
  if (call != NULL && is_abandoned(call, __builtin_frame_address(0))) call = NULL;
  if (call != NULL && (call->stage == SB_TAKING_RESULT || call->stage == SB_TAKING_CALL))
    sb_side_here->fail(call, SB_NONSENSE, where, what);
  sb_side_here->trap(call, where, what);
}

__attribute__((noreturn, cold, noinline)) static void too_big(const sb_call *call, size_t limit) {
  char what[96];
  snprintf(what, sizeof what, "does not fit into a message: more than %zu bytes are left of no area", limit);
  sb_trap_at(call->called->where, what);
}

/* ---- calling ------------------------------------------------------------------------------------------------------ */

static void start_at_top(sb_call *call, sb_lane *lane) {
  call->lane = lane;
  call->frame = call->at = lane->frames + lane->frames_top;
  call->end = lane->frames + lane->frames_size;
  call->bulk = call->bulk_at = lane->bulk + lane->bulk_top;
  call->bulk_end = lane->bulk + lane->bulk_size;
}

/* Nothing will be sent: what the caller packs goes where nobody looks. Functions that drop never recover. */
static void start_nowhere(sb_call *call) {
  call->stage = SB_NOTHING;
  call->frame = call->at = (uint8_t *)&call->recover;
  call->end = call->at + sizeof call->recover;
}

/* The thread is in the lane from now on; false if the connection has ended, and its handles may be gone already. */
static bool enter_lane(sb_call *call, sb_lane *lane) {
  uint32_t depth = call->outer != NULL && call->outer->lane == lane ? call->outer->depth : 0;
  call->depth = depth + 1;
  /* Ordered against the state, as in sb_connection_sweep: one of the two sees the other. */
  if (depth == 0) atomic_store_explicit(&lane->depth, 1, memory_order_seq_cst);
  else atomic_store_explicit(&lane->depth, depth + 1, memory_order_relaxed);
  if (atomic_load_explicit(&lane->connection->state, memory_order_seq_cst) == SB_LIVE) return true;
  atomic_store_explicit(&lane->depth, depth, memory_order_release);
  return false;
}

void sb_call_leave(sb_call *call) {
  sb_lane *lane = call->lane;
  call->thread->current = call->outer;
  atomic_store_explicit(&lane->depth, call->depth - 1, memory_order_release);
  if (call->depth == 1 && atomic_load_explicit(&lane->connection->state, memory_order_relaxed) != SB_LIVE)
    sb_side_here->over(call);
}

void sb_call_begin(sb_call *call, const sb_border *border, uint32_t function) {
  sb_thread *thread = &sb_this_thread;
  call->border = border;
  call->called = &border->functions[function];
  call->function = function;
  call->stage = SB_PACKING;
  call->in_place = false;
  call->ascii = NULL;
  call->ascii_size = call->ascii_ahead = 0;
  call->deadline = 0;
  call->lent = call->moved = 0;
  call->lent_boxes = call->moved_boxes = NULL;
  call->blocks = call->borrows = 0;
  call->lane = NULL;
  call->thread = thread;
  call->outer = thread->current != NULL && !is_abandoned(thread->current, call) ? thread->current : NULL;
  if (thread->left != NULL && call->outer == NULL) sb_side_here->tidy(thread);
  sb_lane *lane = thread->lane;
  while (lane == NULL || !enter_lane(call, lane)) {
    lane = sb_side_here->lane(call);
    if (lane == NULL) {
      start_nowhere(call);
      return;
    }
  }
  start_at_top(call, lane);
  thread->current = call;
}

static size_t next_line(size_t offset) { return (offset + 63) & ~(size_t)63; }

static void note_peaks(sb_lane *lane, const uint8_t *frame, uint64_t frame_bytes, const uint8_t *bulk,
                       uint64_t bulk_bytes) {
  size_t frames = (size_t)(frame - lane->frames) + (size_t)frame_bytes;
  size_t payload = (size_t)(bulk - lane->bulk) + (size_t)bulk_bytes;
  if (frames > lane->frames_peak) lane->frames_peak = frames;
  if (payload > lane->bulk_peak) lane->bulk_peak = payload;
}

/* What was packed becomes part of the stack, and is sent. */
static void pass_on(sb_call *call, uint32_t kind) {
  sb_lane *lane = call->lane;
  const sb_header header = {kind, call->function, call->sequence, 0, (uint64_t)(call->at - call->frame),
                            (uint64_t)(call->bulk_at - call->bulk)};
  note_peaks(lane, call->frame, header.frame_bytes, call->bulk, header.bulk_bytes);
  if (__fpending(stdout) != 0) fflush(stdout); /* what both sides print stays in order */
  if (kind == SB_CALL) {
    lane->frames_top = next_line((size_t)(call->at - lane->frames));
    lane->bulk_top = next_line((size_t)(call->bulk_at - lane->bulk));
  }
  lane->transport->post(lane, &header, call->frame, call->bulk, call);
}

static void unwind_to(sb_call *call) {
  call->lane->frames_top = (size_t)(call->frame - call->lane->frames);
  call->lane->bulk_top = (size_t)(call->bulk - call->lane->bulk);
}

void sb_call_go(sb_call *call) {
  if (call->stage == SB_NOTHING) return;
  sb_lane *lane = call->lane;
  call->sequence = ++lane->sequence;
  sb_handles_commit(call);
  call->stage = SB_WAITING;
  pass_on(call, SB_CALL);
  sb_header header;
  sb_wake wake = sb_lane_serve(lane, call, &header);
  if (wake == SB_TURN && header.kind != SB_RETURN) wake = SB_GONE;
  if (wake != SB_TURN)
    sb_side_here->fail(call, wake, call->called->where, wake == SB_NONSENSE ? "a message that means nothing" : NULL);
  unwind_to(call);
  note_peaks(lane, call->frame, header.frame_bytes, call->bulk, header.bulk_bytes);
  call->stage = SB_TAKING_RESULT;
  call->at = call->frame;
  call->end = call->frame + header.frame_bytes;
  call->bulk_at = call->bulk;
  call->bulk_end = call->bulk + header.bulk_bytes;
}

void sb_call_failed(sb_call *call) {
  call->lane = NULL;
  call->lent = call->moved = 0;
  call->lent_boxes = call->moved_boxes = NULL;
  call->stage = SB_NOTHING;
  call->at = (uint8_t *)(uintptr_t)call->called->error; /* only ever read */
  call->end = call->at + call->called->error_size;
  call->bulk_at = call->bulk_end = NULL;
}

static void all_taken(const sb_call *call) {
  if (call->at != call->end || call->bulk_at != call->bulk_end)
    sb_trap_at(call->called->where, "the message is longer than what it holds");
}

enum { SB_KEPT = 8 << 20 }; /* bytes of an area that stay when a big message has passed */

void sb_call_end(sb_call *call) {
  sb_lane *lane = call->lane;
  if (lane == NULL) return;
  if (call->stage == SB_TAKING_RESULT) {
    all_taken(call);
    sb_handles_commit(call);
  }
  sb_handles_unlend(call);
  if (call->depth == 1 && (lane->frames_peak > SB_KEPT || lane->bulk_peak > SB_KEPT)) sb_lane_trim(lane);
  sb_call_leave(call);
}

/* ---- serving ------------------------------------------------------------------------------------------------------ */

void sb_serve_taken(sb_call *call) {
  all_taken(call);
  sb_handles_commit(call);
  call->stage = SB_RUNNING;
}

void sb_serve_reply(sb_call *call) {
  call->thread->current = call; /* whatever was left by a longjmp */
  sb_handles_unlend(call);
  /* In a forked child there is nothing to write to. */
  if (atomic_load_explicit(&call->lane->connection->state, memory_order_relaxed) == SB_FORKED)
    sb_side_here->fail(call, SB_GONE, NULL, NULL);
  call->stage = SB_REPLYING;
  unwind_to(call);
  start_at_top(call, call->lane);
}

/* The structure of a message is checked, so it must not change: a copy of it, unless the peer cannot reach it. */
static uint8_t *private_copy(sb_lane *lane, size_t offset, size_t bytes) {
  if (!lane->transport->shared) return lane->frames + offset;
  if (lane->copies == NULL && (lane->copies = sb_area_new(lane->frames_size)) == NULL) return NULL;
  memcpy(lane->copies + offset, lane->frames + offset, bytes);
  return lane->copies + offset;
}

static void answer(sb_lane *lane, const sb_header *header, sb_call *caller) {
  sb_thread *thread = &sb_this_thread;
  const sb_border *border = lane->connection->border;
  sb_call call;
  call.border = border;
  call.called = &border->functions[header->function];
  call.function = header->function;
  call.sequence = lane->sequence = header->sequence;
  call.stage = SB_TAKING_CALL;
  call.in_place = true;
  call.ascii = NULL;
  call.ascii_size = call.ascii_ahead = 0;
  call.depth = atomic_load_explicit(&lane->depth, memory_order_relaxed) + 1;
  call.deadline = 0;
  call.lent = call.moved = 0;
  call.lent_boxes = call.moved_boxes = NULL;
  call.blocks = call.borrows = 0;
  call.thread = thread;
  call.outer = caller;
  start_at_top(&call, lane);
  note_peaks(lane, call.frame, header->frame_bytes, call.bulk, header->bulk_bytes);
  call.at = private_copy(lane, lane->frames_top, (size_t)header->frame_bytes);
  if (call.at == NULL) sb_trap_at(call.called->where, "out of address space");
  call.end = call.at + header->frame_bytes;
  call.bulk_end = call.bulk + header->bulk_bytes;
  lane->frames_top = next_line(lane->frames_top + (size_t)header->frame_bytes);
  lane->bulk_top = next_line(lane->bulk_top + (size_t)header->bulk_bytes);
  atomic_store_explicit(&lane->depth, call.depth, memory_order_relaxed);
  thread->current = &call;
  call.called->serve(&call);
  if (call.stage == SB_TAKING_CALL) sb_serve_taken(&call);
  if (call.stage == SB_RUNNING) sb_serve_reply(&call);
  sb_handles_commit(&call);
  thread->current = call.outer;
  atomic_store_explicit(&lane->depth, call.depth - 1, memory_order_release);
  if (atomic_load_explicit(&lane->connection->state, memory_order_relaxed) == SB_LIVE) pass_on(&call, SB_RETURN);
}

sb_wake sb_lane_serve(sb_lane *lane, sb_call *caller, sb_header *header) {
  for (;;) {
    sb_wake wake = lane->transport->await(lane, header, caller);
    if (wake != SB_TURN || header->kind != SB_CALL) return wake;
    answer(lane, header, caller);
    if (atomic_load_explicit(&lane->connection->state, memory_order_relaxed) != SB_LIVE) return SB_GONE;
  }
}

/* ---- packing ------------------------------------------------------------------------------------------------------ */

uint8_t *sb_pack_other(sb_call *call, const void *from, size_t count, size_t size, size_t align, bool plain) {
  if (count == 0) return (uint8_t *)align; /* never read or written */
  if (from == NULL) sb_trap_at(call->called->where, "null pointer to a list that is not empty");
  if (count > (SIZE_MAX >> 1) / size) sb_trap_at(call->called->where, "list is longer than the address space");
  const size_t bytes = count * size;
  const bool in_bulk = plain && bytes >= SB_BULK;
  uint8_t **at = in_bulk ? &call->bulk_at : &call->at;
  const uint8_t *end = in_bulk ? call->bulk_end : call->end;
  uint8_t *to = sb_aligned(*at, in_bulk ? 64 : align);
  if (bytes > (size_t)(end - to)) too_big(call, (size_t)(end - to));
  *at = to + bytes;
  memcpy(to, from, bytes);
  return to;
}

/* ---- taking ------------------------------------------------------------------------------------------------------- */

/* The next `count` elements as they lie in the message. */
static uint8_t *take(sb_call *call, size_t count, size_t size, size_t align, bool plain) {
  if (count > (SIZE_MAX >> 1) / size) sb_trap_at(call->called->where, "list is longer than the address space");
  const size_t bytes = count * size;
  const bool in_bulk = plain && bytes >= SB_BULK;
  uint8_t **at = in_bulk ? &call->bulk_at : &call->at;
  const uint8_t *end = in_bulk ? call->bulk_end : call->end;
  /* Relative to the message's start; only an error's constant may lie anywhere. */
  const uintptr_t start = call->stage == SB_NOTHING ? (uintptr_t)call->called->error : 0;
  uint8_t *from = sb_aligned(*at - start, in_bulk ? 64 : align) + start;
  if (from > end || bytes > (size_t)(end - from))
    sb_trap_at(call->called->where, "the message is shorter than what it holds");
  *at = from + bytes;
  return from;
}

/* Blocks are the caller's once all of the result was taken; until then they are remembered. */
static void remember(sb_call *call, uint8_t *block) {
  sb_lane *lane = call->lane;
  if (lane == NULL) return; /* an error's constant: nothing in it can be wrong */
  if (call->blocks == lane->blocks_size) {
    size_t size = lane->blocks_size != 0 ? 2 * lane->blocks_size : 64;
    uint8_t **blocks = (uint8_t **)realloc(lane->blocks, size * sizeof *blocks);
    if (blocks == NULL) {
      free(block);
      sb_trap_at(call->called->where, "out of memory");
    }
    lane->blocks = blocks;
    lane->blocks_size = size;
  }
  lane->blocks[call->blocks++] = block;
}

uint8_t *sb_take_other(sb_call *call, size_t count, size_t size, size_t align, bool plain) {
  if (count == 0) return (uint8_t *)align; /* never read or freed */
  uint8_t *from = take(call, count, size, align, plain);
  if (call->in_place) return from;
  uint8_t *block = (uint8_t *)malloc(count * size);
  if (block == NULL) sb_trap_at(call->called->where, "out of memory");
  memcpy(block, from, count * size);
  remember(call, block);
  return block;
}

void sb_take_into(sb_call *call, void *to, size_t size, size_t align) {
  memcpy(to, take(call, 1, size, align, false), size);
}

/* How many of the `size` bytes are ASCII before the first that is not. */
static size_t ascii_prefix(const uint8_t *text, size_t size) {
  typedef uint64_t wide __attribute__((vector_size(32)));
  static const uint64_t high = UINT64_C(0x8080808080808080);
  size_t i = 0;
  for (wide w[4]; size - i >= sizeof w; i += sizeof w) {
    memcpy(w, text + i, sizeof w);
    w[0] |= w[1] | w[2] | w[3];
    if (((w[0][0] | w[0][1] | w[0][2] | w[0][3]) & high) != 0) break;
  }
  for (uint64_t w; size - i >= sizeof w; i += sizeof w) {
    memcpy(&w, text + i, sizeof w);
    if ((w & high) != 0) break;
  }
  while (i < size && text[i] < 0x80) ++i;
  return i;
}

enum { SB_FAR = 4096 }; /* bytes looked at ahead */

/* In a message, texts lie one behind the other where no structure is between them: so what follows a text that is ASCII
 * is looked at with it, twice as far each time that it is ASCII, too. */
void sb_take_utf8_other(sb_call *call, const uint8_t *text, size_t length, const char *where) {
  if (length == 0) return; /* of which `text` is no address */
  size_t looked = length;
  if (call->in_place) {
    const size_t left = (size_t)(call->end - text);
    looked = left - length < call->ascii_ahead ? left : length + call->ascii_ahead;
  }
  size_t i = ascii_prefix(text, looked);
  if (call->in_place && i >= length) {
    call->ascii = text;
    call->ascii_size = i;
    call->ascii_ahead = i < looked ? 0 : 2 * looked < SB_FAR ? 2 * looked : SB_FAR;
    return;
  }
  call->ascii_ahead = 0;
  for (size_t used; i < length; i += used) {
    if (text[i] < 0x80) used = ascii_prefix(text + i, length - i);
    else (void)sb_utf8_get(text + i, length - i, &used, where);
  }
}
