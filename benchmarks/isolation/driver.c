/* driver.c: times calls of an isolated component, and what the machine can do at best: a process that answers through
 * shared memory or a socket, and nothing else.
 *
 * driver two|one|free ROUNDS SHM_PROXY UNIX_PROXY [GRPC_PEER]: one line for every variant and round, `NAME NANOSECONDS`.
 * `two`: both sides have a CPU of their own, `one`: they share one, `free`: as the scheduler likes.
 * driver kill ROUNDS SHM_PROXY UNIX_PROXY: the same, from a host's death to its caller's trap. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/futex.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "symbuild.h"
#include "wrpc_values.h"

enum { MANY = 1 << 20, RECORDS = 1000, SAMPLES = 20000, FIRST = 0, SECOND = 1 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static _Noreturn void give_up(const char *what) {
  perror(what);
  exit(1);
}

static enum { TWO, ONE, FREE } mode;

static void pin(int cpu) {
  if (mode == FREE) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(mode == ONE ? SECOND : cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) give_up("sched_setaffinity");
}

/* ---- the work: the same for all. 8 bytes of each cache line are written, and read on the other side. ------------------ */

static uint64_t count;

static void fill(uint8_t *bytes, size_t size) {
  ++count;
  for (size_t i = 0; i < size; i += 64) {
    const uint64_t value = count + i;
    memcpy(bytes + i, &value, sizeof value);
  }
}

static uint64_t sum(const uint8_t *bytes, size_t size) {
  uint64_t all = 0;
  for (size_t i = 0; i < size; i += 64) {
    uint64_t value;
    memcpy(&value, bytes + i, sizeof value);
    all += value;
  }
  return all;
}

static uint8_t *mine; /* MANY bytes of the process's own */
static volatile uint64_t sink;

/* ---- floors: a process that answers --------------------------------------------------------------------------------- */

typedef struct flag {
  _Alignas(128) _Atomic uint32_t number;
} flag;

typedef struct shared {
  flag asked, answered;
  _Alignas(128) uint64_t size;
  _Alignas(128) uint64_t answer;
  _Alignas(4096) uint8_t bytes[MANY];
} shared;

typedef enum kind { SPIN, FUTEX, STREAM, SEQPACKET, FLOORS } kind;
static struct {
  shared *memory;
  int socket;
  uint32_t number;
} floors[FLOORS];

static void futex(_Atomic uint32_t *word, int operation, uint32_t value) {
  syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

static void post(kind which, flag *to, uint32_t number) {
  atomic_store_explicit(&to->number, number, which == SPIN ? memory_order_release : memory_order_seq_cst);
  if (which == FUTEX) futex(&to->number, FUTEX_WAKE, 1);
}

/* Who spins sleeps all the same when nothing comes for long: between its rounds, it would keep others from theirs. */
static void await(kind which, flag *from, uint32_t number) {
  uint32_t found;
  for (long vain = 0; (found = atomic_load_explicit(&from->number, memory_order_acquire)) != number; ++vain) {
    if (which == FUTEX || vain > 100000) futex(&from->number, FUTEX_WAIT, found);
#if defined(__x86_64__)
    else __builtin_ia32_pause();
#endif
  }
}

static void read_all(int fd, uint8_t *to, size_t size) {
  for (size_t done = 0; done < size;) {
    const ssize_t got = read(fd, to + done, size - done);
    if (got <= 0) _exit(0);
    done += (size_t)got;
  }
}

static void write_all(int fd, struct iovec *parts, int parts_count) {
  while (parts_count > 0) {
    ssize_t sent = writev(fd, parts, parts_count);
    if (sent < 0) give_up("writev");
    for (; parts_count > 0 && (size_t)sent >= parts->iov_len; --parts_count) sent -= (ssize_t)(parts++)->iov_len;
    if (parts_count > 0) {
      parts->iov_base = (uint8_t *)parts->iov_base + sent;
      parts->iov_len -= (size_t)sent;
    }
  }
}

static _Noreturn void serve(kind which) {
  shared *memory = floors[which].memory;
  const int fd = floors[which].socket;
  uint64_t head[2];
  for (uint32_t number = 1;; ++number) {
    if (which == SPIN || which == FUTEX) {
      await(which, &memory->asked, number);
      memory->answer = sum(memory->bytes, memory->size);
      post(which, &memory->answered, number);
      continue;
    }
    if (which == STREAM) {
      read_all(fd, (uint8_t *)head, sizeof head);
      read_all(fd, mine, head[0]);
    } else {
      struct iovec parts[2] = {{head, sizeof head}, {mine, MANY}};
      if (readv(fd, parts, 2) <= 0) _exit(0);
    }
    head[1] = sum(mine, head[0]);
    if (write(fd, head, sizeof head) < 0) _exit(0);
  }
}

static void start(kind which) {
  int pair[2] = {-1, -1};
  floors[which].memory = mmap(NULL, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (floors[which].memory == MAP_FAILED) give_up("mmap");
  if (which >= STREAM && socketpair(AF_UNIX, which == STREAM ? SOCK_STREAM : SOCK_SEQPACKET, 0, pair) != 0)
    give_up("socketpair");
  const pid_t server = fork();
  if (server < 0) give_up("fork");
  floors[which].socket = pair[server == 0];
  if (server != 0) {
    if (pair[1] >= 0) close(pair[1]);
    return;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (pair[0] >= 0) close(pair[0]);
  serve(which);
}

static void ask(kind which, size_t size) {
  uint64_t head[2] = {size, 0};
  shared *memory = floors[which].memory;
  const int fd = floors[which].socket;
  if (which == SPIN || which == FUTEX) {
    const uint32_t number = ++floors[which].number;
    fill(memory->bytes, size);
    memory->size = size;
    post(which, &memory->asked, number);
    await(which, &memory->answered, number);
    sink = memory->answer;
    return;
  }
  fill(mine, size);
  struct iovec parts[2] = {{head, sizeof head}, {mine, size}};
  write_all(fd, parts, 2);
  read_all(fd, (uint8_t *)head, sizeof head);
  sink = head[1];
}

/* ---- what is measured ------------------------------------------------------------------------------------------------ */

typedef struct record {
  uint8_t *name;
  size_t name_size;
  uint8_t *note;
  size_t note_size;
  uint64_t id;
} record;

typedef struct proxy {
  int32_t (*add)(int32_t, int32_t);
  int64_t (*sum)(uint8_t *, size_t);
  int64_t (*lengths)(uint8_t *, size_t);
  int32_t (*end)(void);
} proxy;
static proxy shm, unix_socket;
static int32_t (*peer_add)(int32_t, int32_t); /* grpc/peer.cpp, where it is built */
static record records[RECORDS];

static void *symbol(void *library, const char *name) {
  void *found = dlsym(library, name);
  if (found == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  return found;
}

static void *open_library(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  return library;
}

static proxy open_proxy(const char *path) {
  void *library = open_library(path);
  return (proxy){
      (int32_t(*)(int32_t, int32_t))symbol(library, "benchX3AisolatedX2FcodecX00add"),
      (int64_t(*)(uint8_t *, size_t))symbol(library, "benchX3AisolatedX2FcodecX00sum"),
      (int64_t(*)(uint8_t *, size_t))symbol(library, "benchX3AisolatedX2FcodecX00lengths"),
      (int32_t(*)(void))symbol(library, "benchX3AisolatedX2FcodecX00end"),
  };
}

static void make_records(void) {
  for (size_t i = 0; i < RECORDS; ++i) {
    records[i] = (record){malloc(40), 8 + i % 24, malloc(80), 20 + i % 50, i};
    memset(records[i].name, 'n', 40);
    memset(records[i].note, 'o', 80);
  }
}

/* What a record costs where every string is a block of its own. */
static void copy_deeply(void) {
  record *copy = malloc(sizeof records);
  uint64_t all = 0;
  for (size_t i = 0; i < RECORDS; ++i) {
    copy[i] = records[i];
    copy[i].name = memcpy(malloc(records[i].name_size), records[i].name, records[i].name_size);
    copy[i].note = memcpy(malloc(records[i].note_size), records[i].note, records[i].note_size);
  }
  for (size_t i = 0; i < RECORDS; ++i) all += copy[i].name_size + copy[i].note_size + copy[i].name[0];
  for (size_t i = 0; i < RECORDS; ++i) {
    free(copy[i].name);
    free(copy[i].note);
  }
  free(copy);
  sink = all;
}

static uint8_t encoded[RECORDS * 128];

static uint64_t lengths_of(const uint8_t *from, const uint8_t *end) {
  uint64_t count, name = 0, note = 0, id, all = 0;
  from = wrpc_get_number(from, end, &count);
  for (uint64_t i = 0; from != NULL && i < count; ++i) {
    from = wrpc_get_string(from, end, &name);
    if (from != NULL) from = wrpc_get_string(from, end, &note);
    if (from != NULL) from = wrpc_get_number(from, end, &id);
    all += name + note;
  }
  return from == end ? all : 0;
}

/* As a message that nobody sends. */
static void encode_and_decode(void) {
  uint8_t *to = wrpc_put_number(encoded, RECORDS);
  for (size_t i = 0; i < RECORDS; ++i) {
    to = wrpc_put_string(to, records[i].name, records[i].name_size);
    to = wrpc_put_string(to, records[i].note, records[i].note_size);
    to = wrpc_put_number(to, records[i].id);
  }
  sink = lengths_of(encoded, to);
  if (sink == 0) abort();
}

static void spin_16(void) { ask(SPIN, 16); }
static void futex_16(void) { ask(FUTEX, 16); }
static void stream_16(void) { ask(STREAM, 16); }
static void seqpacket_16(void) { ask(SEQPACKET, 16); }
static void futex_many(void) { ask(FUTEX, MANY); }
static void stream_many(void) { ask(STREAM, MANY); }
static void shm_add(void) { sink = (uint64_t)shm.add((int32_t)sink, 1); }
static void grpc_add(void) { sink = (uint64_t)peer_add((int32_t)sink, 1); }
static void unix_add(void) { sink = (uint64_t)unix_socket.add((int32_t)sink, 1); }
static void shm_sum(void) {
  fill(mine, MANY);
  sink = (uint64_t)shm.sum(mine, MANY);
}
static void unix_sum(void) {
  fill(mine, MANY);
  sink = (uint64_t)unix_socket.sum(mine, MANY);
}
static void shm_lengths(void) { sink = (uint64_t)shm.lengths((uint8_t *)records, RECORDS); }

static struct variant {
  const char *name;
  void (*run)(void);
  bool needs_two;
  long calls;
} variants[] = {
    {"spin", spin_16, true, 0},         {"futex", futex_16, false, 0},
    {"stream", stream_16, false, 0},    {"seqpacket", seqpacket_16, false, 0},
    {"shm", shm_add, false, 0},         {"unix", unix_add, false, 0},
    {"futex-many", futex_many, false, 0}, {"stream-many", stream_many, false, 0},
    {"shm-many", shm_sum, false, 0},    {"unix-many", unix_sum, false, 0},
    {"deep-copy", copy_deeply, false, 0}, {"shm-records", shm_lengths, false, 0},
    {"wrpc-records", encode_and_decode, false, 0}, {"grpc", grpc_add, false, 0},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static double timed(const struct variant *variant, long calls) {
  if (variant->run == spin_16) {
    ++floors[SPIN].number;
    post(FUTEX, &floors[SPIN].memory->asked, floors[SPIN].number); /* which wakes it */
    await(SPIN, &floors[SPIN].memory->answered, floors[SPIN].number);
  }
  const double from = now();
  for (long i = 0; i < calls; ++i) variant->run();
  return now() - from;
}

static int by_size(const void *one, const void *other) {
  const double difference = *(const double *)one - *(const double *)other;
  return (difference > 0) - (difference < 0);
}

static void tell_percentiles(void) {
  static double samples[SAMPLES];
  for (int i = 0; i < SAMPLES; ++i) {
    const double from = now();
    shm_add();
    samples[i] = now() - from;
  }
  qsort(samples, SAMPLES, sizeof *samples, by_size);
  printf("shm-p50 %.1f\nshm-p99 %.1f\n", samples[SAMPLES / 2], samples[SAMPLES * 99 / 100]);
}

static void measure(int rounds) {
  const double wanted = 5e6; /* ns of a variant in a round */
  for (int i = 0; i < VARIANTS; ++i) {
    struct variant *variant = &variants[i];
    if (variant->needs_two && mode != TWO) continue;
    if (variant->run == grpc_add && peer_add == NULL) continue;
    double took = 0;
    for (variant->calls = 4; (took = timed(variant, variant->calls)) < wanted / 4;) variant->calls *= 2;
    variant->calls = (long)((double)variant->calls * wanted / took) + 1;
  }
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < VARIANTS; ++i) {
      const struct variant *variant = &variants[i];
      if (variant->calls != 0) printf("%s %.1f\n", variant->name, timed(variant, variant->calls) / (double)variant->calls);
    }
    tell_percentiles();
  }
}

/* ---- a host that dies ------------------------------------------------------------------------------------------------ */

static jmp_buf landing;
static double ticked;

void sb_trap_hook(const sb_trap *trap) {
  (void)trap;
  longjmp(landing, 1);
}

void tick(void) SB_EXPORT("benchX3AisolatedX2FclockX00tick");
void tick(void) { ticked = now(); }

static void measure_deaths(int rounds) {
  const proxy *const both[] = {&shm, &unix_socket};
  static const char *const names[] = {"shm-death", "unix-death"};
  for (volatile int i = 0; i < 2 * rounds; ++i) {
    if (setjmp(landing) == 0) both[i % 2]->end();
    printf("%s %.1f\n", names[i % 2], now() - ticked);
  }
}

int main(int argc, char **argv) {
  if (argc != 5 && argc != 6) return 2;
  const bool kills = strcmp(argv[1], "kill") == 0;
  mode = kills || strcmp(argv[1], "free") == 0 ? FREE : strcmp(argv[1], "one") == 0 ? ONE : TWO;
  const struct sched_param urgent = {5}; /* where that is allowed: others run here, too */
  sched_setscheduler(0, SCHED_FIFO, &urgent);
  mine = malloc(MANY);
  memset(mine, 1, MANY);
  shm = open_proxy(argv[3]);
  unix_socket = open_proxy(argv[4]);
  if (kills) {
    measure_deaths(atoi(argv[2]));
    return 0;
  }
  pin(FIRST); /* servers and hosts inherit it */
  for (int which = mode == TWO ? SPIN : FUTEX; which < FLOORS; ++which) start((kind)which);
  if (argc == 6) {
    void *peer = open_library(argv[5]);
    ((void (*)(void))symbol(peer, "peer_start"))();
    peer_add = (int32_t(*)(int32_t, int32_t))symbol(peer, "peer_add");
  }
  shm_add();
  unix_add();
  make_records();
  pin(SECOND);
  measure(atoi(argv[2]));
  return 0;
}
