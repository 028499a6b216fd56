/* lane.c: connections and their lanes, as both sides have them. */
#include "isolate.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- time --------------------------------------------------------------------------------------------------------- */

int64_t sb_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The clock is first read when a call takes long enough to be waited for: quick ones do not pay for it. */
int64_t sb_call_deadline(sb_call *caller) {
  if (caller == NULL || caller->lane->connection->limit == 0) return 0;
  if (caller->deadline == 0) {
    caller->deadline = sb_now() + caller->lane->connection->limit;
    for (const sb_call *outer = caller->outer; outer != NULL; outer = outer->outer)
      if (outer->deadline != 0 && outer->deadline < caller->deadline) caller->deadline = outer->deadline;
  }
  return caller->deadline;
}

/* ---- memory ------------------------------------------------------------------------------------------------------- */

uint8_t *sb_area_new(size_t size) {
  void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return area == MAP_FAILED ? NULL : (uint8_t *)area;
}

bool sb_area_sizes(size_t *frames, size_t *bulk, int attempt) {
  const size_t most = sizeof(void *) == 8 ? (size_t)256 << 20 : (size_t)16 << 20;
  const size_t times = 4, least = (size_t)1 << 20;
  struct rlimit limit;
  size_t size = most >> attempt;
  if (size < least) return false;
  /* A file beyond the limit would be answered with a signal. */
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    while (size > least && limit.rlim_cur / (times + 2) < size) size /= 2;
  *frames = size;
  *bulk = times * size;
  return true;
}

/* ---- connections -------------------------------------------------------------------------------------------------- */

sb_connection *sb_connection_new(const sb_border *border, const sb_transport *transport, int control) {
  sb_connection *connection = (sb_connection *)calloc(1, sizeof *connection);
  if (connection == NULL) return NULL;
  connection->border = border;
  connection->transport = transport;
  connection->control = control;
  connection->asking = connection->process = -1;
  connection->references = 1;
  pthread_mutex_init(&connection->lock, NULL);
  pthread_mutex_init(&connection->table.lock, NULL);
  return connection;
}

void sb_connection_release(sb_connection *connection) {
  pthread_mutex_lock(&connection->lock);
  const bool last = --connection->references == 0;
  pthread_mutex_unlock(&connection->lock);
  if (!last) return;
  if (connection->control >= 0) close(connection->control);
  if (connection->process >= 0) close(connection->process);
  if (connection->asking >= 0) close(connection->asking);
  /* Orphans are the first process's to reap, which may be this one. */
  if (connection->peer > 0) waitpid(connection->peer, NULL, WNOHANG | __WALL);
  free(connection->table.entries);
  pthread_mutex_destroy(&connection->table.lock);
  pthread_mutex_destroy(&connection->lock);
  free(connection);
}

/* After the handshake a host sends nothing on the control socket but its last words. */
bool sb_connection_gone(const sb_connection *connection) {
  struct pollfd witnesses[2] = {{connection->control, POLLIN, 0}, {connection->process, POLLIN, 0}};
  return poll(witnesses, 2, 0) > 0;
}

/* ---- lanes -------------------------------------------------------------------------------------------------------- */

sb_lane *sb_lane_new(sb_connection *connection) {
  sb_lane *lane = (sb_lane *)calloc(1, sizeof *lane);
  if (lane == NULL) return NULL;
  lane->connection = connection;
  lane->transport = connection->transport;
  lane->fd = -1;
  lane->cpu = -1;
  pthread_mutex_lock(&connection->lock);
  lane->next = connection->lanes;
  connection->lanes = lane;
  ++connection->references;
  pthread_mutex_unlock(&connection->lock);
  return lane;
}

void sb_lane_free(sb_lane *lane) {
  sb_connection *connection = lane->connection;
  pthread_mutex_lock(&connection->lock);
  sb_lane **at = &connection->lanes;
  while (*at != lane) at = &(*at)->next;
  *at = lane->next;
  pthread_mutex_unlock(&connection->lock);
  lane->transport->close(lane);
  if (lane->copies != NULL) munmap(lane->copies, lane->frames_size);
  free(lane->blocks);
  free(lane->borrowed);
  free(lane);
  sb_connection_release(connection);
}

/* MADV_REMOVE takes memory from a shared area, MADV_DONTNEED from a private one. */
void sb_lane_trim(sb_lane *lane) {
  const int shared = lane->transport->shared ? MADV_REMOVE : MADV_DONTNEED;
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t frames = lane->frames_peak + page - 1, bulk = lane->bulk_peak + page - 1;
  madvise(lane->frames, frames & ~(page - 1), shared);
  madvise(lane->bulk, bulk & ~(page - 1), shared);
  if (lane->copies != NULL) madvise(lane->copies, frames & ~(page - 1), MADV_DONTNEED);
  lane->frames_peak = lane->bulk_peak = 0;
}

bool sb_lane_expects(const sb_lane *lane, const sb_call *caller, const sb_header *header) {
  const sb_border *border = lane->connection->border;
  size_t frame = lane->frames_top, bulk = lane->bulk_top;
  switch (header->kind) {
    case SB_CALL:
      if (header->function >= border->function_count || border->functions[header->function].serve == NULL ||
          header->sequence != lane->sequence + 1)
        return false;
      break;
    case SB_RETURN:
      if (caller == NULL || header->function != caller->function || header->sequence != caller->sequence) return false;
      frame = (size_t)(caller->frame - lane->frames);
      bulk = (size_t)(caller->bulk - lane->bulk);
      break;
    case SB_ATTEND:
      return lane->attended != 0 && caller == NULL && header->sequence == lane->sequence + 1 &&
             header->frame_bytes == 0 && header->bulk_bytes == 0;
    case SB_END: return sb_side_here == &sb_host_side && header->frame_bytes == 0 && header->bulk_bytes == 0;
    default: return false;
  }
  return header->border == 0 && frame <= lane->frames_size && bulk <= lane->bulk_size &&
         header->frame_bytes <= lane->frames_size - frame && header->bulk_bytes <= lane->bulk_size - bulk;
}
