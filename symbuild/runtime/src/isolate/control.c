/* control.c: packets on the control socket, with descriptors and credentials. */
#include "isolate.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

bool sb_control_send(int socket, const void *packet, size_t size, int fd) {
  struct iovec part = {(void *)(uintptr_t)packet, size};
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
  } extra;
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd >= 0) {
    memset(&extra, 0, sizeof extra);
    message.msg_control = &extra;
    message.msg_controllen = sizeof extra.bytes;
    extra.head.cmsg_level = SOL_SOCKET;
    extra.head.cmsg_type = SCM_RIGHTS;
    extra.head.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&extra.head), &fd, sizeof fd);
  }
  ssize_t sent;
  do sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == (ssize_t)size;
}

#ifdef __clang__
#pragma clang diagnostic ignored "-Wsign-compare" /* inside musl's CMSG_NXTHDR */
#endif

/* Takes over what came with a packet: at most one descriptor is wanted, any other is closed. */
static void take_extras(struct msghdr *message, int *fd, struct ucred *who) {
  for (struct cmsghdr *extra = CMSG_FIRSTHDR(message); extra != NULL; extra = CMSG_NXTHDR(message, extra)) {
    if (extra->cmsg_level != SOL_SOCKET) continue;
    if (extra->cmsg_type == SCM_CREDENTIALS && who != NULL) memcpy(who, CMSG_DATA(extra), sizeof *who);
    if (extra->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (extra->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int received;
      memcpy(&received, CMSG_DATA(extra) + i * sizeof received, sizeof received);
      if (fd != NULL && *fd < 0) *fd = received;
      else close(received);
    }
  }
}

ssize_t sb_control_receive(int socket, void *packet, size_t size, int *fd, struct ucred *who, int flags) {
  struct iovec part = {packet, size};
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int) * 4) + CMSG_SPACE(sizeof(struct ucred))];
  } extra;
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &extra, .msg_controllen = sizeof extra.bytes};
  if (fd != NULL) *fd = -1;
  if (who != NULL) *who = (struct ucred){0, (uid_t)-1, (gid_t)-1};
  ssize_t got;
  do got = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got >= 0) take_extras(&message, fd, who);
  return got;
}
