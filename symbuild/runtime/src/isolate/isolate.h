/* isolate.h: what the files of this folder share. ISOLATION.md has the protocol; the generated code's part is in
 * symbuild_isolate.h. The same objects are linked into every proxy and every host: a process is a host once
 * sb_host_main has run, else a client. */
#ifndef SB_ISOLATE_H
#define SB_ISOLATE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "symbuild_isolate.h"

enum { SB_PROTOCOL = 2, SB_ABI = 1, SB_MAGIC = 0x31494273 /* "sBI1" */ };

/* ---- messages ----------------------------------------------------------------------------------------------------- */

enum { SB_CALL = 1, SB_RETURN = 2, SB_END = 3, SB_ATTEND = 4 };

/* What is said of a message outside of it. Read once; every field is checked. */
typedef struct sb_header {
  uint32_t kind;
  uint32_t function;
  uint32_t sequence; /* of the call: counted per lane, for both directions; a return has its call's */
  uint32_t border;   /* 0: a host has one component so far */
  uint64_t frame_bytes;
  uint64_t bulk_bytes;
} sb_header;

/* Where a call is. Traps mean different things at different stages (message.c, sb_trap_at). */
enum { SB_PACKING = 1, SB_NOTHING, SB_WAITING, SB_TAKING_RESULT, SB_TAKING_CALL, SB_RUNNING, SB_REPLYING };

/* ---- lanes --------------------------------------------------------------------------------------------------------- */

typedef struct sb_connection sb_connection;
typedef struct sb_lane sb_lane;
typedef struct sb_shm sb_shm;

/* How waiting for the peer ended. */
typedef enum sb_wake { SB_TURN, SB_GONE, SB_LATE, SB_NONSENSE, SB_STALE /* a handle, not the peer */ } sb_wake;

/* A way to pass the turn, and the message with it. The message lies at `frame` and `bulk` in the lane's areas; after
 * `await` it lies there on the other side. */
typedef struct sb_transport {
  const char *name;
  bool shared; /* the peer can write to the areas while they are read */
  /* Client: makes the areas; the descriptor to send to the host, or -1 with errno. */
  int (*make)(sb_lane *lane);
  /* Client: after the descriptor was sent. */
  sb_wake (*made)(sb_lane *lane);
  /* Host: the same from a descriptor that came from the client; takes it over. Null, or what is wrong. */
  const char *(*join)(sb_lane *lane, int fd);
  /* Host, on the lane's own thread: before its first wait, after its last. */
  void (*enter)(sb_lane *lane);
  void (*leave)(sb_lane *lane);
  /* Passes the turn. A peer that is gone is found out by the next `await`. */
  void (*post)(sb_lane *lane, const sb_header *header, const uint8_t *frame, const uint8_t *bulk, sb_call *caller);
  /* Waits for the turn, as long as the call may last. `caller`: the innermost call of this side, or null. */
  sb_wake (*await)(sb_lane *lane, sb_header *header, sb_call *caller);
  /* Tells the peer, from a signal handler, that nothing more will come. */
  void (*abandon)(sb_lane *lane);
  void (*close)(sb_lane *lane);
} sb_transport;

extern const sb_transport sb_transport_shm, sb_transport_unix;
const sb_transport *sb_transport_named(const char *name);

/* The call stack of one thread of the client and the host's thread that goes with it. */
struct sb_lane {
  sb_connection *connection;
  const sb_transport *transport;
  sb_lane *next; /* of its connection, under the connection's lock */
  sb_lane *left; /* of its thread, see sb_thread */
  uint32_t attended; /* host: by what call the client attends to this thread, which is the component's own; else 0 */
  _Atomic uint32_t depth; /* calls in progress; 0: nothing of the connection's is in use */
  uint32_t sequence;
  /* Two areas, each a stack: what is below the tops belongs to calls in progress. */
  uint8_t *frames, *bulk;
  size_t frames_size, bulk_size, frames_top, bulk_top;
  size_t frames_peak, bulk_peak; /* touched since memory was given back */
  uint8_t *copies;               /* private copies of structures that came in, at the same offsets as in `frames` */
  /* What the innermost call's result has allocated so far. */
  uint8_t **blocks;
  size_t blocks_size;
  /* Entries of the table of handles that the message being taken lends. */
  uint32_t *borrowed;
  size_t borrowed_size;
  /* Transports. */
  sb_shm *shm;   /* the turn word's page */
  int fd;        /* unix: the lane's socket, else -1 */
  uint32_t peer; /* shm: what the turn word holds while the other side has the turn */
  uint32_t self;
  int cpu;            /* where this side said it runs */
  uint32_t spun;      /* waits in a row that were over by spinning */
  uint32_t unspun;    /* waits to come that do not try it */
  uint32_t penalty;   /* how many that were after it was last in vain */
  struct robust_list_head *robust; /* shm, host: the thread's list of robust futexes, where it has the lane's words */
  sb_wake lost;       /* unix: why nothing more can be sent; SB_TURN: it can */
};

typedef struct sb_thread {
  sb_lane *lane;
  sb_call *current; /* the innermost call */
  sb_lane *left;    /* lanes of hosts that have ended, with calls in progress: those may return, or be left by a longjmp */
} sb_thread;

extern _Thread_local sb_thread sb_this_thread;

/* ---- handles ------------------------------------------------------------------------------------------------------- */

enum { SB_FREE, SB_OWNED, SB_LENT, SB_LEAVING };

typedef struct sb_entry {
  uint8_t *handle;
  const sb_resource *resource;
  uint32_t generation;
  uint32_t next; /* in the list of free entries, or in a call's chain */
  uint32_t state;
  uint32_t borrows; /* by messages that are being taken */
} sb_entry;

/* Handles of this side's resources that the other side has. Entry 0 is none. */
typedef struct sb_table {
  pthread_mutex_t lock;
  sb_entry *entries;
  uint32_t count, size, free;
} sb_table;

/* What has a handle of the other side's resource. The first word is what every handle points at. */
typedef struct sb_standin {
  const sb_operations *operations;
  struct sb_standin *next; /* in the list of free ones, or in a call's chain */
  uintptr_t sent;          /* what stands for it in a message */
  uint32_t epoch;          /* of the connection that it came by */
  uint32_t moving;         /* it is being given away */
} sb_standin;

void sb_call_leave(sb_call *call); /* the thread is in its caller's call again */

void sb_handles_commit(sb_call *call);  /* the message was sent, or taken */
void sb_handles_unlend(sb_call *call);  /* the call is over */
void sb_handles_undo(sb_call *call);    /* it has failed */
void sb_handles_drop(sb_table *table);  /* the connection has ended: drops what the peer owned */
void sb_handles_fork(bool before);      /* around fork() */

/* ---- connections --------------------------------------------------------------------------------------------------- */

enum { SB_LIVE, SB_FAILED, SB_ENDED, SB_FORKED };

struct sb_connection {
  const sb_border *border;
  const sb_transport *transport;
  int control; /* SOCK_SEQPACKET; at its end the peer is gone */
  int asking;  /* an eventfd: for how many threads of the component's own the host wants a lane; or -1 */
  int process; /* a pidfd of the peer, or -1: the second witness, where somebody else holds the socket's other end */
  pid_t peer;
  uint32_t epoch;
  int64_t limit; /* of a call, in ns; 0: none */
  _Atomic uint32_t state;
  _Atomic uint32_t attending; /* to so many threads of the component's own */
  pthread_mutex_t lock; /* of what follows */
  sb_lane *lanes;
  uint32_t references; /* lanes, who listens to the host, and the process for its current one */
  bool swept;
  sb_table table;
  char reason[480]; /* of the failure */
};

/* What differs between the two sides. */
typedef struct sb_side {
  sb_lane *(*lane)(sb_call *call); /* the thread's lane; does not return where there is none */
  /* The peer is gone or is to blame; does not return. `where` and `what` are null but for a message that is wrong. */
  void (*fail)(sb_call *call, sb_wake why, const char *where, const char *what) __attribute__((noreturn));
  void (*over)(sb_call *call);      /* the thread has left its outermost call on a lane that has ended */
  void (*tidy)(sb_thread *thread); /* no call of the thread's is in progress: what was left can go */
  void (*trap)(sb_call *call, const char *where, const char *what) __attribute__((noreturn)); /* an ordinary one */
} sb_side;

extern const sb_side sb_client_side, sb_host_side;
extern const sb_side *sb_side_here;

sb_connection *sb_connection_new(const sb_border *border, const sb_transport *transport, int control);
void sb_connection_release(sb_connection *connection); /* with its lock not held */
bool sb_connection_gone(const sb_connection *connection);

sb_lane *sb_lane_new(sb_connection *connection);
void sb_lane_free(sb_lane *lane); /* and its place in the connection */
void sb_lane_trim(sb_lane *lane); /* gives memory back that a big message took */
/* Serves calls until something else comes: `*header` says what, if it is SB_TURN. */
sb_wake sb_lane_serve(sb_lane *lane, sb_call *caller, sb_header *header);
/* May this message come now? Of what it promises, everything fits. */
bool sb_lane_expects(const sb_lane *lane, const sb_call *caller, const sb_header *header);
/* Memory that exists once it is touched; null where there is no address space. */
uint8_t *sb_area_new(size_t size);
/* Sizes of a lane's areas; false where there is nothing smaller to try. */
bool sb_area_sizes(size_t *frames, size_t *bulk, int attempt);

int64_t sb_now(void); /* ns of CLOCK_MONOTONIC */
/* When the call has to be over, in sb_now()'s time; 0: whenever. */
int64_t sb_call_deadline(sb_call *caller);

/* ---- the control socket --------------------------------------------------------------------------------------------- */

enum { SB_HELLO = 1, SB_REFUSED, SB_LANE, SB_RECORD, SB_CLOSE, SB_LANE_TO_ATTEND };

typedef struct sb_hello {
  uint32_t magic, type;
  uint16_t protocol, abi;
  uint32_t pointer;
  uint8_t manifest_hash[32];
  char transport[8];
  char confine[128];
  char text[384]; /* of a refusal */
} sb_hello;

typedef struct sb_lane_offer {
  uint32_t magic, type;
  uint64_t frames_size, bulk_size;
} sb_lane_offer;

/* What a host says last. Written by signal handlers, too. */
enum { SB_BY_SIGNAL = 1, SB_BY_TRAP, SB_BY_EXIT, SB_BY_MESSAGE };
typedef struct sb_record {
  uint32_t magic, type;
  int32_t by, number;
  char where[160], what[256];
} sb_record;

/* One packet, with a descriptor unless that is -1; false with errno. Safe in signal handlers. */
bool sb_control_send(int socket, const void *packet, size_t size, int fd);
/* Size of the packet, 0 at the end, -1 with errno. `*fd`: what came with it, or -1. `who`: the sender, or null. */
struct ucred;
ssize_t sb_control_receive(int socket, void *packet, size_t size, int *fd, struct ucred *who, int flags);

/* ---- threads of the component's own (attend.c) ------------------------------------------------------------------------ */

/* What the client's end of such a thread's lane is in, as if it had called it. */
extern const sb_function sb_attending;
/* Client, once the host is there: has a thread wait for what the host asks for, where the component imports anything. */
bool sb_attend(sb_connection *connection);
/* Host, on a thread that serves no caller: asks the client for a lane. */
sb_lane *sb_attended_lane(sb_connection *connection, const sb_call *call);
/* Host: that lane has come; and its thread ends. */
void sb_attended_come(sb_lane *lane);
void sb_attended_end(sb_lane *lane);
/* Of client.c: a new lane, of which the host was told, or null; the end of one; a connection without a host. */
sb_lane *sb_client_open(sb_connection *connection, uint32_t type);
void sb_client_give_up(sb_lane *lane);
void sb_client_lost(sb_connection *connection, sb_wake why, const char *where, const char *what);

/* ---- processes ------------------------------------------------------------------------------------------------------ */

/* Starts `path` with `socket` as descriptor 3, as no child of this process; its id, or -1 with errno. */
pid_t sb_spawn(const char *path, const char *name, int socket);
/* The folder of the file that this object was loaded from, with a slash; false where that cannot be told. */
bool sb_own_folder(char *folder, size_t size);

/* ---- the host ------------------------------------------------------------------------------------------------------- */

void sb_faults_watch(sb_connection *connection); /* records fatal signals and exits from now on */
void sb_faults_orderly(void);                    /* an exit from now on is our own */
void sb_faults_record(int by, int number, const char *where, const char *what);
void sb_faults_die(int by, int number, const char *where, const char *what) __attribute__((noreturn));
/* Gives up what `words` says; null, or what failed. `done` gets the words that are in force. */
const char *sb_confine(const char *words, char *done, size_t size);

#endif
