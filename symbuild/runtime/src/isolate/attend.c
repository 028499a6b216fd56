/* attend.c: calls of what a component imports, from threads that it has started itself.
 *
 * Such a thread serves no caller, so nobody in the client waits for it. The host asks for a lane, the client starts a
 * thread with one, and that *attends*: it passes the turn once, as for a call that has no function, and serves what comes
 * back. That call returns when the component's thread ends. So such lanes are as all others are, and one thread of the
 * component's can wait for another. */
#include "isolate.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

const sb_function sb_attending = {"a thread of the component's own", false, NULL, NULL, 0};

/* ---- the client ---------------------------------------------------------------------------------------------------- */

/* More threads than any component has: a host that was taken over cannot have the client start them without end. */
enum { ATTENDING_MOST = 4096 };

static void begin(sb_call *call, sb_lane *lane) {
  memset(call, 0, sizeof *call);
  call->border = lane->connection->border;
  call->called = &sb_attending;
  call->stage = SB_WAITING;
  call->depth = 1;
  call->lane = lane;
  call->thread = &sb_this_thread;
  call->frame = call->at = lane->frames;
  call->bulk = call->bulk_at = lane->bulk;
  call->deadline = INT64_MAX; /* a thread lives as long as it likes */
  call->sequence = ++lane->sequence;
}

/* Serves until the component's thread has ended: false if it was lost, and why. */
static bool serve(sb_call *call, sb_wake *why) {
  const sb_header go = {.kind = SB_ATTEND, .sequence = call->sequence};
  sb_header end;
  *why = call->lane->transport->made(call->lane);
  if (*why != SB_TURN) return false;
  call->lane->transport->post(call->lane, &go, call->frame, call->bulk, call);
  *why = sb_lane_serve(call->lane, call, &end);
  if (*why == SB_TURN && end.kind != SB_RETURN) *why = SB_NONSENSE;
  return *why == SB_TURN;
}

static void *attend(void *argument) {
  sb_lane *const lane = (sb_lane *)argument;
  sb_connection *const connection = lane->connection; /* which the lane keeps */
  sb_thread *const thread = &sb_this_thread;
  sb_wake why;
  sb_call call;
  begin(&call, lane);
  atomic_store(&lane->depth, 1);
  thread->lane = lane;
  thread->current = &call;
  if (setjmp(call.recover) == 0) {
    if (!serve(&call, &why)) sb_client_lost(connection, why, sb_attending.where, "a message that means nothing");
    sb_call_leave(&call);
  }
  atomic_fetch_sub(&connection->attending, 1);
  if (thread->lane == lane) { /* else the thread has called a new host since */
    thread->lane = NULL;
    sb_client_give_up(lane);
  }
  return NULL;
}

/* A detached thread, which leaves the program's signals to the program's threads. */
static bool start(void *(*run)(void *), void *argument) {
  static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
  sigset_t signals, before;
  pthread_attr_t detached;
  pthread_t thread;
  sigfillset(&signals);
  for (size_t i = 0; i < sizeof own / sizeof *own; ++i) sigdelset(&signals, own[i]);
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  pthread_sigmask(SIG_SETMASK, &signals, &before);
  const bool started = pthread_create(&thread, &detached, run, argument) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&detached);
  return started;
}

static bool attend_to_one_more(sb_connection *connection) {
  if (atomic_fetch_add(&connection->attending, 1) < ATTENDING_MOST) {
    sb_lane *lane = sb_client_open(connection, SB_LANE_TO_ATTEND);
    if (lane != NULL && start(attend, lane)) return true;
    if (lane != NULL) sb_client_give_up(lane);
  }
  atomic_fetch_sub(&connection->attending, 1);
  return false;
}

/* Until the host has said its last words, or has ended. */
static void *listen_to_host(void *argument) {
  sb_connection *connection = (sb_connection *)argument;
  for (;;) {
    struct pollfd all[3] = {{connection->control, POLLIN, 0}, {connection->process, POLLIN, 0},
                            {connection->asking, POLLIN, 0}};
    if (poll(all, 3, -1) < 0) continue;
    if (all[0].revents != 0 || all[1].revents != 0) break;
    uint64_t wanted;
    if (read(connection->asking, &wanted, sizeof wanted) != (ssize_t)sizeof wanted) continue;
    while (wanted > 0 && attend_to_one_more(connection)) --wanted;
    if (wanted > 0)
      sb_client_lost(connection, SB_STALE, NULL, "no thread or memory to attend to a thread of the component's own");
  }
  sb_connection_release(connection);
  return NULL;
}

bool sb_attend(sb_connection *connection) {
  bool imports = false;
  for (uint32_t i = 0; i < connection->border->function_count; ++i)
    imports |= connection->border->functions[i].serve != NULL;
  if (!imports) return true;
  ++connection->references; /* nobody else knows it yet */
  if (start(listen_to_host, connection)) return true;
  --connection->references;
  return false;
}

/* ---- the host ------------------------------------------------------------------------------------------------------- */

static struct {
  pthread_mutex_t lock;
  pthread_cond_t has_come;
  sb_lane *first; /* of those that have come, for any thread that waits */
} attended = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL};

void sb_attended_come(sb_lane *lane) {
  pthread_mutex_lock(&attended.lock);
  lane->left = attended.first;
  attended.first = lane;
  pthread_cond_signal(&attended.has_come);
  pthread_mutex_unlock(&attended.lock);
}

static sb_lane *wait_for_one(void) {
  pthread_mutex_lock(&attended.lock);
  while (attended.first == NULL) pthread_cond_wait(&attended.has_come, &attended.lock);
  sb_lane *lane = attended.first;
  attended.first = lane->left;
  lane->left = NULL;
  pthread_mutex_unlock(&attended.lock);
  return lane;
}

/* The first thread takes lanes in, so it cannot wait for one. */
static bool is_first_thread(void) { return (pid_t)syscall(SYS_gettid) == getpid(); }

sb_lane *sb_attended_lane(sb_connection *connection, const sb_call *call) {
  const uint64_t one = 1;
  const char *wrong = NULL;
  if (connection == NULL || is_first_thread()) wrong = "called while the component is being loaded, or at its end";
  else if (atomic_load(&connection->state) != SB_LIVE) wrong = "called in a child of the component's process";
  else if (write(connection->asking, &one, sizeof one) != (ssize_t)sizeof one) wrong = "the client cannot be asked";
  if (wrong != NULL) sb_faults_die(SB_BY_TRAP, 0, call->called->where, wrong);
  sb_lane *lane = wait_for_one();
  sb_header header;
  lane->transport->enter(lane);
  const sb_wake wake = lane->transport->await(lane, &header, NULL);
  if (wake != SB_TURN || header.kind != SB_ATTEND)
    sb_side_here->fail(NULL, wake == SB_TURN ? SB_NONSENSE : wake, connection->border->component,
                       "a message that means nothing");
  lane->attended = lane->sequence = header.sequence;
  return lane;
}

void sb_attended_end(sb_lane *lane) {
  const sb_header end = {.kind = SB_RETURN, .sequence = lane->attended};
  sb_this_thread.lane = NULL;
  lane->transport->post(lane, &end, lane->frames, lane->bulk, NULL);
  lane->transport->leave(lane);
  sb_lane_free(lane);
}
