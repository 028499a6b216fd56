/* handles.c: what stands for a handle in a message, on either side.
 *
 * The side that makes a resource has a table: an entry's index and generation are what is sent. The other side has a
 * stand-in for each handle, which remembers them and the connection that it came by. */
#include "isolate.h"

/* Of what is sent, the low bits are the index. Entries whose generations are used up stay unused. */
enum { INDEX_BITS = sizeof(uintptr_t) == 8 ? 32 : 20 };
static const uintptr_t index_mask = ((uintptr_t)1 << INDEX_BITS) - 1;
static const uintptr_t last_generation = UINTPTR_MAX >> INDEX_BITS;

static bool is_packing(const sb_call *call) {
  return call->stage == SB_PACKING || call->stage == SB_WAITING || call->stage == SB_REPLYING;
}

/* ---- the table: handles of our own resources ----------------------------------------------------------------------- */

static uintptr_t name_of(const sb_table *table, uint32_t index) {
  return (uintptr_t)table->entries[index].generation << INDEX_BITS | index;
}

/* With the lock held; 0 where there is no memory. */
static uint32_t entry_new(sb_table *table) {
  uint32_t index = table->free;
  if (index != 0) {
    table->free = table->entries[index].next;
    return index;
  }
  if (table->count == table->size) {
    uint32_t size = table->size != 0 ? 2 * table->size : 64;
    if (size > index_mask) return 0;
    sb_entry *entries = (sb_entry *)realloc(table->entries, size * sizeof *entries);
    if (entries == NULL) return 0;
    table->entries = entries;
    table->size = size;
    if (table->count == 0) table->count = 1; /* entry 0 is none */
  }
  index = table->count++;
  table->entries[index].generation = 1;
  table->entries[index].borrows = 0;
  return index;
}

static void entry_free(sb_table *table, uint32_t index) {
  sb_entry *entry = &table->entries[index];
  entry->state = SB_FREE;
  entry->handle = NULL;
  if (entry->generation == last_generation) return;
  ++entry->generation;
  entry->next = table->free;
  table->free = index;
}

static uint8_t *pack_own(sb_call *call, const sb_resource *resource, bool owned, uint8_t *handle, const char *where) {
  sb_table *table = &call->lane->connection->table;
  pthread_mutex_lock(&table->lock);
  uint32_t index = entry_new(table);
  uintptr_t name = 0;
  if (index != 0) {
    sb_entry *entry = &table->entries[index];
    uint32_t *chain = owned ? &call->moved : &call->lent;
    entry->handle = handle;
    entry->resource = resource;
    entry->state = owned ? SB_OWNED : SB_LENT;
    entry->next = *chain;
    *chain = index;
    name = name_of(table, index);
  }
  pthread_mutex_unlock(&table->lock);
  if (name == 0) sb_trap_at(where, "out of memory");
  return (uint8_t *)name;
}

/* With the lock held: the entry goes with the message, if it is taken to its end. */
static const char *take_given(sb_call *call, sb_entry *entry, uint32_t index) {
  if (entry->borrows != 0) return "a handle that is lent is given in the same message";
  if (entry->state != SB_OWNED) return "a handle that was never given, or is no longer there";
  entry->state = SB_LEAVING;
  entry->next = call->moved;
  call->moved = index;
  return NULL;
}

/* With the lock held: the entry stays, at least until all of the message is taken. */
static const char *take_lent(sb_call *call, sb_entry *entry, uint32_t index) {
  sb_lane *lane = call->lane;
  if (entry->state == SB_LEAVING) return "a handle that is given is lent in the same message";
  if (call->borrows == lane->borrowed_size) {
    const size_t size = lane->borrowed_size != 0 ? 2 * lane->borrowed_size : 16;
    uint32_t *borrowed = (uint32_t *)realloc(lane->borrowed, size * sizeof *borrowed);
    if (borrowed == NULL) return "out of memory";
    lane->borrowed = borrowed;
    lane->borrowed_size = size;
  }
  lane->borrowed[call->borrows++] = index;
  ++entry->borrows;
  return NULL;
}

/* What is given ends when its new owner likes, which may be before the call that it is lent to does. So no message does both
 * with one handle, in either order. */
static uint8_t *take_own(sb_call *call, const sb_resource *resource, bool owned, uintptr_t name, const char *where) {
  sb_table *table = &call->lane->connection->table;
  const uintptr_t index = name & index_mask;
  const char *wrong = "a handle that was never given, or is no longer there";
  uint8_t *handle = NULL;
  pthread_mutex_lock(&table->lock);
  if (index != 0 && index < table->count && name_of(table, (uint32_t)index) == name) {
    sb_entry *entry = &table->entries[index];
    if (entry->resource == resource && entry->state != SB_FREE) {
      handle = entry->handle;
      wrong = owned ? take_given(call, entry, (uint32_t)index) : take_lent(call, entry, (uint32_t)index);
    }
  }
  pthread_mutex_unlock(&table->lock);
  if (wrong != NULL) sb_trap_at(where, wrong);
  return handle;
}

/* ---- stand-ins: handles of the other side's resources -------------------------------------------------------------- */

/* Their memory is never given back, so a handle that was dropped is found out, not followed: the one dropped longest ago
 * is used first. */
static struct {
  pthread_mutex_t lock;
  sb_standin *first, *last;
  size_t chunk;
} pool = {PTHREAD_MUTEX_INITIALIZER, NULL, NULL, 64};

/* With the lock held. */
static void pool_put(sb_standin *standin) {
  standin->operations = &sb_dropped;
  standin->moving = 0;
  standin->next = NULL;
  if (pool.first == NULL) pool.first = standin;
  else pool.last->next = standin;
  pool.last = standin;
}

static sb_standin *standin_new(const char *where) {
  pthread_mutex_lock(&pool.lock);
  if (pool.first == NULL) {
    sb_standin *chunk = (sb_standin *)calloc(pool.chunk, sizeof *chunk);
    for (size_t i = 0; chunk != NULL && i < pool.chunk; ++i) pool_put(&chunk[i]);
    if (chunk != NULL) pool.chunk *= 2;
  }
  sb_standin *standin = pool.first;
  if (standin != NULL) pool.first = standin->next;
  pthread_mutex_unlock(&pool.lock);
  if (standin == NULL) sb_trap_at(where, "out of memory");
  return standin;
}

static void standins_free(sb_standin *chain) {
  if (chain == NULL) return;
  pthread_mutex_lock(&pool.lock);
  while (chain != NULL) {
    sb_standin *next = chain->next;
    pool_put(chain);
    chain = next;
  }
  pthread_mutex_unlock(&pool.lock);
}

static uint8_t *pack_standin(sb_call *call, const sb_resource *resource, bool owned, uint8_t *handle,
                             const char *where) {
  sb_own_handle(handle, resource->operations, where);
  sb_standin *standin = (sb_standin *)(void *)handle;
  if (standin->moving) sb_trap_at(where, "an owned handle is given away twice");
  if (call->lane == NULL || standin->epoch != call->lane->connection->epoch) {
    /* What it stood for ended with its host. */
    if (!call->called->drops) sb_side_here->fail(call, SB_STALE, where, "handle of a host that is gone");
    call->stage = SB_NOTHING;
    standin->next = NULL;
    standins_free(standin);
    return NULL;
  }
  if (owned) {
    standin->moving = 1;
    standin->next = call->moved_boxes;
    call->moved_boxes = standin;
  }
  return (uint8_t *)standin->sent;
}

static uint8_t *take_standin(sb_call *call, const sb_resource *resource, bool owned, uintptr_t name,
                             const char *where) {
  sb_standin *standin = standin_new(where);
  sb_standin **chain = owned ? &call->moved_boxes : &call->lent_boxes;
  standin->operations = resource->operations;
  standin->sent = name;
  standin->epoch = call->lane->connection->epoch;
  standin->next = *chain;
  *chain = standin;
  return (uint8_t *)standin;
}

/* ---- what generated code calls -------------------------------------------------------------------------------------- */

uint8_t *sb_pack_handle(sb_call *call, const sb_resource *resource, bool owned, uint8_t *handle, const char *where) {
  if (handle == NULL) sb_trap_at(where, "null handle");
  return resource->operations == NULL ? pack_own(call, resource, owned, handle, where)
                                      : pack_standin(call, resource, owned, handle, where);
}

uint8_t *sb_take_handle(sb_call *call, const sb_resource *resource, bool owned, uint8_t *sent, const char *where) {
  if (call->lane == NULL) sb_trap_at(where, "a handle in an error's constant");
  if (sent == NULL) sb_trap_at(where, "null handle");
  return resource->operations == NULL ? take_own(call, resource, owned, (uintptr_t)sent, where)
                                      : take_standin(call, resource, owned, (uintptr_t)sent, where);
}

/* ---- the ends of a call ---------------------------------------------------------------------------------------------- */

/* Frees the entries of a chain, or makes them the peer's again. */
static void entries_release(sb_table *table, uint32_t chain, bool free_them) {
  if (chain == 0) return;
  pthread_mutex_lock(&table->lock);
  while (chain != 0) {
    sb_entry *entry = &table->entries[chain];
    const uint32_t next = entry->next;
    if (free_them) entry_free(table, chain);
    else entry->state = SB_OWNED;
    chain = next;
  }
  pthread_mutex_unlock(&table->lock);
}

/* Whoever gives them away from now on does so in another message. */
static void borrows_end(sb_call *call) {
  if (call->borrows == 0) return;
  sb_table *table = &call->lane->connection->table;
  pthread_mutex_lock(&table->lock);
  for (size_t i = 0; i < call->borrows; ++i) --table->entries[call->lane->borrowed[i]].borrows;
  pthread_mutex_unlock(&table->lock);
  call->borrows = 0;
}

void sb_handles_commit(sb_call *call) {
  borrows_end(call);
  if (call->moved == 0 && call->moved_boxes == NULL) return;
  /* Sent: entries are the peer's, stand-ins have nothing to stand for. Taken: the other way round. */
  if (is_packing(call)) standins_free(call->moved_boxes);
  else entries_release(&call->lane->connection->table, call->moved, true);
  call->moved = 0;
  call->moved_boxes = NULL;
}

void sb_handles_unlend(sb_call *call) {
  if (call->lent != 0) entries_release(&call->lane->connection->table, call->lent, true);
  standins_free(call->lent_boxes);
  call->lent = 0;
  call->lent_boxes = NULL;
}

void sb_handles_undo(sb_call *call) {
  borrows_end(call);
  if (is_packing(call)) {
    if (call->moved != 0) entries_release(&call->lane->connection->table, call->moved, true);
    for (sb_standin *standin = call->moved_boxes; standin != NULL; standin = standin->next) standin->moving = 0;
  } else {
    if (call->moved != 0) entries_release(&call->lane->connection->table, call->moved, false);
    standins_free(call->moved_boxes);
  }
  call->moved = 0;
  call->moved_boxes = NULL;
  sb_handles_unlend(call);
}

void sb_handles_drop(sb_table *table) {
  /* Nobody else reaches the table any more, but drop functions run with no lock held, as they may call anything. */
  pthread_mutex_lock(&table->lock);
  sb_entry *entries = table->entries;
  const uint32_t count = table->count;
  table->entries = NULL;
  table->count = table->size = table->free = 0;
  pthread_mutex_unlock(&table->lock);
  for (uint32_t i = 1; i < count; ++i)
    if (entries[i].state == SB_OWNED) (*entries[i].resource->drop)(entries[i].handle);
  free(entries);
}

void sb_handles_fork(bool before) {
  if (before) pthread_mutex_lock(&pool.lock);
  else pthread_mutex_unlock(&pool.lock);
}
