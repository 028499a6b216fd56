/* confine.c: what a host gives up once its component is loaded. Each is for good, and for every thread of the host. */
#include "isolate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Each returns null, or what failed; errno says why. */

static const char *give_up_privileges(void) {
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? NULL : "no-new-privileges";
}

/* ---- namespaces: no network, no System V objects, no capabilities ---------------------------------------------------- */

static bool write_file(const char *path, const char *text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  close(fd);
  return done;
}

static const char *enter_namespaces(void) {
  const unsigned user = geteuid(), group = getegid();
  char users[64], groups[64];
  snprintf(users, sizeof users, "%u %u 1", user, user);
  snprintf(groups, sizeof groups, "%u %u 1", group, group);
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) return "namespaces";
  if (!write_file("/proc/self/uid_map", users) || !write_file("/proc/self/setgroups", "deny") ||
      !write_file("/proc/self/gid_map", groups))
    return "namespaces (id maps)";
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  return syscall(SYS_capset, &head, none) == 0 ? NULL : "namespaces (capabilities)";
}

/* ---- landlock: no file is written, made, removed or run -------------------------------------------------------------- */

static bool has_other_threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;
  if (tasks == NULL) return true;
  for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;) count += entry->d_name[0] != '.';
  closedir(tasks);
  return count > 1;
}

static const char *lock_files(void) {
  enum { REFER = 1 << 13, TRUNCATE = 1 << 14 }; /* since versions 2 and 3; younger than some systems' headers */
  /* A ruleset holds for the thread that takes it and those it starts. */
  if (has_other_threads()) {
    errno = EBUSY;
    return "landlock (the component has threads already)";
  }
  const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return "landlock";
  struct landlock_ruleset_attr rules = {
      .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                           LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                           LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                           LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM};
  if (version >= 2) rules.handled_access_fs |= REFER;
  if (version >= 3) rules.handled_access_fs |= TRUNCATE;
  const int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0);
  if (fd < 0) return "landlock";
  const char *wrong = give_up_privileges();
  if (wrong == NULL && syscall(SYS_landlock_restrict_self, fd, 0) != 0) wrong = "landlock";
  close(fd);
  return wrong;
}

/* ---- seccomp: no programs, no other processes, no network, nothing of the machine's ---------------------------------- */

#if defined(__x86_64__)
static const uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
static const uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
static const uint32_t architecture = 0;
#endif
enum { FIRST_X32 = 0x40000000 }; /* calls of another ABI of x86-64's */

static const int refused[] = {
    SYS_execve,       SYS_execveat,      SYS_ptrace,        SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_pidfd_getfd,  SYS_pidfd_send_signal, SYS_tkill,     SYS_bpf,              SYS_perf_event_open,
    SYS_userfaultfd,  SYS_io_uring_setup, SYS_keyctl,       SYS_add_key,          SYS_request_key,
    SYS_mount,        SYS_umount2,       SYS_pivot_root,    SYS_chroot,           SYS_unshare,
    SYS_setns,        SYS_reboot,        SYS_kexec_load,    SYS_init_module,      SYS_finit_module,
    SYS_delete_module, SYS_swapon,       SYS_swapoff,       SYS_acct,             SYS_quotactl,
    SYS_settimeofday, SYS_clock_settime, SYS_sethostname,   SYS_setdomainname,    SYS_open_by_handle_at,
    SYS_fsopen,       SYS_fsmount,       SYS_move_mount,    SYS_open_tree,        SYS_setuid,
    SYS_setgid,       SYS_setresuid,     SYS_setresgid,
};

typedef struct sb_filter {
  struct sock_filter code[160];
  unsigned short size;
} sb_filter;

static void emit(sb_filter *filter, unsigned code, unsigned yes, unsigned no, unsigned value) {
  filter->code[filter->size++] =
      (struct sock_filter){(unsigned short)code, (unsigned char)yes, (unsigned char)no, value};
}
static void load_word(sb_filter *filter, size_t offset) { emit(filter, BPF_LD | BPF_W | BPF_ABS, 0, 0, (unsigned)offset); }
static void finish(sb_filter *filter, unsigned action) { emit(filter, BPF_RET | BPF_K, 0, 0, action); }

/* For call `number`: refused unless the low half of its first argument is `wanted`. */
static void first_must_be(sb_filter *filter, int number, unsigned wanted) {
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 4, (unsigned)number);
  load_word(filter, offsetof(struct seccomp_data, args[0]));
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, wanted);
  finish(filter, SECCOMP_RET_ALLOW);
  finish(filter, SECCOMP_RET_TRAP);
}

static const char *filter_calls(void) {
  enum { NAMESPACES = 0x7e020000 };
  static sb_filter filter; /* once in a process */
  if (architecture == 0) {
    errno = ENOSYS;
    return "seccomp (on this architecture)";
  }
  load_word(&filter, offsetof(struct seccomp_data, arch));
  emit(&filter, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, architecture);
  finish(&filter, SECCOMP_RET_KILL_PROCESS);
  load_word(&filter, offsetof(struct seccomp_data, nr));
  emit(&filter, BPF_JMP | BPF_JGE | BPF_K, 0, 1, FIRST_X32);
  finish(&filter, SECCOMP_RET_KILL_PROCESS);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; ++i) {
    emit(&filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (unsigned)refused[i]);
    finish(&filter, SECCOMP_RET_TRAP);
  }
  first_must_be(&filter, SYS_socket, AF_UNIX);
  first_must_be(&filter, SYS_kill, (unsigned)getpid());
  first_must_be(&filter, SYS_tgkill, (unsigned)getpid());
  /* clone3 has its flags in memory, where a filter cannot look: the C library then uses clone. */
  emit(&filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_clone3);
  finish(&filter, SECCOMP_RET_ERRNO | ENOSYS);
  emit(&filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 3, SYS_clone);
  load_word(&filter, offsetof(struct seccomp_data, args[0]));
  emit(&filter, BPF_JMP | BPF_JSET | BPF_K, 0, 1, NAMESPACES);
  finish(&filter, SECCOMP_RET_TRAP);
  finish(&filter, SECCOMP_RET_ALLOW);
  const struct sock_fprog program = {filter.size, filter.code};
  const char *wrong = give_up_privileges();
  if (wrong != NULL) return wrong;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0 ? NULL : "seccomp";
}

/* ---- what the profile says ------------------------------------------------------------------------------------------- */

/* In the order in which they do not stand in each other's way. */
static const struct {
  const char *word;
  const char *(*apply)(void);
} ways[] = {
    {"namespaces", enter_namespaces},
    {"landlock", lock_files},
    {"no-new-privileges", give_up_privileges},
    {"seccomp", filter_calls},
};
enum { WAYS = sizeof ways / sizeof *ways };

static const char *say_wrong(const char *what, const char *why) {
  static char text[160];
  snprintf(text, sizeof text, "%s: %s", what, why);
  return text;
}

const char *sb_confine(const char *words, char *done, size_t size) {
  bool wanted[WAYS] = {false}, needed[WAYS] = {false};
  done[0] = '\0';
  for (const char *at = words + strspn(words, " "); *at != '\0'; at += strspn(at, " ")) {
    const bool optional = *at == '?';
    at += optional;
    const size_t length = strcspn(at, " ");
    size_t i = 0;
    while (i < WAYS && (strlen(ways[i].word) != length || strncmp(ways[i].word, at, length) != 0)) ++i;
    if (i == WAYS) return say_wrong(words, "a word in it is not known");
    wanted[i] = true;
    needed[i] |= !optional;
    at += length;
  }
  for (size_t i = 0; i < WAYS; ++i) {
    if (!wanted[i]) continue;
    const char *wrong = ways[i].apply();
    if (wrong != NULL && needed[i]) return say_wrong(wrong, strerror(errno));
    if (wrong == NULL) {
      const size_t used = strlen(done);
      snprintf(done + used, size - used, "%s%s", used != 0 ? " " : "", ways[i].word);
    }
  }
  return NULL;
}
