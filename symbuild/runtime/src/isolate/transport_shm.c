/* transport_shm.c: a lane in shared memory. The turn is a word that both sides wait on as a futex.
 *
 * While the host has the turn the word holds its thread's id, and the thread has the word in its list of robust futexes:
 * when the thread ends, however it does, the kernel marks the word with FUTEX_OWNER_DIED and wakes who waits. A thread that
 * ends before it is given the turn does not own the word; so it owns another one all the time, earlier in the list. Who has
 * passed the turn and finds that word unmarked knows that the turn's will be marked. */
#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The first page. What the two sides write often lies in lines of its own; the turn word is near the page's end, because
 * the C library's list of robust futexes wants its entry at a fixed distance (32 bytes after the word, with pointers of
 * 8 bytes), and the page behind is private to the host; so is the word that tells whether the host's thread lives. */
#if defined(__x86_64__) || defined(__i386__)
enum { PAGE = 4096 };
#else
enum { PAGE = 65536 }; /* the largest there are */
#endif
enum { LINE = 64, HOST_STARTS = FUTEX_TID_MASK };
struct sb_shm {
  _Atomic int client_cpu;
  char apart[2 * LINE - sizeof(int)];
  _Atomic int host_cpu;
  char apart_too[2 * LINE - sizeof(int)];
  _Atomic uint32_t host_thread;
  char unused[PAGE - 4 * LINE - LINE - sizeof(uint32_t)];
  sb_header header;
  char padding[8];
  _Atomic uint32_t alive; /* the host thread's id; 0 where the kernel does not watch it */
  char padding_too[12];
  _Atomic uint32_t turn;
  uint32_t end;
};
_Static_assert(sizeof(struct sb_shm) == PAGE, "all of the page");

/* ---- waiting ------------------------------------------------------------------------------------------------------ */

/* What a wait in the kernel costs both sides, roughly, where it means waking another CPU; and for how many waits nobody
 * spins after it was in vain. */
enum { SPIN = 50000, PENALTY_LEAST = 32, PENALTY_MOST = 4096 };

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void wake(_Atomic uint32_t *turn) { syscall(SYS_futex, turn, FUTEX_WAKE, 1, NULL, NULL, 0); }

/* Is the wait over, as this word says? */
static bool has_come(uint32_t word, uint32_t mine) {
  return (word & FUTEX_TID_MASK) == mine || (word & FUTEX_OWNER_DIED) != 0;
}

static bool is_host(void) { return sb_side_here == &sb_host_side; }

/* Says where this side runs; writes only what has changed, so that the line stays in both caches. */
static int publish_cpu(sb_lane *lane) {
  const int cpu = sched_getcpu();
  if (cpu != lane->cpu) {
    lane->cpu = cpu;
    atomic_store_explicit(is_host() ? &lane->shm->host_cpu : &lane->shm->client_cpu, cpu, memory_order_relaxed);
  }
  return cpu;
}

/* Spins as long as the peer runs on another CPU and sleeping would cost more; where both share one it would keep the peer
 * from running. It was in vain where the peer takes long, or others want its CPU: spinning then makes things worse, as the
 * scheduler takes who spins for somebody who has had its share. */
static bool spin(sb_lane *lane, uint32_t mine) {
  sb_shm *shm = lane->shm;
  const _Atomic int *peer = is_host() ? &shm->client_cpu : &shm->host_cpu;
  int cpu = publish_cpu(lane);
  if (atomic_load_explicit(peer, memory_order_relaxed) == cpu) return false;
  if (lane->unspun != 0) {
    --lane->unspun;
    return false;
  }
  int64_t until = 0;
  for (;;) {
    for (int i = 0; i < 64; ++i) {
      if (has_come(atomic_load_explicit(&shm->turn, memory_order_acquire), mine)) {
        if (++lane->spun >= 4 * PENALTY_MOST) lane->penalty = lane->spun = 0; /* all is well */
        return true;
      }
      relax();
    }
    const int64_t now = sb_now();
    if (until == 0) until = now + SPIN;
    if (now > until) break;
    cpu = publish_cpu(lane);
    if (atomic_load_explicit(peer, memory_order_relaxed) == cpu) return false;
  }
  lane->penalty = lane->penalty == 0 ? PENALTY_LEAST : lane->penalty < PENALTY_MOST ? 2 * lane->penalty : PENALTY_MOST;
  lane->unspun = lane->penalty;
  lane->spun = 0;
  return false;
}

/* One sleep of at most `ns`; false if the time was up. */
static bool sleep_on(_Atomic uint32_t *turn, uint32_t word, int64_t ns) {
  struct {
    long seconds, nanoseconds;
  } time = {(long)(ns / 1000000000), (long)(ns % 1000000000)};
  return syscall(SYS_futex, turn, FUTEX_WAIT, word, ns > 0 ? &time : NULL, NULL, 0) == 0 || errno != ETIMEDOUT;
}

/* A host can sleep until it is woken, as it ends with its client. A client looks up now and then: the kernel's word alone is
 * not relied on. */
static sb_wake wait_for(sb_lane *lane, uint32_t mine, sb_call *caller) {
  enum { FIRST = 4000000, LAST = 1000000000 };
  _Atomic uint32_t *turn = &lane->shm->turn;
  const int64_t deadline = sb_call_deadline(caller);
  int64_t most = is_host() ? 0 : FIRST;
  bool slept = false;
  uint32_t word = atomic_load_explicit(turn, memory_order_acquire);
  while (!has_come(word, mine)) {
    int64_t ns = most;
    if (deadline != 0) {
      const int64_t left = deadline - sb_now();
      if (left <= 0) return SB_LATE;
      if (ns == 0 || left < ns) ns = left;
    }
    const uint32_t waiting = word | FUTEX_WAITERS;
    if (word != waiting && !atomic_compare_exchange_strong(turn, &word, waiting)) continue;
    if (!is_host() && (atomic_load(&lane->shm->alive) & FUTEX_OWNER_DIED) != 0) {
      /* It may have passed the turn before it ended. */
      word = atomic_load_explicit(turn, memory_order_acquire);
      if (has_come(word, mine)) break;
      return SB_GONE;
    }
    slept = true;
    const bool woken = sleep_on(turn, waiting, ns);
    word = atomic_load_explicit(turn, memory_order_acquire);
    if (woken || has_come(word, mine)) continue;
    if (sb_connection_gone(lane->connection)) return SB_GONE;
    if (most != 0 && most < LAST) most *= 4;
  }
  if (slept) publish_cpu(lane);
  return SB_TURN;
}

/* ---- passing the turn ---------------------------------------------------------------------------------------------- */

/* The lowest bit of a link says that a mutex inherits priorities. */
static void *link_of(const void *link) { return (void *)((uintptr_t)link & ~(uintptr_t)1); }

/* Before an entry the C library keeps a pointer back, where pointers have 8 bytes. */
static void **back_of(struct robust_list *entry) { return (void **)entry - 1; }

/* The entry of a word, or null where the list's shape is not the one that fits. */
static struct robust_list *entry_of(const sb_lane *lane, const _Atomic uint32_t *word,
                                    const struct robust_list_head *head) {
  const uintptr_t entry = (uintptr_t)word - (uintptr_t)head->futex_offset;
  const uintptr_t page = (uintptr_t)lane->shm + PAGE;
  const bool fits = sizeof(void *) == 8 && entry >= page + sizeof(void *) && entry + sizeof(void *) <= page + PAGE;
  return fits ? (struct robust_list *)entry : NULL;
}

/* What the host's thread is about to pass on it no longer owns while it wakes the client: a thread that ends in between
 * leaves that to the kernel, which wakes who waits on a word of 0 that is pending. */
static void set_pending(const sb_lane *lane, struct robust_list *entry) {
  if (lane->robust == NULL) return;
  atomic_signal_fence(memory_order_seq_cst);
  *(struct robust_list *volatile *)&lane->robust->list_op_pending = entry;
  atomic_signal_fence(memory_order_seq_cst);
}

static void pass(sb_lane *lane) {
  if (lane->robust != NULL) set_pending(lane, entry_of(lane, &lane->shm->turn, lane->robust));
  uint32_t old = atomic_load_explicit(&lane->shm->turn, memory_order_relaxed);
  do {
    if ((old & FUTEX_OWNER_DIED) != 0) break;
  } while (!atomic_compare_exchange_weak_explicit(&lane->shm->turn, &old, lane->peer, memory_order_acq_rel,
                                                  memory_order_relaxed));
  if ((old & FUTEX_OWNER_DIED) == 0 && (old & FUTEX_WAITERS) != 0) wake(&lane->shm->turn);
  set_pending(lane, NULL);
}

static void shm_post(sb_lane *lane, const sb_header *header, const uint8_t *frame, const uint8_t *bulk,
                     sb_call *caller) {
  (void)frame, (void)bulk, (void)caller; /* they lie where the peer expects them */
  lane->shm->header = *header;
  pass(lane);
}

static sb_wake shm_await(sb_lane *lane, sb_header *header, sb_call *caller) {
  if (!spin(lane, lane->self)) {
    const sb_wake wake = wait_for(lane, lane->self, caller);
    if (wake != SB_TURN) return wake;
  }
  if ((atomic_load_explicit(&lane->shm->turn, memory_order_acquire) & FUTEX_OWNER_DIED) != 0) return SB_GONE;
  /* Read once: the peer may go on writing. */
  const volatile sb_header *sent = &lane->shm->header;
  header->kind = sent->kind;
  header->function = sent->function;
  header->sequence = sent->sequence;
  header->border = sent->border;
  header->frame_bytes = sent->frame_bytes;
  header->bulk_bytes = sent->bulk_bytes;
  return sb_lane_expects(lane, caller, header) ? SB_TURN : SB_NONSENSE;
}

/* ---- set-up -------------------------------------------------------------------------------------------------------- */

static size_t mapped_size(const sb_lane *lane) { return 2 * PAGE + lane->frames_size + lane->bulk_size; }

/* In the file: the turn word's page, both areas. In memory there is a private page after the first. A forked child does
 * not get any of it: two processes with one thread's lane would both answer. */
static bool map(sb_lane *lane, int fd) {
  const size_t areas = lane->frames_size + lane->bulk_size;
  const int both = PROT_READ | PROT_WRITE;
  uint8_t *base = sb_area_new(mapped_size(lane));
  if (base == NULL) return false;
  if (mmap(base, PAGE, both, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED ||
      mmap(base + 2 * PAGE, areas, both, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, fd, PAGE) == MAP_FAILED ||
      madvise(base, mapped_size(lane), MADV_DONTFORK) != 0) {
    munmap(base, mapped_size(lane));
    return false;
  }
  lane->shm = (sb_shm *)(void *)base;
  lane->frames = base + 2 * PAGE;
  lane->bulk = lane->frames + lane->frames_size;
  return true;
}

static int shm_make(sb_lane *lane) {
  int fd = memfd_create("symbuild-lane", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return -1;
  bool done = false;
  for (int attempt = 0; !done && sb_area_sizes(&lane->frames_size, &lane->bulk_size, attempt); ++attempt)
    done = ftruncate(fd, (off_t)(PAGE + lane->frames_size + lane->bulk_size)) == 0 && map(lane, fd);
  /* A peer that shrank it would make this side die of SIGBUS. */
  if (!done || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    close(fd);
    return -1;
  }
  atomic_store(&lane->shm->turn, HOST_STARTS);
  atomic_store(&lane->shm->host_cpu, -1);
  atomic_store(&lane->shm->client_cpu, -1);
  return fd;
}

static sb_wake shm_made(sb_lane *lane) {
  const sb_wake wake = wait_for(lane, lane->self, NULL);
  lane->peer = atomic_load(&lane->shm->host_thread) & FUTEX_TID_MASK;
  return wake == SB_TURN && (atomic_load(&lane->shm->turn) & FUTEX_OWNER_DIED) != 0 ? SB_GONE : wake;
}

static const char *shm_join(sb_lane *lane, int fd) {
  const uint64_t size = (uint64_t)PAGE + lane->frames_size + lane->bulk_size;
  const int seals = fcntl(fd, F_GET_SEALS);
  struct stat found;
  const char *wrong = NULL;
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0) wrong = "a lane's memory is not sealed";
  else if (fstat(fd, &found) != 0 || (uint64_t)found.st_size < size) wrong = "a lane's memory is too small";
  else if (!map(lane, fd)) wrong = "no address space for a lane";
  close(fd);
  return wrong;
}

static struct robust_list_head *robust_head(void) {
  struct robust_list_head *head = NULL;
  size_t size = 0;
  return syscall(SYS_get_robust_list, 0, &head, &size) == 0 && size == sizeof *head ? head : NULL;
}

/* Registers both words with the kernel, in the C library's own list, so that the component's robust mutexes go on working.
 * Where it has no list, or one of another shape, the client looks up now and then. */
static void robust_enter(sb_lane *lane) {
  struct robust_list_head *head = robust_head();
  if (head == NULL || head->list.next != &head->list) return; /* a new thread's is empty */
  struct robust_list *turn = entry_of(lane, &lane->shm->turn, head);
  struct robust_list *alive = entry_of(lane, &lane->shm->alive, head);
  if (turn == NULL || alive == NULL) return;
  turn->next = &head->list;
  *back_of(turn) = alive;
  alive->next = turn;
  *back_of(alive) = head;
  atomic_signal_fence(memory_order_seq_cst);
  head->list.next = alive;
  lane->robust = head;
  atomic_store(&lane->shm->alive, lane->self);
}

static void robust_remove(struct robust_list *entry, const struct robust_list_head *head) {
  struct robust_list *before = (struct robust_list *)link_of(*back_of(entry));
  struct robust_list *after = (struct robust_list *)link_of(entry->next);
  before->next = entry->next;
  if (after != &head->list) *back_of(after) = before;
}

static void robust_leave(sb_lane *lane) {
  const struct robust_list_head *head = lane->robust;
  if (head == NULL) return;
  robust_remove(entry_of(lane, &lane->shm->alive, head), head);
  robust_remove(entry_of(lane, &lane->shm->turn, head), head);
  lane->robust = NULL;
}

static void shm_enter(sb_lane *lane) {
  lane->self = (uint32_t)syscall(SYS_gettid);
  lane->peer = 0;
  robust_enter(lane);
  publish_cpu(lane);
  atomic_store(&lane->shm->host_thread, lane->self);
  pass(lane);
}

static void shm_abandon(sb_lane *lane) {
  atomic_fetch_or(&lane->shm->turn, FUTEX_OWNER_DIED);
  wake(&lane->shm->turn);
}

static void shm_close(sb_lane *lane) {
  if (lane->shm != NULL) munmap(lane->shm, mapped_size(lane));
}

const sb_transport sb_transport_shm = {
    "shm", true, shm_make, shm_made, shm_join, shm_enter, robust_leave, shm_post, shm_await, shm_abandon, shm_close,
};
