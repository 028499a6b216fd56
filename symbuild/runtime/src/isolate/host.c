/* host.c: main() of a host. It loads the component as it is, and serves each lane with a thread of its own; it ends with
 * its client. */
#include "isolate.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CONTROL = 3, SIGNAL_STACK = 64 << 10 };

static sb_connection *connection;
static pthread_key_t served_key; /* of a thread's lane, for its end */

/* ---- the component's faults ---------------------------------------------------------------------------------------- */

/* The component's own traps: they are the caller's to report. Exported by hosts; proxies keep it to themselves. */
__attribute__((visibility("default"))) void sb_trap_hook(const sb_trap *trap) {
  sb_faults_die(SB_BY_TRAP, 0, trap->where, trap->what);
}

__attribute__((noreturn)) static void host_trap(sb_call *call, const char *where, const char *what) {
  (void)call;
  sb_faults_die(SB_BY_TRAP, 0, where, what);
}

__attribute__((noreturn)) static void host_fail(sb_call *call, sb_wake why, const char *where, const char *what) {
  (void)call;
  if (why == SB_NONSENSE) sb_faults_die(SB_BY_MESSAGE, 0, where, what);
  for (;;) pause(); /* the client, or the thread that called, has ended: there is nobody to return to */
}

static sb_lane *host_lane(sb_call *call) {
  sb_lane *lane = sb_attended_lane(connection, call);
  pthread_setspecific(served_key, lane);
  return call->thread->lane = lane;
}

static void host_over(sb_call *call) { (void)call; }
static void host_tidy(sb_thread *thread) { (void)thread; }

const sb_side sb_host_side = {host_lane, host_fail, host_over, host_tidy, host_trap};

/* ---- threads ------------------------------------------------------------------------------------------------------ */

static _Thread_local void *signal_stack;

/* Where a stack has overflown there is another for the last words. */
static void use_signal_stack(void) {
  signal_stack = malloc(SIGNAL_STACK);
  const stack_t stack = {.ss_sp = signal_stack, .ss_size = SIGNAL_STACK};
  if (signal_stack != NULL) sigaltstack(&stack, NULL);
}

static void drop_signal_stack(void) {
  const stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  free(signal_stack);
}

/* A thread of the component's own ends, or one that served a call, in which case nobody will answer. */
static void on_thread_end(void *argument) {
  sb_lane *lane = (sb_lane *)argument;
  if (lane->attended == 0) lane->transport->abandon(lane);
  else sb_attended_end(lane);
}

static void *serve_lane(void *argument) {
  sb_lane *lane = (sb_lane *)argument;
  sb_header header;
  use_signal_stack();
  sb_this_thread.lane = lane;
  pthread_setspecific(served_key, lane);
  lane->transport->enter(lane);
  const sb_wake wake = sb_lane_serve(lane, NULL, &header);
  if (wake != SB_TURN) host_fail(NULL, wake, connection->border->component, "a message that means nothing");
  lane->transport->leave(lane);
  sb_this_thread.lane = NULL;
  pthread_setspecific(served_key, NULL);
  sb_lane_free(lane);
  drop_signal_stack();
  return NULL;
}

static void open_lane(const sb_lane_offer *offer, int fd) {
  const char *wrong = "out of memory";
  sb_lane *lane = sb_lane_new(connection);
  const bool serves = offer->type == SB_LANE;
  pthread_t thread;
  if (lane != NULL) {
    lane->attended = !serves;
    lane->frames_size = (size_t)offer->frames_size;
    lane->bulk_size = (size_t)offer->bulk_size;
    wrong = connection->transport->join(lane, fd);
  }
  if (wrong == NULL && serves && pthread_create(&thread, NULL, serve_lane, lane) != 0) wrong = "no thread for a lane";
  if (wrong != NULL) sb_faults_die(SB_BY_MESSAGE, 0, connection->border->component, wrong);
  if (serves) pthread_detach(thread);
  else sb_attended_come(lane);
}

/* ---- beginning and end --------------------------------------------------------------------------------------------- */

static bool is_busy(void) {
  bool busy = false;
  pthread_mutex_lock(&connection->lock);
  for (const sb_lane *lane = connection->lanes; lane != NULL; lane = lane->next) busy |= atomic_load(&lane->depth) != 0;
  pthread_mutex_unlock(&connection->lock);
  return busy;
}

/* The component's destructors run, as at the end of any program, unless it is still being called; not for long. */
__attribute__((noreturn)) static void end(void) {
  enum { PATIENCE = 2 }; /* s */
  sb_faults_orderly();
  signal(SIGALRM, SIG_DFL);
  alarm(PATIENCE);
  if (!is_busy()) exit(0);
  fflush(NULL);
  _exit(0);
}

/* A child of the component's is no host: it must not keep this one's end from being seen, or answer for it. */
static void in_child(void) {
  close(connection->control);
  for (sb_lane *lane = connection->lanes; lane != NULL; lane = lane->next)
    if (lane->fd >= 0) close(lane->fd);
  atomic_store(&connection->state, SB_FORKED);
  sb_faults_orderly();
}

__attribute__((noreturn)) static void refuse(sb_hello *reply, const char *what, const char *why) {
  reply->type = SB_REFUSED;
  snprintf(reply->text, sizeof reply->text, "%s: %s", what, why);
  sb_control_send(CONTROL, reply, sizeof *reply, -1);
  _exit(1);
}

/* Makes a file beside the host a full name, with links resolved: a library's $ORIGIN is where it really lies. */
static bool beside(const char *name, char *path, size_t size) {
  char folder[4096], *real;
  if (!sb_own_folder(folder, sizeof folder)) return false;
  if ((size_t)snprintf(path, size, "%s%s", name[0] == '/' ? "" : folder, name) >= size) return false;
  real = realpath(path, NULL);
  if (real == NULL) return true; /* dlopen says what is wrong */
  const bool fits = (size_t)snprintf(path, size, "%s", real) < size;
  free(real);
  return fits;
}

static void load(const char *component, const sb_bound *bound, size_t count, sb_hello *reply) {
  char path[4096];
  if (!beside(component, path, sizeof path)) refuse(reply, component, "its path is too long");
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) refuse(reply, "the component cannot be loaded", dlerror());
  for (size_t i = 0; i < count; ++i) {
    void *symbol = dlsym(library, bound[i].symbol);
    if (symbol == NULL) refuse(reply, "the component lacks a symbol", bound[i].symbol);
    memcpy((void *)bound[i].to, &symbol, sizeof symbol);
  }
}

/* Greets the client: both were made from one manifest, by tools of one protocol. */
static void greet(const sb_border *border, const char *component, const sb_bound *bound, size_t count) {
  sb_hello hello, reply = {.magic = SB_MAGIC, .type = SB_HELLO, .protocol = SB_PROTOCOL, .abi = SB_ABI,
                           .pointer = sizeof(void *)};
  struct ucred client;
  socklen_t size = sizeof client;
  int asking;
  const ssize_t got = sb_control_receive(CONTROL, &hello, sizeof hello, &asking, NULL, 0);
  if (got <= 0) _exit(0); /* it has ended already */
  memcpy(reply.manifest_hash, border->manifest_hash, sizeof reply.manifest_hash);
  if (got != (ssize_t)sizeof hello || hello.magic != SB_MAGIC || hello.type != SB_HELLO ||
      hello.protocol != reply.protocol || hello.abi != reply.abi || hello.pointer != reply.pointer)
    refuse(&reply, "its proxy", "speaks another version of the protocol than its host");
  if (memcmp(hello.manifest_hash, reply.manifest_hash, sizeof reply.manifest_hash) != 0)
    refuse(&reply, "its proxy", "was made for another version of the component than its host");
  if (getsockopt(CONTROL, SOL_SOCKET, SO_PEERCRED, &client, &size) != 0 || client.uid != geteuid())
    refuse(&reply, "its host", "was started by another user");
  hello.transport[sizeof hello.transport - 1] = hello.confine[sizeof hello.confine - 1] = '\0';
  memcpy(reply.transport, hello.transport, sizeof reply.transport);
  connection = sb_connection_new(border, sb_transport_named(hello.transport), CONTROL);
  if (connection == NULL || connection->transport == NULL) refuse(&reply, "there is no such transport", hello.transport);
  connection->epoch = 1;
  connection->asking = asking;
  connection->peer = client.pid;
  sb_faults_watch(connection);
  load(component, bound, count, &reply);
  connection->process = (int)syscall(SYS_pidfd_open, client.pid, 0);
  pthread_atfork(NULL, NULL, in_child);
  const char *wrong = sb_confine(hello.confine, reply.confine, sizeof reply.confine);
  if (wrong != NULL) refuse(&reply, "the host cannot be confined", wrong);
  sb_control_send(CONTROL, &reply, sizeof reply, -1);
}

static void hear(void) {
  sb_lane_offer offer;
  int fd;
  const ssize_t got = sb_control_receive(CONTROL, &offer, sizeof offer, &fd, NULL, 0);
  if (got <= 0) end();
  if (got == (ssize_t)sizeof offer && offer.magic == SB_MAGIC && offer.type == SB_CLOSE) end();
  if (got != (ssize_t)sizeof offer || offer.magic != SB_MAGIC || fd < 0 ||
      (offer.type != SB_LANE && offer.type != SB_LANE_TO_ATTEND) ||
      offer.frames_size > SIZE_MAX / 4 || offer.bulk_size > SIZE_MAX / 4)
    sb_faults_die(SB_BY_MESSAGE, 0, connection->border->component, "a request that means nothing");
  open_lane(&offer, fd);
}

int sb_host_main(int argc, char **argv, const sb_border *border, const char *component, const sb_bound *bound,
                 size_t count) {
  sigset_t none;
  int type = 0;
  socklen_t size = sizeof type;
  (void)argv;
  if (argc != 2 || getsockopt(CONTROL, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET) {
    fprintf(stderr, "the host of component `%s`: its proxy starts it\n", border->component);
    return 2;
  }
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL); /* the proxy started it with all of them blocked */
  fcntl(CONTROL, F_SETFD, FD_CLOEXEC);
  sb_side_here = &sb_host_side;
  use_signal_stack();
  pthread_key_create(&served_key, on_thread_end);
  greet(border, component, bound, count);
  for (;;) {
    struct pollfd witnesses[2] = {{CONTROL, POLLIN, 0}, {connection->process, POLLIN, 0}};
    if (poll(witnesses, 2, -1) < 0) continue;
    if (witnesses[0].revents != 0) hear();
    else end();
  }
}
