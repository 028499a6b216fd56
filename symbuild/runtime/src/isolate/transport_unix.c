/* transport_unix.c: a lane through a socket. Nothing is shared: a message is copied through the kernel, in packets of at
 * most SB_PACKET bytes, the first of which starts with the header. */
#include "isolate.h"

#include <errno.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SB_PACKET = 64 << 10 };

static const sb_transport *const transports[] = {&sb_transport_shm, &sb_transport_unix};

const sb_transport *sb_transport_named(const char *name) {
  for (size_t i = 0; i < sizeof transports / sizeof *transports; ++i)
    if (strcmp(transports[i]->name, name) == 0) return transports[i];
  return NULL;
}

static bool is_host(void) { return sb_side_here == &sb_host_side; }

/* ---- waiting ------------------------------------------------------------------------------------------------------ */

/* Until the socket is ready for `events`. A client looks now and then whether its host is still there: somebody that the
 * host has started may hold the socket's other end. */
static sb_wake wait_for(const sb_lane *lane, short events, int64_t deadline) {
  for (;;) {
    struct pollfd ready = {lane->fd, events, 0};
    int timeout = is_host() ? -1 : 1000;
    if (deadline != 0) {
      const int64_t left = (deadline - sb_now() + 999999) / 1000000;
      if (left <= 0) return SB_LATE;
      if (left < timeout) timeout = (int)left;
    }
    const int found = poll(&ready, 1, timeout);
    if (found > 0) return SB_TURN;
    if (found < 0 && errno != EINTR) return SB_GONE;
    if (found == 0 && !is_host() && sb_connection_gone(lane->connection)) return SB_GONE;
  }
}

/* ---- sending ------------------------------------------------------------------------------------------------------ */

/* Two blocks of a message, of which `done` bytes have passed: what goes into the next packet, at most `room` bytes. */
static int parts_from(struct iovec parts[2], uint8_t *const blocks[2], const size_t sizes[2], size_t done, size_t room) {
  int count = 0;
  for (int i = 0; i < 2; ++i) {
    const size_t skipped = done < sizes[i] ? done : sizes[i];
    const size_t left = sizes[i] - skipped, taken = left < room ? left : room;
    done -= skipped;
    room -= taken;
    if (taken == 0) continue;
    parts[count++] = (struct iovec){blocks[i] + skipped, taken};
  }
  return count;
}

static size_t size_of(const struct iovec *parts, int count) {
  size_t size = 0;
  for (int i = 0; i < count; ++i) size += parts[i].iov_len;
  return size;
}

static sb_wake send_packet(const sb_lane *lane, struct iovec *parts, int count, sb_call *caller) {
  const struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
  for (;;) {
    if (sendmsg(lane->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return SB_TURN;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return SB_GONE;
    const sb_wake wake = wait_for(lane, POLLOUT, sb_call_deadline(caller));
    if (wake != SB_TURN) return wake;
  }
}

static void unix_post(sb_lane *lane, const sb_header *header, const uint8_t *frame, const uint8_t *bulk,
                      sb_call *caller) {
  uint8_t *const blocks[2] = {(uint8_t *)(uintptr_t)frame, (uint8_t *)(uintptr_t)bulk}; /* only read */
  const size_t sizes[2] = {(size_t)header->frame_bytes, (size_t)header->bulk_bytes};
  struct iovec parts[3] = {{(void *)(uintptr_t)header, sizeof *header}};
  size_t done = 0;
  int count = 1;
  do {
    const int more = parts_from(parts + count, blocks, sizes, done, SB_PACKET);
    done += size_of(parts + count, more);
    lane->lost = send_packet(lane, parts, count + more, caller);
    count = 0;
  } while (lane->lost == SB_TURN && done < sizes[0] + sizes[1]);
}

/* ---- receiving ---------------------------------------------------------------------------------------------------- */

/* One packet; its size in `*got`. */
static sb_wake receive_packet(const sb_lane *lane, struct iovec *parts, int count, int64_t deadline, size_t *got) {
  for (;;) {
    if (deadline != 0) {
      const sb_wake wake = wait_for(lane, POLLIN, deadline);
      if (wake != SB_TURN) return wake;
    }
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
    const ssize_t size = recvmsg(lane->fd, &message, 0);
    if (size > 0) {
      *got = (size_t)size;
      return (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ? SB_NONSENSE : SB_TURN;
    }
    if (size == 0) return SB_GONE;
    if (errno == EAGAIN && sb_connection_gone(lane->connection)) return SB_GONE;
    if (errno != EINTR && errno != EAGAIN) return SB_GONE;
  }
}

/* The first packet goes where a result would: what lies there was sent. A call's is moved behind it. */
static sb_wake unix_await(sb_lane *lane, sb_header *header, sb_call *caller) {
  if (lane->lost != SB_TURN) return lane->lost;
  const int64_t deadline = sb_call_deadline(caller);
  uint8_t *first = caller != NULL ? caller->frame : lane->frames + lane->frames_top;
  const size_t room = (size_t)(lane->frames + lane->frames_size - first);
  struct iovec parts[2] = {{header, sizeof *header}, {first, room < SB_PACKET ? room : SB_PACKET}};
  size_t got;
  sb_wake wake = receive_packet(lane, parts, 2, deadline, &got);
  if (wake != SB_TURN) return wake;
  if (got < sizeof *header || !sb_lane_expects(lane, caller, header)) return SB_NONSENSE;
  const bool returned = header->kind == SB_RETURN;
  uint8_t *const blocks[2] = {returned ? caller->frame : lane->frames + lane->frames_top,
                              returned ? caller->bulk : lane->bulk + lane->bulk_top};
  const size_t sizes[2] = {(size_t)header->frame_bytes, (size_t)header->bulk_bytes};
  size_t done = got - sizeof *header;
  if (done > sizes[0] + sizes[1]) return SB_NONSENSE;
  const size_t framed = done < sizes[0] ? done : sizes[0];
  memcpy(blocks[1], first + framed, done - framed);
  if (blocks[0] != first) memmove(blocks[0], first, framed);
  while (done < sizes[0] + sizes[1]) {
    const int count = parts_from(parts, blocks, sizes, done, SB_PACKET);
    wake = receive_packet(lane, parts, count, deadline, &got);
    if (wake != SB_TURN) return wake;
    done += got;
  }
  return SB_TURN;
}

/* ---- set-up -------------------------------------------------------------------------------------------------------- */

static bool make_areas(sb_lane *lane) {
  lane->frames = sb_area_new(lane->frames_size);
  lane->bulk = sb_area_new(lane->bulk_size);
  return lane->frames != NULL && lane->bulk != NULL;
}

static void unix_close(sb_lane *lane) {
  if (lane->frames != NULL) munmap(lane->frames, lane->frames_size);
  if (lane->bulk != NULL) munmap(lane->bulk, lane->bulk_size);
  lane->frames = lane->bulk = NULL;
  if (lane->fd >= 0) close(lane->fd);
  lane->fd = -1;
}

static int unix_make(sb_lane *lane) {
  int pair[2];
  bool done = false;
  for (int attempt = 0; !done && sb_area_sizes(&lane->frames_size, &lane->bulk_size, attempt); ++attempt) {
    done = make_areas(lane);
    if (!done) unix_close(lane);
  }
  if (!done || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -1;
  const struct timeval second = {1, 0}; /* see wait_for */
  lane->fd = pair[0];
  setsockopt(lane->fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
  return pair[1];
}

static sb_wake unix_made(sb_lane *lane) {
  (void)lane;
  return SB_TURN;
}

static const char *unix_join(sb_lane *lane, int fd) {
  lane->fd = fd;
  return make_areas(lane) ? NULL : "no address space for a lane";
}

static void unix_enter(sb_lane *lane) { (void)lane; }

static void unix_abandon(sb_lane *lane) { shutdown(lane->fd, SHUT_RDWR); }

const sb_transport sb_transport_unix = {
    "unix",     false,     unix_make,  unix_made,    unix_join,  unix_enter,
    unix_enter, unix_post, unix_await, unix_abandon, unix_close,
};
