/* driver.c: a program that calls the component, and cannot tell where it runs. `driver CASE [ARGUMENT]` prints what it
 * found; 0 if that was right. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "border.h"

#ifndef __clang__
#pragma GCC diagnostic ignored "-Wclobbered" /* nothing but `trapped` changes between setjmp and longjmp */
#endif

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);   \
      exit(1);                                                                  \
    }                                                                           \
  } while (0)

/* ---- traps leave by longjmp ---------------------------------------------------------------------------------------- */

static _Thread_local jmp_buf *landing;
static _Thread_local char told[1024];

void sb_trap_hook(const sb_trap *trap);
void sb_trap_hook(const sb_trap *trap) {
  if (landing == NULL) return;
  snprintf(told, sizeof told, "%s: %s", trap->where, trap->what);
  longjmp(*landing, 1);
}

#define TRAPS(call)                     \
  __extension__({                       \
    jmp_buf here, *before = landing;    \
    volatile bool trapped = true;       \
    landing = &here;                    \
    if (setjmp(here) == 0) {            \
      (void)(call);                     \
      trapped = false;                  \
    }                                   \
    landing = before;                   \
    trapped;                            \
  })

/* ---- what the component imports ------------------------------------------------------------------------------------- */

enum { NONE = -1, ANY = -2 };
static _Atomic int failing_depth = NONE;
static _Atomic int back_sleeps_ms;
static pthread_barrier_t *_Atomic meeting;
static _Atomic int calls_back;

int32_t app_back(int32_t depth) {
  if (depth == failing_depth) (void)TRAPS(codec_fault(FAULT_KILL));
  if (back_sleeps_ms) usleep((useconds_t)back_sleeps_ms * 1000);
  if (meeting != NULL) pthread_barrier_wait(meeting);
  ++calls_back;
  volatile int32_t nested = 0;
  if (depth != 0 && failing_depth == ANY) (void)TRAPS(nested = codec_nest(depth - 1));
  else if (depth != 0) nested = codec_nest(depth - 1);
  return depth == 0 ? 0 : 1 + nested;
}

typedef struct token {
  const sb_operations *operations;
  int32_t value;
} token;
static const sb_operations tokens = {sizeof(sb_operations), 1, {8}, "app", app_drop_token};
static _Atomic int tokens_alive;

static uint8_t *token_new(int32_t value) {
  token *made = malloc(sizeof *made);
  *made = (token){&tokens, value};
  ++tokens_alive;
  return (uint8_t *)made;
}
int32_t app_value(uint8_t *handle) { return ((token *)(void *)handle)->value; }
void app_drop_token(uint8_t *handle) {
  --tokens_alive;
  free(handle);
}

/* ---- cases --------------------------------------------------------------------------------------------------------- */

static void check_bytes(size_t length) {
  uint8_t *bytes = malloc(length + 1), area[2 * sizeof(size_t)];
  for (size_t i = 0; i < length; ++i) bytes[i] = (uint8_t)(i * 7 + length);
  codec_echo(bytes, length, area);
  CHECK(sb_load_len(area + sizeof bytes) == length);
  CHECK(memcmp(sb_load_ptr(area), bytes, length) == 0);
  sb_release(sb_load_ptr(area), length);
  free(bytes);
}

static void check_text(const char *from, const char *to) {
  uint8_t area[2 * sizeof(size_t)];
  codec_upper((uint8_t *)(uintptr_t)from, strlen(from), area);
  CHECK(sb_load_len(area + sizeof from) == strlen(to));
  CHECK(memcmp(sb_load_ptr(area), to, strlen(to)) == 0);
  sb_release(sb_load_ptr(area), strlen(to));
}

static void check_works(int i) {
  CHECK(codec_add(i, 3) == i + 3);
  check_text("gr\xc3\xbc\xc3\x9f dich", "GR\xc3\xbc\xc3\x9f DICH");
}

static void values(void) {
  for (int i = -100; i < 1000; ++i) CHECK(codec_add(i, 2 * i) == 3 * i);
  check_text("", "");
  check_text("hello, world", "HELLO, WORLD");
  static const size_t lengths[] = {0, 1, 100, 4095, 4096, 4097, 65535, 65536, 200000, 1 << 20, 5000001};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i) check_bytes(lengths[i]);
  record all[1000];
  int64_t sum = 0;
  for (size_t i = 0; i < 1000; ++i) {
    all[i] = (record){(uint8_t *)(uintptr_t) "a name of some length", i % 22, (uint8_t *)(uintptr_t) "note", 4, i};
    sum += (int64_t)(i % 22 + 4 + i);
  }
  CHECK(codec_records((uint8_t *)all, 1000) == sum);
  CHECK(codec_records(NULL, 0) == 0);
}

static void nested(void) {
  for (int depth = 0; depth <= 50; ++depth) CHECK(codec_nest(depth) == depth);
}

static void *call_much(void *number) {
  const int from = (int)(intptr_t)number;
  for (int i = 0; i < 300; ++i) {
    CHECK(codec_add(from, i) == from + i);
    if (i % 10 == 0) check_bytes((size_t)(from * 1000 + i));
    if (i % 50 == 0) CHECK(codec_nest(5) == 5);
    uint8_t *thing = codec_make(i);
    CHECK(codec_get(thing) == i);
    codec_drop(thing);
  }
  return NULL;
}

static void threads(void) {
  pthread_t all[8];
  for (int round = 0; round < 3; ++round) {
    for (intptr_t i = 0; i < 8; ++i) pthread_create(&all[i], NULL, call_much, (void *)i);
    for (int i = 0; i < 8; ++i) pthread_join(all[i], NULL);
  }
}

static void handles(void) {
  uint8_t *things[100];
  for (int i = 0; i < 100; ++i) things[i] = codec_make(i * i);
  for (int i = 0; i < 100; ++i) CHECK(codec_get(things[i]) == i * i);
  for (int i = 0; i < 100; i += 2) codec_drop(things[i]);
  for (int i = 1; i < 100; i += 2) CHECK(codec_get(things[i]) == i * i);
  CHECK(TRAPS(codec_get(things[0])));
  CHECK(strstr(told, "dropped") != NULL);
  CHECK(TRAPS(codec_get(NULL)));
  CHECK(strcmp(told, "codec#[method]thing.get: self: null handle") == 0);
  uint8_t *mine = token_new(5);
  CHECK(TRAPS(codec_get(mine)));
  CHECK(strstr(told, "made by `app`, given to `codec`") != NULL);
  CHECK(codec_look(mine) == 5);
  codec_keep(mine);
  codec_keep(token_new(6)); /* the first one is dropped */
  CHECK(tokens_alive == 1);
  uint8_t *back = codec_give_back();
  CHECK(app_value(back) == 6);
  app_drop_token(back);
  for (int i = 1; i < 100; i += 2) codec_drop(things[i]);
  CHECK(tokens_alive == 0);
}

static void faults(const char *argument) {
  const int kind = atoi(argument);
  check_works(1);
  CHECK(TRAPS(codec_fault(kind)));
  printf("%s\n", told);
  for (int i = 0; i < 3; ++i) check_works(i);
}

/* A host that ends between two calls; on_failure = "trap". */
static void stays_failed(void) {
  CHECK(TRAPS(codec_fault(FAULT_KILL)));
  char first[sizeof told];
  memcpy(first, told, sizeof told);
  for (int i = 0; i < 3; ++i) CHECK(TRAPS(codec_add(1, 2)));
  printf("%s\n", told);
  const char *reason = strstr(told, "the host");
  CHECK(reason != NULL && strstr(first, reason) != NULL);
}

static void lies(void) {
  uint8_t area[2 * sizeof(size_t)];
  for (int kind = 0; kind < LIE_NULL_HANDLE; ++kind) {
    check_works(kind);
    CHECK(TRAPS(codec_lie(kind, area)));
    printf("%s\n", told);
    CHECK(strstr(told, "wrong") != NULL);
  }
  check_works(0);
}

/* One handle, lent and given in one message; what is lent in one call can be given in the next. */
static void swaps(void) {
  CHECK(codec_swap(codec_make(7), codec_make(8)) == 7);
  CHECK(codec_swap_back(codec_make(8), codec_make(9)) == 9);
  uint8_t *thing = codec_make(1);
  CHECK(codec_get(thing) == 1);
  codec_drop(thing);
  thing = codec_make(2);
  CHECK(TRAPS(codec_swap(thing, thing)));
  printf("%s\n", told);
  thing = codec_make(3);
  CHECK(TRAPS(codec_swap_back(thing, thing)));
  printf("%s\n", told);
  check_works(1);
}

/* What a host owned is dropped when it ends; its own handles are stale, and dropping those does nothing. */
static void releases(void) {
  uint8_t *thing = codec_make(1);
  codec_keep(token_new(9));
  CHECK(tokens_alive == 1);
  CHECK(TRAPS(codec_fault(FAULT_KILL)));
  CHECK(tokens_alive == 0);
  codec_drop(thing);
  uint8_t *second = codec_make(2);
  CHECK(TRAPS(codec_fault(FAULT_KILL)));
  check_works(1);
  CHECK(TRAPS(codec_get(second)));
  CHECK(strstr(told, "handle of a host that is gone") != NULL);
  check_works(1);
  codec_drop(second);
  CHECK(TRAPS(codec_get(second)));
  CHECK(strstr(told, "dropped") != NULL);
}

/* The host ends in the innermost of many calls: all of them fail, one after the other. */
static void fails_deep(void) {
  failing_depth = 10;
  CHECK(TRAPS(codec_nest(25)));
  CHECK(strstr(told, "killed by signal 9") != NULL || strstr(told, "the host was killed") != NULL);
  failing_depth = NONE;
  CHECK(codec_nest(25) == 25);
}

static void forks(void) {
  check_works(1);
  uint8_t *thing = codec_make(4);
  const pid_t child = fork();
  if (child == 0) {
    check_works(2);
    CHECK(codec_nest(4) == 4);
    CHECK(TRAPS(codec_get(thing)));
    codec_drop(thing);
    exit(42);
  }
  check_works(3);
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
  CHECK(codec_get(thing) == 4);
  codec_drop(thing);
  CHECK(wait(NULL) == -1 && errno == ECHILD); /* hosts are no children of the program's */
}

static void errors(void) {
  CHECK(codec_try(5) == 5);
  CHECK(codec_try(-5) == -1);
  CHECK(codec_try(6) == 6);
  CHECK(TRAPS(codec_fault(FAULT_ABORT)));
  CHECK(codec_try(7) == 7);
}

static void cannot_start(void) {
  CHECK(TRAPS(codec_add(1, 2)));
  printf("%s\n", told);
}

static void deadline(void) {
  check_works(1);
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  CHECK(TRAPS(codec_fault(FAULT_HANG)));
  clock_gettime(CLOCK_MONOTONIC, &after);
  const double took = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
  printf("%s\n", told);
  CHECK(took > 0.25 && took < 3);
  check_works(2);
}

static void *add_once(void *unused) {
  (void)unused;
  check_works(1);
  return NULL;
}

static void thread_ends(void) {
  for (int i = 0; i < 50; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, add_once, NULL);
    pthread_join(thread, NULL);
  }
}

static int threads_here(void) {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  while (readdir(tasks) != NULL) ++count;
  closedir(tasks);
  return count;
}

/* Within 5 s. */
static bool comes_to(int (*count)(void), int wanted) {
  for (int i = 0; i < 5000 && count() != wanted; ++i) usleep(1000);
  return count() == wanted;
}

static int ticks(void) { return calls_back; }

/* Threads of the component's own call back, at once and while nobody calls it; who attends to them ends with them. */
static void own_threads(void) {
  pthread_barrier_t all;
  check_works(1);
  const int before = threads_here();
  for (int i = 0; i < 5; ++i) CHECK(codec_fault(OWN_THREADS) == 800);
  pthread_barrier_init(&all, NULL, 8);
  meeting = &all;
  CHECK(codec_fault(OWN_MEETING) == 8);
  meeting = NULL;
  calls_back = 0;
  CHECK(codec_fault(OWN_TICKER) == 1);
  CHECK(comes_to(ticks, 20));
  CHECK(comes_to(threads_here, before));
}

static void *kill_soon(void *process) {
  while (calls_back == 0) usleep(1000);
  kill((pid_t)(intptr_t)process, SIGKILL);
  return NULL;
}

/* The host ends while threads of the component's own are in calls: nothing is left of them, and a new host works. */
static void own_threads_end(void) {
  pthread_t killer;
  check_works(1);
  const int before = threads_here();
  failing_depth = ANY;
  for (volatile int i = 0; i < 20; ++i) {
    const pid_t host = codec_fault(TELL_PROCESS);
    calls_back = 0;
    pthread_create(&killer, NULL, kill_soon, (void *)(intptr_t)host);
    while (!TRAPS(codec_fault(OWN_THREADS))) continue;
    pthread_join(killer, NULL);
    CHECK(strstr(told, "killed by signal 9") != NULL);
    check_works(2);
  }
  CHECK(comes_to(threads_here, before));
}

/* ---- storms: hosts, or clients, are killed at random moments -------------------------------------------------------- */

static _Atomic bool stormy;
static _Atomic long calls_right, calls_failed;

static bool explained(void) {
  static const char *const reasons[] = {"killed by signal 9", "has ended", "ended before it was ready",
                                        "handle of a host that is gone"};
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; ++i)
    if (strstr(told, reasons[i]) != NULL) return true;
  return false;
}

static void call_each_kind(int i) {
  uint8_t area[2 * sizeof(size_t)], bytes[9000];
  memset(bytes, i, sizeof bytes);
  CHECK(codec_add(i, 1) == i + 1);
  codec_echo(bytes, sizeof bytes, area);
  CHECK(memcmp(sb_load_ptr(area), bytes, sizeof bytes) == 0);
  sb_release(sb_load_ptr(area), sizeof bytes);
  CHECK(codec_nest(6) == 6);
  uint8_t *thing = codec_make(i);
  CHECK(codec_get(thing) == i);
  codec_drop(thing);
}

static void *call_in_storm(void *number) {
  for (volatile int i = (int)(intptr_t)number; stormy; ++i) {
    if (!TRAPS(call_each_kind(i))) {
      ++calls_right;
      continue;
    }
    if (!explained()) fprintf(stderr, "%s\n", told);
    CHECK(explained());
    ++calls_failed;
  }
  return NULL;
}

static int open_descriptors(void) {
  int count = 0;
  for (int fd = 0; fd < 1024; ++fd) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

static unsigned seed = 1;
static long random_below(long limit) { return rand_r(&seed) % limit; }

/* `argument`: how many hosts are killed. */
static void storm(const char *argument) {
  pthread_t threads[3];
  const int before = open_descriptors();
  seed = (unsigned)getpid();
  stormy = true;
  for (intptr_t i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, call_in_storm, (void *)(i * 1000000));
  for (volatile long kills = atol(argument); kills > 0;) {
    volatile int32_t host = 0;
    if (TRAPS(host = codec_fault(TELL_PROCESS))) {
      CHECK(explained());
      continue;
    }
    usleep((useconds_t)random_below(2000));
    kill(host, SIGKILL);
    --kills;
  }
  stormy = false;
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  (void)TRAPS(codec_add(1, 1)); /* the last one's end is noticed by now */
  check_works(1);
  printf("%ld right, %ld failed\n", calls_right, calls_failed);
  CHECK(tokens_alive == 0);
  /* Those of one connection, once who listened to the last host has seen its end. */
  for (int i = 0; i < 5000 && open_descriptors() > before + 5; ++i) usleep(1000);
  CHECK(open_descriptors() <= before + 5);
}

static void busy(void) {
  for (int i = 0;; ++i) call_each_kind(i);
}

/* `argument`: how many clients are killed. */
static void client_storm(const char *argument) {
  seed = (unsigned)getpid();
  for (long kills = atol(argument); kills > 0; --kills) {
    const pid_t client = fork();
    if (client == 0) {
      execl("/proc/self/exe", "driver", "busy", (char *)NULL);
      _exit(127);
    }
    usleep((useconds_t)random_below(12000));
    kill(client, SIGKILL);
    int status;
    CHECK(waitpid(client, &status, 0) == client && WIFSIGNALED(status));
  }
}

/* A host that has ended when it is called: the call fails at once. */
static void dies_idle(void) {
  struct timespec before, after;
  for (volatile int i = 0; i < 20; ++i) {
    kill(codec_fault(TELL_PROCESS), SIGKILL);
    usleep(20000);
    clock_gettime(CLOCK_MONOTONIC, &before);
    CHECK(TRAPS(codec_add(1, 2)));
    clock_gettime(CLOCK_MONOTONIC, &after);
    CHECK(strstr(told, "killed by signal 9") != NULL);
    CHECK(after.tv_sec - before.tv_sec <= 1);
  }
}

/* Waits to be killed, with a host; its process id is on stdout. */
static void waits(const char *argument) {
  check_works(1);
  puts("ready");
  fflush(stdout);
  if (strcmp(argument, "inside") == 0) codec_fault(FAULT_HANG);
  if (strcmp(argument, "called-back") == 0) {
    back_sleeps_ms = 100000;
    codec_nest(1);
  }
  for (;;) pause();
}

/* Is it refused, and told so? What the component finds otherwise is printed. */
static void confined(const char *argument) {
  volatile int32_t found = -1;
  check_works(1);
  if (TRAPS(found = codec_fault(atoi(argument)))) printf("%s\n", told);
  else printf("%s\n", found == 0 ? "allowed" : strerror(found));
  check_works(2);
}

static void plain(void) { check_works(1); } /* to be traced, or confined */

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
    void (*run_with)(const char *);
  } cases[] = {
      {"values", values, NULL},   {"nested", nested, NULL},       {"threads", threads, NULL},
      {"handles", handles, NULL}, {"faults", NULL, faults},       {"stays-failed", stays_failed, NULL},
      {"lies", lies, NULL},       {"releases", releases, NULL},   {"fails-deep", fails_deep, NULL},
      {"forks", forks, NULL},     {"errors", errors, NULL},       {"cannot-start", cannot_start, NULL},
      {"deadline", deadline, NULL}, {"thread-ends", thread_ends, NULL}, {"waits", NULL, waits},
      {"storm", NULL, storm}, {"client-storm", NULL, client_storm}, {"busy", busy, NULL},
      {"dies-idle", dies_idle, NULL}, {"swaps", swaps, NULL},
      {"own-threads", own_threads, NULL}, {"own-threads-end", own_threads_end, NULL},
      {"plain", plain, NULL},       {"confined", NULL, confined},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    if (argc < 2 || strcmp(argv[1], cases[i].name) != 0) continue;
    if (cases[i].run != NULL) cases[i].run();
    else cases[i].run_with(argc > 2 ? argv[2] : "");
    return 0;
  }
  return 2;
}
