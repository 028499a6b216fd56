/* client.c: the side that starts hosts. A connection is made at the first call, and again after a failure where the
 * profile says so; every proxy has its own. */
#include "isolate.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
  pthread_mutex_t lock; /* of starting, and of what follows */
  _Atomic(sb_connection *) current;
  sb_connection *ended; /* at the program's exit */
  uint32_t epoch;
  bool has_failed;
  char reason[480];
} client = {.lock = PTHREAD_MUTEX_INITIALIZER};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_key;

static bool policy_is(const char *word) { return strcmp(sb_placed.on_failure, word) == 0; }

/* ---- what is said of a failure ------------------------------------------------------------------------------------- */

static void say_signal(char *text, size_t size, int number) {
  const char *name = strsignal(number);
  snprintf(text, size, "the host was killed by signal %d (%c%s)", number, name[0] | 0x20, name + 1);
}

/* What the kernel keeps of a process that was reaped; older kernels keep nothing. */
struct pidfd_facts {
  uint64_t mask, cgroup;
  uint32_t ids[11];
  int32_t exit_code;
};
_Static_assert(sizeof(struct pidfd_facts) == 64, "PIDFD_INFO_SIZE_VER0 of linux/pidfd.h");

/* How a process ends or has ended, as wait() would say; false if it lives or nobody knows. */
static bool find_status(const sb_connection *connection, int *status) {
  enum { KNOWS_EXIT = 1 << 3 };
  struct pidfd_facts facts = {.mask = KNOWS_EXIT};
  if (ioctl(connection->process, _IOWR(0xFF, 11, struct pidfd_facts), &facts) == 0 && (facts.mask & KNOWS_EXIT) != 0) {
    *status = facts.exit_code;
    return true;
  }
  /* Not reaped yet: the last field of its line (proc_pid_stat(5)), set as soon as it starts to end. */
  char path[32], line[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)connection->peer);
  FILE *file = fopen(path, "re");
  if (file == NULL) return false;
  const char *last = fgets(line, sizeof line, file) != NULL ? strrchr(line, ' ') : NULL;
  fclose(file);
  *status = last != NULL ? atoi(last) : 0;
  return *status != 0;
}

static bool say_status(const sb_connection *connection, char *text, size_t size) {
  int status;
  if (connection->process < 0 || !find_status(connection, &status)) return false;
  if (WIFSIGNALED(status)) say_signal(text, size, WTERMSIG(status));
  else snprintf(text, size, "the host ended with status %d", WEXITSTATUS(status));
  return true;
}

static void say_record(char *text, size_t size, sb_record *record) {
  record->where[sizeof record->where - 1] = record->what[sizeof record->what - 1] = '\0';
  switch (record->by) {
    case SB_BY_SIGNAL: say_signal(text, size, record->number); break;
    case SB_BY_TRAP: snprintf(text, size, "trap: %s: %s", record->where, record->what); break;
    case SB_BY_EXIT: snprintf(text, size, "the component called exit(%d)", record->number); break;
    default: snprintf(text, size, "the host was sent a message that is wrong: %s: %s", record->where, record->what);
  }
}

/* Its last words, else what the kernel says. */
static void say_end(const sb_connection *connection, char *text, size_t size) {
  sb_record record;
  const ssize_t got = sb_control_receive(connection->control, &record, sizeof record, NULL, NULL, MSG_DONTWAIT);
  if (got == (ssize_t)sizeof record && record.magic == SB_MAGIC && record.type == SB_RECORD)
    say_record(text, size, &record);
  else if (!say_status(connection, text, size))
    snprintf(text, size, "the host, or its thread that served the call, has ended");
}

static void say(const sb_connection *connection, sb_wake why, const char *where, const char *what, char *text,
                size_t size) {
  switch (why) {
    case SB_LATE: snprintf(text, size, "the host did not answer within %g s", sb_placed.deadline); break;
    case SB_NONSENSE: snprintf(text, size, "the host sent a message that is wrong: %s: %s", where, what); break;
    case SB_STALE: snprintf(text, size, "%s", what); break;
    default: say_end(connection, text, size);
  }
}

/* ---- failures ----------------------------------------------------------------------------------------------------- */

static void kill_host(const sb_connection *connection) {
  if (connection->process >= 0) syscall(SYS_pidfd_send_signal, connection->process, SIGKILL, NULL, 0);
  else if (connection->peer > 0) kill(connection->peer, SIGKILL);
}

/* The first thread that finds out says why, for all. */
void sb_client_lost(sb_connection *connection, sb_wake why, const char *where, const char *what) {
  pthread_mutex_lock(&connection->lock);
  const uint32_t state = atomic_load(&connection->state);
  if (state == SB_LIVE) {
    say(connection, why, where, what, connection->reason, sizeof connection->reason);
    kill_host(connection);
    atomic_store(&connection->state, SB_FAILED);
  } else if (state == SB_FORKED) {
    snprintf(connection->reason, sizeof connection->reason, "the process was forked inside the call");
  }
  pthread_mutex_unlock(&connection->lock);
  if (state == SB_ENDED) return;
  pthread_mutex_lock(&client.lock);
  client.has_failed = true;
  memcpy(client.reason, connection->reason, sizeof client.reason);
  pthread_mutex_unlock(&client.lock);
}

/* Drops what a host owned, once no thread is inside one of its calls: it may still use what it was lent. */
static void sweep(sb_connection *connection) {
  pthread_mutex_lock(&connection->lock);
  bool idle = !connection->swept && atomic_load(&connection->state) == SB_FAILED;
  for (sb_lane *lane = connection->lanes; idle && lane != NULL; lane = lane->next)
    idle = atomic_load_explicit(&lane->depth, memory_order_seq_cst) == 0;
  connection->swept |= idle;
  pthread_mutex_unlock(&connection->lock);
  if (idle) sb_handles_drop(&connection->table);
}

void sb_client_give_up(sb_lane *lane) {
  atomic_store(&lane->depth, 0);
  sweep(lane->connection);
  sb_lane_free(lane);
}

static void client_over(sb_call *call) {
  sb_lane *lane = call->lane;
  sweep(lane->connection);
  for (sb_lane **at = &call->thread->left; *at != NULL; at = &(*at)->left) {
    if (*at != lane) continue;
    *at = lane->left;
    sb_lane_free(lane);
    return;
  }
}

static void client_tidy(sb_thread *thread) {
  while (thread->left != NULL) {
    sb_lane *lane = thread->left;
    thread->left = lane->left;
    sb_client_give_up(lane);
  }
}

/* The hook is looked for by name: this file's own sb_trap_hook, which hosts export, is not meant. */
__attribute__((noreturn)) static void raise_trap(const char *where, const char *what) {
  const sb_trap trap = {where, what};
  void (*hook)(const sb_trap *) = NULL;
  void *symbol = dlsym(RTLD_DEFAULT, "sb_trap_hook");
  memcpy(&hook, &symbol, sizeof hook);
  if (hook != NULL) hook(&trap);
  fprintf(stderr, "trap: %s: %s\n", where, what);
  abort();
}

__attribute__((noreturn)) static void raise_failure(sb_call *call, const char *where, const char *what) {
  const sb_trap failure = {where, what};
  if (sb_failure_hook) sb_failure_hook(&failure);
  if (call->called->error != NULL) longjmp(call->recover, 1);
  raise_trap(where, what);
}

static bool serves(const sb_call *call) { return call->stage >= SB_TAKING_CALL; }

static void undo(sb_call *call) {
  if (call->stage == SB_TAKING_RESULT)
    for (size_t i = 0; i < call->blocks; ++i) free(call->lane->blocks[i]);
  sb_handles_undo(call);
  sb_call_leave(call);
}

/* Everything is as if the call had not been, and then it fails: a hook, or a caller, may go on with other calls. */
__attribute__((noreturn)) static void client_fail(sb_call *call, sb_wake why, const char *where, const char *what) {
  const sb_connection *const connection = call->lane != NULL ? call->lane->connection : NULL;
  char text[640], reason[480];
  if (connection == NULL || why == SB_STALE) {
    snprintf(reason, sizeof reason, "%s", what);
  } else {
    sb_client_lost(call->lane->connection, why, where, what);
    /* The program is at its end, which ends its hosts: nothing has failed. */
    while (atomic_load(&connection->state) == SB_ENDED) pause();
    snprintf(reason, sizeof reason, "%s", connection->reason);
  }
  if (connection != NULL && connection->peer > 0)
    snprintf(text, sizeof text, "component `%s` (isolated, process %d): %s", call->border->component,
             (int)connection->peer, reason);
  else snprintf(text, sizeof text, "component `%s` (isolated): %s", call->border->component, reason);
  if (serves(call)) {
    sb_call *waiting = call->outer;
    undo(call);
    call = waiting;
  }
  const char *at = why == SB_STALE ? where : call->called->where;
  if (call->lane != NULL) undo(call);
  if (call->called == &sb_attending) longjmp(call->recover, 1); /* who has called is gone, too */
  raise_failure(call, at, text);
}

__attribute__((noreturn)) static void client_trap(sb_call *call, const char *where, const char *what) {
  if (call != NULL && (call->stage == SB_PACKING || call->stage == SB_REPLYING)) undo(call);
  raise_trap(where, what);
}

/* ---- starting ------------------------------------------------------------------------------------------------------ */

/* What came instead of a greeting, or what is wrong with it; false if nothing is. */
static bool refuses(sb_connection *connection, const sb_hello *hello, const sb_hello *reply, ssize_t got,
                    const struct ucred *who, char *why, size_t size) {
  if (got <= 0) {
    char end[128] = "";
    say_status(connection, end, sizeof end);
    snprintf(why, size, "its host `%s` ended before it was ready%s%s", sb_placed.host, end[0] != '\0' ? ": " : "", end);
  } else if (got == (ssize_t)sizeof(sb_record) && reply->magic == SB_MAGIC && reply->type == SB_RECORD) {
    sb_record record;
    memcpy(&record, reply, sizeof record);
    say_record(why, size, &record);
  } else if (got != (ssize_t)sizeof *reply || reply->magic != SB_MAGIC) {
    snprintf(why, size, "`%s` is no host of symbuild's", sb_placed.host);
  } else if (who->uid != geteuid() || who->pid != connection->peer) {
    snprintf(why, size, "its host `%s` is process %d of user %u, not what was started", sb_placed.host, (int)who->pid,
             (unsigned)who->uid);
  } else if (reply->type == SB_REFUSED) {
    snprintf(why, size, "%.*s", (int)sizeof reply->text - 1, reply->text);
  } else if (reply->type != SB_HELLO || reply->protocol != hello->protocol || reply->abi != hello->abi ||
             reply->pointer != hello->pointer || memcmp(reply->manifest_hash, hello->manifest_hash, 32) != 0) {
    snprintf(why, size, "its host `%s` was made for another version of it", sb_placed.host);
  } else {
    return false;
  }
  return true;
}

static sb_hello hello_of(const sb_border *border) {
  sb_hello hello = {.magic = SB_MAGIC, .type = SB_HELLO, .protocol = SB_PROTOCOL, .abi = SB_ABI,
                    .pointer = sizeof(void *)};
  memcpy(hello.manifest_hash, border->manifest_hash, sizeof hello.manifest_hash);
  snprintf(hello.transport, sizeof hello.transport, "%s", sb_placed.transport);
  snprintf(hello.confine, sizeof hello.confine, "%s", sb_placed.confine);
  return hello;
}

static bool greet(sb_connection *connection, char *why, size_t size) {
  const sb_hello hello = hello_of(connection->border);
  sb_hello reply;
  struct ucred who;
  const int timeout = connection->limit != 0 ? (int)(connection->limit / 1000000) : -1;
  struct pollfd ready = {connection->control, POLLIN, 0};
  sb_control_send(connection->control, &hello, sizeof hello, connection->asking); /* whether it came, the reply tells */
  int found;
  do found = poll(&ready, 1, timeout);
  while (found < 0 && errno == EINTR);
  if (found == 0) {
    snprintf(why, size, "its host `%s` was not ready within %g s", sb_placed.host, sb_placed.deadline);
    return false;
  }
  const ssize_t got = sb_control_receive(connection->control, &reply, sizeof reply, NULL, &who, 0);
  return !refuses(connection, &hello, &reply, got, &who, why, size);
}

/* With the lock held: a connection, or null and why. */
static sb_connection *start(const sb_border *border, char *why, size_t size) {
  char path[4096];
  int pair[2];
  const int on = 1;
  const sb_transport *transport = sb_transport_named(sb_placed.transport);
  if (transport == NULL) {
    snprintf(why, size, "there is no transport `%s`", sb_placed.transport);
    return NULL;
  }
  if (sb_placed.host[0] == '/') path[0] = '\0';
  else if (!sb_own_folder(path, sizeof path)) {
    snprintf(why, size, "the folder of its proxy is unknown");
    return NULL;
  }
  const size_t used = strlen(path);
  if ((size_t)snprintf(path + used, sizeof path - used, "%s", sb_placed.host) >= sizeof path - used ||
      socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    snprintf(why, size, "its host cannot be started: %s", strerror(errno));
    return NULL;
  }
  setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  sb_connection *connection = sb_connection_new(border, transport, pair[0]);
  if (connection == NULL) {
    close(pair[0]), close(pair[1]);
    snprintf(why, size, "out of memory");
    return NULL;
  }
  connection->epoch = ++client.epoch;
  connection->limit = (int64_t)(sb_placed.deadline * 1e9);
  connection->asking = eventfd(0, EFD_CLOEXEC);
  connection->peer = sb_spawn(path, border->component, pair[1]);
  const int error = errno;
  close(pair[1]); /* else its end would never be seen */
  if (connection->peer > 0) connection->process = (int)syscall(SYS_pidfd_open, connection->peer, 0);
  else snprintf(why, size, "its host `%s` cannot be started: %s", path, strerror(error));
  if (connection->peer > 0 && greet(connection, why, size)) {
    if (sb_attend(connection)) return connection;
    snprintf(why, size, "no thread for what its host asks for");
  }
  kill_host(connection);
  sb_connection_release(connection);
  return NULL;
}

/* The connection for a call, with a reference. Null for the drop function of a handle whose host has ended. */
static sb_connection *connection_for(sb_call *call) {
  char why[480] = "";
  pthread_mutex_lock(&client.lock);
  sb_connection *connection = atomic_load(&client.current);
  if (connection != NULL && atomic_load(&connection->state) != SB_LIVE) {
    atomic_store(&client.current, NULL);
    sb_connection_release(connection);
    connection = NULL;
  }
  if (connection == NULL && !call->called->drops) {
    if (client.has_failed && policy_is("trap")) memcpy(why, client.reason, sizeof why);
    else connection = start(call->border, why, sizeof why);
    if (connection == NULL) {
      client.has_failed = true;
      memcpy(client.reason, why, sizeof why);
    }
    atomic_store(&client.current, connection);
  }
  if (connection != NULL) {
    pthread_mutex_lock(&connection->lock);
    ++connection->references;
    pthread_mutex_unlock(&connection->lock);
  }
  pthread_mutex_unlock(&client.lock);
  if (connection == NULL && !call->called->drops) client_fail(call, SB_GONE, NULL, why);
  return connection;
}

/* ---- lanes -------------------------------------------------------------------------------------------------------- */

/* The thread ends: so does the host's thread that served it. */
static void end_lane(void *argument) {
  sb_thread *thread = (sb_thread *)argument;
  sb_lane *lane = thread->lane;
  thread->lane = NULL;
  thread->current = NULL;
  client_tidy(thread);
  if (lane == NULL) return;
  const sb_header end = {.kind = SB_END};
  if (atomic_load(&lane->connection->state) == SB_LIVE) lane->transport->post(lane, &end, lane->frames, lane->bulk, NULL);
  sb_client_give_up(lane);
}

static void before_fork(void) {
  pthread_mutex_lock(&client.lock);
  sb_handles_fork(true);
}

static void after_fork(void) {
  sb_handles_fork(false);
  pthread_mutex_unlock(&client.lock);
}

/* The child has no host until it calls. It gives up its copies of the parent's descriptors: they would keep the parent's
 * end from being seen. */
static void in_child(void) {
  sb_connection *connection = atomic_load(&client.current);
  if (connection != NULL) {
    pthread_mutex_init(&connection->lock, NULL); /* somebody who is not here may have held them */
    pthread_mutex_init(&connection->table.lock, NULL);
    atomic_store(&connection->state, SB_FORKED);
    close(connection->control);
    if (connection->process >= 0) close(connection->process);
    if (connection->asking >= 0) close(connection->asking);
    connection->control = connection->process = connection->asking = -1;
    for (sb_lane *lane = connection->lanes; lane != NULL; lane = lane->next) {
      if (lane->fd >= 0) close(lane->fd);
      lane->fd = -1;
      lane->shm = NULL; /* its memory is not mapped here */
    }
  }
  client.has_failed = false;
  after_fork();
}

static void set_up(void) {
  pthread_key_create(&thread_key, end_lane);
  pthread_atfork(before_fork, after_fork, in_child);
}

sb_lane *sb_client_open(sb_connection *connection, uint32_t type) {
  sb_lane *lane = sb_lane_new(connection);
  const int fd = lane != NULL ? connection->transport->make(lane) : -1;
  if (fd < 0) {
    if (lane != NULL) sb_lane_free(lane);
    return NULL;
  }
  const sb_lane_offer offer = {SB_MAGIC, type, lane->frames_size, lane->bulk_size};
  sb_control_send(connection->control, &offer, sizeof offer, fd);
  close(fd);
  return lane;
}

static sb_lane *client_lane(sb_call *call) {
  sb_thread *thread = call->thread;
  sb_lane *lane = thread->lane;
  if (lane != NULL) {
    if (atomic_load(&lane->connection->state) == SB_LIVE) return lane;
    thread->lane = NULL;
    if (call->outer == NULL) {
      sb_client_give_up(lane);
    } else {
      lane->left = thread->left;
      thread->left = lane;
    }
  }
  pthread_once(&once, set_up);
  sb_connection *connection = connection_for(call);
  if (connection == NULL) return NULL;
  lane = sb_client_open(connection, SB_LANE);
  sb_connection_release(connection); /* the lane has a reference */
  if (lane == NULL) sb_trap_at(call->called->where, "no memory or descriptor for a lane to its host");
  thread->lane = lane;
  pthread_setspecific(thread_key, thread);
  call->lane = lane;
  call->depth = 1;
  const sb_wake wake = connection->transport->made(lane);
  if (wake != SB_TURN) client_fail(call, wake, NULL, NULL);
  return lane;
}

/* At the program's exit the host is told, and waited for: what its component prints at its end is printed by then. */
__attribute__((destructor)) static void end_host(void) {
  enum { PATIENCE = 2500 }; /* ms; a host has 2 s for its exit */
  if (sb_side_here != &sb_client_side) return;
  sb_connection *connection = atomic_exchange(&client.current, NULL);
  uint32_t live = SB_LIVE;
  if (connection == NULL || !atomic_compare_exchange_strong(&connection->state, &live, SB_ENDED)) return;
  client.ended = connection;
  const sb_lane_offer close_it = {SB_MAGIC, SB_CLOSE, 0, 0};
  sb_control_send(connection->control, &close_it, sizeof close_it, -1);
  struct pollfd end = {connection->control, POLLIN, 0};
  int found;
  do found = poll(&end, 1, PATIENCE);
  while (found < 0 && errno == EINTR);
  if (found <= 0) kill_host(connection);
}

const sb_side sb_client_side = {client_lane, client_fail, client_over, client_tidy, client_trap};
