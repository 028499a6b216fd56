/* spawn.c: starts a host that is not the program's child: no SIGCHLD, no zombie, nothing for its wait() to find. */
#include "isolate.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 64 << 10, CONTROL = 3, TELL = 4, ABOVE = 10 };

typedef struct sb_start {
  const char *path;
  char *const *argv;
  int socket;
  int tell; /* closed when the host runs */
  uint8_t *stack; /* the host's, until it is one */
} sb_start;

/* What is told to the program: the host's process, or why there is none. Through a pipe, although memory is shared: under
 * valgrind it is not. */
typedef struct sb_told {
  pid_t host;
  int error;
} sb_told;

/* What runs between here and execve() asks the kernel itself: sanitizers take descriptors for the program's, and know
 * nothing of this stack. */
static void tell(int fd, pid_t host, int error) {
  const sb_told told = {host, error};
  while (syscall(SYS_write, fd, &told, sizeof told) < 0 && errno == EINTR) {
  }
}

/* Nothing of the program's but its standard streams: what a host held open, others would wait for. */
static void close_others(void) {
  if (syscall(SYS_close_range, TELL + 1, ~0U, 0) == 0) return;
  for (int fd = TELL + 1; fd < 65536; ++fd) syscall(SYS_close, fd);
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
  const int socket = (int)syscall(SYS_fcntl, start->socket, F_DUPFD, ABOVE);
  const int pipe = (int)syscall(SYS_fcntl, start->tell, F_DUPFD, ABOVE);
  setsid();
  if (syscall(SYS_dup3, socket, CONTROL, 0) == CONTROL && syscall(SYS_dup3, pipe, TELL, O_CLOEXEC) == TELL) {
    close_others();
    syscall(SYS_execve, start->path, start->argv, environ);
  }
  tell(TELL, 0, errno);
  return (int)syscall(SYS_exit_group, 127);
}

static int run_parent_of_host(void *argument) {
  sb_start *start = (sb_start *)argument;
  const pid_t host = start_process(run_host, start->stack + STACK, CLONE_VM | CLONE_VFORK, start);
  tell(start->tell, host, host < 0 ? errno : 0);
  return (int)syscall(SYS_exit_group, 0);
}

/* Reads what is told, until both have ended or are other programs; the host, or -1 with errno. */
static pid_t hear(int fd) {
  sb_told told;
  pid_t host = -1;
  int error = 0;
  for (ssize_t got; (got = read(fd, &told, sizeof told)) != 0;) {
    if (got < 0 && errno == EINTR) continue;
    if (got != (ssize_t)sizeof told) break;
    if (told.host > 0) host = told.host;
    if (told.error != 0) error = told.error;
  }
  errno = host < 0 && error == 0 ? ECHILD : error;
  return error != 0 ? -1 : host;
}

pid_t sb_spawn(const char *path, const char *name, int socket) {
  char *const argv[] = {(char *)(uintptr_t)name, (char *)(uintptr_t)"3", NULL};
  int pair[2];
  if (pipe2(pair, O_CLOEXEC) != 0) return -1;
  uint8_t *stacks = sb_area_new(2 * STACK);
  pid_t host = -1;
  if (stacks != NULL) {
    sb_start start = {path, argv, socket, pair[1], stacks + STACK};
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old); /* no handler runs in memory that is shared */
    const pid_t parent = start_process(run_parent_of_host, stacks + STACK, CLONE_VM | CLONE_VFORK, &start);
    const int error = errno;
    close(pair[1]);
    if (parent > 0) host = hear(pair[0]);
    else errno = error;
    const int heard = errno;
    while (parent > 0 && waitpid(parent, NULL, __WCLONE) < 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    munmap(stacks, 2 * STACK);
    errno = heard;
  } else {
    close(pair[1]);
  }
  const int error = errno;
  close(pair[0]);
  errno = error;
  return host;
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
