/* component.c: what is isolated. It knows nothing of it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"

#define EXPORT __attribute__((visibility("default")))
EXPORT __typeof__(codec_add) codec_add;
EXPORT __typeof__(codec_sum) codec_sum;
EXPORT __typeof__(codec_upper) codec_upper;
EXPORT __typeof__(codec_echo) codec_echo;
EXPORT __typeof__(codec_nest) codec_nest;
EXPORT __typeof__(codec_fault) codec_fault;
EXPORT __typeof__(codec_try) codec_try;
EXPORT __typeof__(codec_make) codec_make;
EXPORT __typeof__(codec_get) codec_get;
EXPORT __typeof__(codec_drop) codec_drop;
EXPORT __typeof__(codec_keep) codec_keep;
EXPORT __typeof__(codec_look) codec_look;
EXPORT __typeof__(codec_give_back) codec_give_back;
EXPORT __typeof__(codec_records) codec_records;
EXPORT __typeof__(codec_swap) codec_swap;
EXPORT __typeof__(codec_swap_back) codec_swap_back;

static const struct {
  sb_operations head;
} things = {{sizeof(sb_operations), 1, {7}, "codec", codec_drop}};
static sb_boxes boxes;
static uint8_t *kept;

int32_t codec_add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }

int64_t codec_sum(uint8_t *bytes, size_t length) {
  int64_t sum = 0;
  if (length == 1 << 20) { /* as the benchmarks' floors do: 8 bytes of each line */
    for (size_t i = 0; i < length; i += 64) {
      int64_t part;
      memcpy(&part, bytes + i, sizeof part);
      sum += part;
    }
    return sum;
  }
  for (size_t i = 0; i < length; ++i) sum += bytes[i];
  return sum;
}

void codec_upper(uint8_t *text, size_t length, uint8_t *ret) {
  uint8_t *copy = sb_copy(text, length, 1, 1, "upper");
  for (size_t i = 0; i < length; ++i)
    if (copy[i] >= 'a' && copy[i] <= 'z') copy[i] = (uint8_t)(copy[i] - 32);
  sb_store_ptr(ret, copy);
  sb_store_len(ret + sizeof copy, length);
}

void codec_echo(uint8_t *bytes, size_t length, uint8_t *ret) {
  sb_store_ptr(ret, sb_copy(bytes, length, 1, 1, "echo"));
  sb_store_len(ret + sizeof bytes, length);
}

int64_t codec_records(uint8_t *records, size_t count) {
  const record *all = (const record *)(void *)records;
  int64_t sum = 0;
  for (size_t i = 0; i < count; ++i) sum += (int64_t)(all[i].name_length + all[i].note_length + all[i].id);
  return sum;
}

int32_t codec_nest(int32_t depth) { return depth == 0 ? 0 : 1 + app_back(depth - 1); }

int32_t codec_try(int32_t value) {
  if (value < 0) raise(SIGKILL);
  return value;
}

static int overflow(volatile char *before) {
  volatile char here[4096];
  here[0] = before != NULL ? before[0] : 1;
  return here[0] == 2 ? 0 : overflow(here) + here[0];
}

static volatile int *volatile nowhere;

enum { OWN = 8 };

static void *call_back(void *times) {
  intptr_t right = 0;
  for (int i = 0; i < (int)(intptr_t)times; ++i) right += app_back(i % 7) == i % 7;
  return (void *)right;
}

/* How many calls of all threads were right. */
static int32_t in_own_threads(intptr_t times) {
  pthread_t threads[OWN];
  intptr_t all = 0;
  for (int i = 0; i < OWN; ++i) pthread_create(&threads[i], NULL, call_back, (void *)times);
  for (int i = 0; i < OWN; ++i) {
    void *right;
    pthread_join(threads[i], &right);
    all += (intptr_t)right;
  }
  return (int32_t)all;
}

static void *tick(void *unused) {
  for (int i = 0; i < 20; ++i) {
    usleep(1000);
    app_back(0);
  }
  return unused;
}

int32_t codec_fault(int32_t kind) {
  pthread_t thread;
  switch ((enum fault)kind) {
    case FAULT_SEGV: *nowhere = 1; break;
    case FAULT_ABORT: abort();
    case FAULT_EXIT: exit(3);
    case FAULT_QUIET_EXIT: _exit(4);
    case FAULT_TRAP: sb_trap_at("codec#fault: kind", "as told");
    case FAULT_HANG: for (;;) pause();
    case FAULT_KILL: raise(SIGKILL); break;
    case FAULT_STACK: return overflow(NULL);
    case FAULT_THREAD_EXIT: pthread_exit(NULL);
    case FAULT_FORK: {
      const pid_t child = fork();
      if (child == 0) _exit(7);
      int status = 0;
      waitpid(child, &status, 0);
      return WEXITSTATUS(status);
    }
    case FAULT_WRITE: return open("confined", O_WRONLY | O_CREAT, 0600) < 0 ? errno : 0;
    case FAULT_NETWORK: return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
    case FAULT_EXEC: execl("/bin/true", "true", (char *)NULL); return errno;
    case FAULT_KILL_PARENT: return kill(getppid(), 0) != 0 ? errno : 0;
    case TELL_PROCESS: return getpid();
    case OWN_THREADS: return in_own_threads(100);
    case OWN_MEETING: return in_own_threads(1);
    case OWN_TICKER: return pthread_create(&thread, NULL, tick, NULL) == 0 && pthread_detach(thread) == 0;
    default: break;
  }
  return kind;
}

uint8_t *codec_make(int32_t value) {
  return (uint8_t *)sb_box_new(&boxes, &things.head, (void *)(intptr_t)value, "make");
}
int32_t codec_get(uint8_t *thing) {
  return (int32_t)(intptr_t)sb_rep(sb_own_handle(thing, &things.head, "codec#thing.get: self"));
}
void codec_drop(uint8_t *thing) {
  sb_box_drop(&boxes, (sb_box *)(void *)sb_own_handle(thing, &things.head, "codec#thing.drop: self"));
}

int32_t codec_swap(uint8_t *lent, uint8_t *given) {
  codec_drop(given);
  return codec_get(lent);
}
int32_t codec_swap_back(uint8_t *given, uint8_t *lent) { return codec_swap(lent, given); }

void codec_keep(uint8_t *token) {
  if (kept != NULL) app_drop_token(kept);
  kept = token;
}
int32_t codec_look(uint8_t *token) { return app_value(token); }
uint8_t *codec_give_back(void) {
  uint8_t *token = kept;
  kept = NULL;
  return token;
}
