/* faults.c: a host's last words. A fatal signal, a trap and an exit are told on the control socket, so that the caller's
 * trap can name them; of a host that said nothing, the kernel knows how it ended. */
#include "isolate.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static sb_connection *watched;
static _Atomic bool has_ended; /* the first words count */

/* Async-signal-safe. */
static void copy_text(char *to, size_t size, const char *from) {
  size_t i = 0;
  for (; from != NULL && from[i] != '\0' && i + 1 < size; ++i) to[i] = from[i];
  to[i] = '\0';
}

void sb_faults_record(int by, int number, const char *where, const char *what) {
  if (watched == NULL || atomic_exchange(&has_ended, true)) return;
  sb_record record = {.magic = SB_MAGIC, .type = SB_RECORD, .by = by, .number = number};
  copy_text(record.where, sizeof record.where, where);
  copy_text(record.what, sizeof record.what, what);
  sb_control_send(watched->control, &record, sizeof record, -1);
  /* Callers are told at once: writing a core file can take long. */
  for (sb_lane *lane = watched->lanes; lane != NULL; lane = lane->next) lane->transport->abandon(lane);
}

void sb_faults_die(int by, int number, const char *where, const char *what) {
  sb_faults_record(by, number, where, what);
  _exit(1);
}

void sb_faults_orderly(void) { atomic_store(&has_ended, true); }

static void on_fatal(int number, siginfo_t *info, void *context) {
  (void)context;
  (void)info;
  sb_faults_record(SB_BY_SIGNAL, number, NULL, NULL);
  signal(number, SIG_DFL);
  raise(number); /* when this returns */
}

#ifdef __GLIBC__
static void on_leaving(int status, void *unused) {
  (void)unused;
  sb_faults_record(SB_BY_EXIT, status, NULL, NULL);
}
#else
static void on_leaving(void) { sb_faults_record(SB_BY_EXIT, -1, NULL, NULL); }
#endif

void sb_faults_watch(sb_connection *connection) {
  static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
  watched = connection;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fatal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; ++i) sigaction(fatal[i], &action, NULL);
#ifdef __GLIBC__
  on_exit(on_leaving, NULL);
#else
  atexit(on_leaving);
#endif
}
