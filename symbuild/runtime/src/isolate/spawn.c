/* spawn.c: starts a host that is not the program's child: no SIGCHLD, no zombie, nothing for its wait() to find. */
#include "isolate.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 64 << 10, CONTROL = 3 };

/* Shared by the program, which sleeps meanwhile, and its descendants until they run another program (CLONE_VM). */
typedef struct sb_start {
  const char *path;
  char *const *argv;
  int socket;
  uint8_t *stack; /* the host's, until it is one */
  volatile pid_t host;
  volatile int error;
} sb_start;

/* Nothing of the program's but its standard streams: what a host held open, others would wait for. */
static void close_others(void) {
  if (syscall(SYS_close_range, CONTROL + 1, ~0U, 0) == 0) return;
  struct rlimit limit;
  const int most = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
  for (int fd = CONTROL + 1; fd < most; ++fd) close(fd);
}

/* Under its own name ThreadSanitizer takes the call for a fork of the program. */
#ifdef __GLIBC__
extern __typeof__(clone) __clone;
#define start_process __clone
#else
#define start_process clone
#endif

/* Ctrl-C is the program's business. Signals stay blocked until the host's main(). */
static int run_host(void *argument) {
  sb_start *start = (sb_start *)argument;
  setsid();
  if (start->socket == CONTROL) start->socket = dup(CONTROL); /* so that dup2 clears close-on-exec */
  if (dup2(start->socket, CONTROL) == CONTROL) {
    close_others();
    execve(start->path, start->argv, environ);
  }
  start->error = errno;
  _exit(127);
}

static int run_parent_of_host(void *argument) {
  sb_start *start = (sb_start *)argument;
  start->host = start_process(run_host, start->stack + STACK, CLONE_VM | CLONE_VFORK, start);
  if (start->host < 0) start->error = errno;
  _exit(0);
}

pid_t sb_spawn(const char *path, const char *name, int socket) {
  char *const argv[] = {(char *)(uintptr_t)name, (char *)(uintptr_t)"3", NULL};
  uint8_t *stacks = sb_area_new(2 * STACK);
  if (stacks == NULL) return -1;
  sb_start start = {path, argv, socket, stacks + STACK, -1, 0};
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &old); /* no handler runs in memory that is shared */
  const pid_t parent = start_process(run_parent_of_host, stacks + STACK, CLONE_VM | CLONE_VFORK, &start);
  if (parent < 0) start.error = errno;
  else
    while (waitpid(parent, NULL, __WCLONE) < 0 && errno == EINTR) {
    }
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  munmap(stacks, 2 * STACK);
  errno = start.error;
  return start.error != 0 ? -1 : start.host;
}

/* The loader may know a file by a relative name, from a folder that the program has left: the kernel knows better. */
static bool mapped_from(const void *address, char *path, size_t size) {
  FILE *maps = fopen("/proc/self/maps", "re");
  if (maps == NULL) return false;
  char line[4352];
  bool found = false;
  while (!found && fgets(line, sizeof line, maps) != NULL) {
    unsigned long from, to;
    const char *name = strchr(line, '/');
    if (name == NULL || sscanf(line, "%lx-%lx", &from, &to) != 2) continue;
    if ((uintptr_t)address < from || (uintptr_t)address >= to) continue;
    found = (size_t)snprintf(path, size, "%.*s", (int)strcspn(name, "\n"), name) < size;
  }
  fclose(maps);
  return found;
}

bool sb_own_folder(char *folder, size_t size) {
  Dl_info info;
  const void *here = (const void *)&sb_transport_shm;
  if (!mapped_from(here, folder, size)) {
    if (dladdr(here, &info) == 0 || (size_t)snprintf(folder, size, "%s", info.dli_fname) >= size) return false;
  }
  char *slash = strrchr(folder, '/');
  if (slash == NULL) return false;
  slash[1] = '\0';
  return true;
}
