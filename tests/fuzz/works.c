/* The user's code of the component under test, in C. It trusts its arguments: whatever is wrong with them has to be
 * found before. What passes values on (`mirror`) is written by forward.py. */
#include "dense.c"

#include "peer.h"

#include "forward.c"

#include <uchar.h>

typedef exports_fuzz_dense_works_own_gadget_t own_gadget;
typedef exports_fuzz_dense_works_own_crate_t own_crate;
typedef exports_fuzz_dense_works_gadget_t gadget;
typedef exports_fuzz_dense_works_crate_t crate;
typedef exports_fuzz_dense_works_choice_t choice;
typedef exports_fuzz_dense_works_pair_t pair;
typedef exports_fuzz_dense_works_list_own_gadget_t gadgets;
#ifdef FZ_VIEWS
#define LENT const
#else
#define LENT
#endif

struct exports_fuzz_dense_works_gadget_t {
  dense_string_t name;
  bool has_token;
  fuzz_dense_stock_own_token_t token;
};
struct exports_fuzz_dense_works_crate_t {
  gadgets held;
};

static own_gadget kept;

/* A string of one's own: what came as an argument is owned, or lent in the symmetric style. */
static dense_string_t own_text(LENT dense_string_t *text) {
  dense_string_t made;
  made.len = text->len;
  made.ptr = (void *)sb_copy(text->ptr, text->len, sizeof *text->ptr, sizeof *text->ptr, "own_text");
  return made;
}
static void done(LENT dense_string_t *text) {
#ifdef FZ_VIEWS
  (void)text;
#else
  dense_string_free(text);
#endif
}
static void done_list(LENT void *block, size_t count) {
#ifdef FZ_VIEWS
  (void)block, (void)count;
#else
  if (count) free(block);
#endif
}
#ifdef FZ_UTF16
#define TEXT(literal) u##literal
typedef char16_t unit;
#else
#define TEXT(literal) literal
typedef char unit;
#endif
static dense_string_t text_of(const unit *text) {
  dense_string_t made;
  dense_string_dup(&made, text);
  return made;
}
static uint32_t weight(const gadget *of) { return (uint32_t)of->name.len; }

static own_gadget new_gadget(dense_string_t name) {
  gadget *made = malloc(sizeof *made);
  made->name = name;
  made->has_token = false;
  return exports_fuzz_dense_works_gadget_new(made);
}
static void drop_gadget(own_gadget of) { exports_fuzz_dense_works_gadget_drop_own(of); }

own_gadget exports_fuzz_dense_works_constructor_gadget(LENT dense_string_t *name) {
  own_gadget made = new_gadget(own_text(name));
  done(name);
  return made;
}
void exports_fuzz_dense_works_gadget_destructor(gadget *of) {
  dense_string_free(&of->name);
  if (of->has_token) fuzz_dense_stock_token_drop_own(of->token);
  free(of);
}
void exports_fuzz_dense_works_method_gadget_name(gadget *self, dense_string_t *ret) { *ret = own_text(&self->name); }

uint32_t exports_fuzz_dense_works_method_gadget_join(gadget *self,
                                                     LENT exports_fuzz_dense_works_list_borrow_gadget_t *others,
                                                     exports_fuzz_dense_works_borrow_token_t token) {
  uint32_t sum = weight(self) + fuzz_dense_stock_method_token_seed(token);
  for (size_t i = 0; i < others->len; ++i) sum += weight(others->ptr[i]);
  done_list(others->ptr, others->len);
  return sum;
}
bool exports_fuzz_dense_works_method_gadget_hold(gadget *self, exports_fuzz_dense_works_own_token_t token,
                                                 exports_fuzz_dense_works_own_token_t *ret) {
  bool had = self->has_token;
  if (had) *ret = self->token;
  self->token = token;
  self->has_token = true;
  return had;
}
bool exports_fuzz_dense_works_method_gadget_into(gadget *self, own_gadget other, LENT dense_string_t *note,
                                                 own_gadget *ret, dense_string_t *err) {
  if (note) {
    *err = own_text(note);
    done(note);
    drop_gadget(other);
    return false;
  }
  weight(self);
  *ret = other;
  return true;
}
void exports_fuzz_dense_works_method_gadget_wide(gadget *self, LENT dense_string_t *a, LENT dense_string_t *b,
                                                 LENT dense_string_t *c, LENT dense_string_t *d, LENT dense_string_t *e,
                                                 LENT dense_string_t *f, LENT dense_list_bool_t *g, gadget *h,
                                                 LENT exports_fuzz_dense_works_point_t *i,
                                                 exports_fuzz_dense_works_point_t *ret) {
  *ret = *i;
  ret->x = (int8_t)(weight(self) + weight(h) + a->len + g->len);
  LENT dense_string_t *const all[] = {a, b, c, d, e, f};
  for (size_t k = 0; k < 6; ++k) done(all[k]);
  done_list(g->ptr, g->len);
}
void exports_fuzz_dense_works_static_gadget_spread(uint8_t count, gadgets *ret) {
  ret->len = count % 3;
  ret->ptr = (own_gadget *)(void *)sb_alloc(ret->len, sizeof *ret->ptr, sizeof *ret->ptr, "spread");
  for (size_t i = 0; i < ret->len; ++i) ret->ptr[i] = new_gadget(text_of(TEXT("spread")));
}

static gadgets own_gadgets(LENT gadgets *of) {
  gadgets made = {(own_gadget *)(void *)sb_copy(of->ptr, of->len, sizeof *of->ptr, sizeof *of->ptr, "own_gadgets"),
                  of->len};
  done_list(of->ptr, of->len);
  return made;
}
static void drop_gadgets(gadgets *of) {
  for (size_t i = 0; i < of->len; ++i) drop_gadget(of->ptr[i]);
  if (of->len) free(of->ptr);
}

bool exports_fuzz_dense_works_constructor_crate(LENT gadgets *gadgets_, own_crate *ret, dense_string_t *err) {
  gadgets all = own_gadgets(gadgets_);
  if (all.len > 3) {
    drop_gadgets(&all);
    *err = text_of(TEXT("too many"));
    return false;
  }
  crate *made = malloc(sizeof *made);
  made->held = all;
  *ret = exports_fuzz_dense_works_crate_new(made);
  return true;
}
void exports_fuzz_dense_works_crate_destructor(crate *of) {
  drop_gadgets(&of->held);
  free(of);
}
bool exports_fuzz_dense_works_method_crate_look(crate *self, uint32_t at, dense_string_t *ret) {
  if (at % 4 >= self->held.len) return false;
  *ret = own_text(&exports_fuzz_dense_works_gadget_rep(self->held.ptr[at % 4])->name);
  return true;
}
void exports_fuzz_dense_works_method_crate_unpack(crate *self, gadgets *ret) {
  *ret = self->held;
  self->held.len = 0;
}
uint32_t exports_fuzz_dense_works_method_crate_pack(crate *self, LENT own_gadget *maybe_gadget) {
  if (maybe_gadget) {
    own_gadget *grown = malloc((self->held.len + 1) * sizeof *grown);
    if (self->held.len) {
      memcpy(grown, self->held.ptr, self->held.len * sizeof *grown);
      free(self->held.ptr);
    }
    grown[self->held.len++] = *maybe_gadget;
    self->held.ptr = grown;
  }
  return (uint32_t)self->held.len;
}

void exports_fuzz_dense_works_drop(own_gadget v) { drop_gadget(v); }
own_gadget exports_fuzz_dense_works_pass(own_gadget v) { return v; }
uint32_t exports_fuzz_dense_works_look(gadget *v) { return weight(v); }

static pair own_pair(LENT pair *of) {
  pair made = *of;
  made.name = own_text(&of->name);
  return made;
}
static void done_pair(LENT pair *of) { done(&of->name); }

void exports_fuzz_dense_works_swap(LENT pair *v, pair *ret) {
  *ret = own_pair(v);
  if (v->right.is_some) {
    ret->left = v->right.val;
    ret->right.val = v->left;
  }
  done_pair(v);
}

/* What is lent is copied, what is owned moves: a choice that one may give away. */
static choice own_choice(LENT choice *of) {
  choice made = *of;
  if (of->tag == EXPORTS_FUZZ_DENSE_WORKS_CHOICE_BOTH) made.val.both = own_pair(&of->val.both);
  if (of->tag == EXPORTS_FUZZ_DENSE_WORKS_CHOICE_WORDS) made.val.words = own_text(&of->val.words);
#ifndef FZ_VIEWS
  exports_fuzz_dense_works_choice_free(of);
#endif
  return made;
}
static void drop_pair(LENT pair *of) {
  drop_gadget(of->left);
  if (of->right.is_some) drop_gadget(of->right.val);
  done_pair(of);
}

void exports_fuzz_dense_works_choose(LENT choice *v, choice *ret) { *ret = own_choice(v); }
void exports_fuzz_dense_works_choices(LENT exports_fuzz_dense_works_list_choice_t *v,
                                      exports_fuzz_dense_works_list_choice_t *ret) {
  ret->len = v->len;
  ret->ptr = (choice *)(void *)sb_alloc(v->len, sizeof *v->ptr, sizeof(void *), "choices");
  for (size_t i = 0; i < v->len; ++i) ret->ptr[i] = own_choice(&v->ptr[i]);
  done_list(v->ptr, v->len);
}

bool exports_fuzz_dense_works_peek(exports_fuzz_dense_works_borrow_gadget_t LENT *maybe_v, dense_string_t *ret) {
  if (!maybe_v) return false;
  *ret = own_text(&(*maybe_v)->name);
  return true;
}

static uint32_t view_weight(LENT exports_fuzz_dense_works_view_t *v) {
  return weight(v->left) + (v->right.is_some ? weight(v->right.val) : 0) + v->count;
}
uint32_t exports_fuzz_dense_works_survey(LENT exports_fuzz_dense_works_view_t *v,
                                         LENT exports_fuzz_dense_works_list_view_t *all,
                                         LENT exports_fuzz_dense_works_list2_borrow_gadget_t *fixed) {
  uint32_t sum = view_weight(v) + weight(fixed->items[0]) + weight(fixed->items[1]);
  for (size_t i = 0; i < all->len; ++i) sum += view_weight(&all->ptr[i]);
  done_list(all->ptr, all->len);
  return sum;
}
void exports_fuzz_dense_works_gather(LENT exports_fuzz_dense_works_list_tuple2_own_gadget_string_t *v,
                                     exports_fuzz_dense_works_map_string_own_gadget_t *ret) {
  ret->len = v->len;
  ret->ptr = (void *)sb_alloc(v->len, sizeof *ret->ptr, sizeof(void *), "gather");
  for (size_t i = 0; i < v->len; ++i) {
    ret->ptr[i].key = own_text(&v->ptr[i].f1);
    ret->ptr[i].value = v->ptr[i].f0;
    done(&v->ptr[i].f1);
  }
  done_list(v->ptr, v->len);
}
bool exports_fuzz_dense_works_settle(LENT exports_fuzz_dense_works_result_own_gadget_own_crate_t *v, own_gadget *ret,
                                     own_crate *err) {
  if (v->is_err) *err = v->val.err;
  else *ret = v->val.ok;
  return !v->is_err;
}
void exports_fuzz_dense_works_twins(LENT exports_fuzz_dense_works_list2_own_gadget_t *v,
                                    exports_fuzz_dense_works_list2_own_gadget_t *ret) {
  ret->items[0] = v->items[1];
  ret->items[1] = v->items[0];
}
void exports_fuzz_dense_works_haul(own_gadget a, crate *b, LENT exports_fuzz_dense_works_view_t *c, LENT choice *d,
                                   LENT exports_fuzz_dense_works_list_pair_t *e, exports_fuzz_dense_works_own_token_t f,
                                   LENT dense_string_t *g, LENT dense_string_t *h, choice *ret) {
  dense_string_t lines[2] = {own_text(g), own_text(h)};
  dense_list_string_t into = {lines, view_weight(c) % 3};
  fuzz_dense_stock_own_token_t half;
  if (fuzz_dense_stock_method_token_split(fuzz_dense_stock_borrow_token(f), &into, &half)) {
    fuzz_dense_stock_own_token_t both[2] = {f, half};
    fuzz_dense_stock_list_own_token_t merging = {both, 2};
    dense_string_t err;
    if (fuzz_dense_stock_static_token_merge(&merging, &f, &err)) fuzz_dense_stock_token_drop_own(f);
    else dense_string_free(&err);
  } else {
    fuzz_dense_stock_token_drop_own(f);
  }
  dense_string_free(&lines[0]);
  dense_string_free(&lines[1]);
  done(g);
  done(h);
  for (size_t i = 0; i < e->len; ++i) drop_pair(&e->ptr[i]);
  done_list(e->ptr, e->len);
  weight(exports_fuzz_dense_works_gadget_rep(a));
  if (b->held.len) weight(exports_fuzz_dense_works_gadget_rep(b->held.ptr[0]));
  drop_gadget(a);
  *ret = own_choice(d);
}

void exports_fuzz_dense_works_keep(own_gadget v) {
  if (kept.__handle) drop_gadget(kept);
  kept = v;
}
bool exports_fuzz_dense_works_kept(own_gadget *ret) {
  *ret = kept;
  kept.__handle = 0;
  return ret->__handle != 0;
}

bool exports_dense_run(LENT dense_list_string_t *args, uint32_t *ret, dense_string_t *err) {
  fuzz_dense_stock_own_token_t token = fuzz_dense_stock_constructor_token((uint32_t)args->len);
  *ret = fuzz_dense_stock_method_token_seed(fuzz_dense_stock_borrow_token(token));
  fuzz_dense_stock_token_drop_own(token);
  uint8_t level = 3;
  bool well = true;
  for (size_t i = 0; i < args->len; ++i) {
    dense_string_t text = own_text(&args->ptr[i]);
    if (!dense_log(&text, text.len ? &level : NULL)) well = false;
    dense_string_free(&text);
    done(&args->ptr[i]);
  }
  done_list(args->ptr, args->len);
  if (!well) *err = text_of(TEXT("not logged"));
  return well;
}

void fz_subject_end(void);
void fz_subject_end(void) {
  if (kept.__handle) drop_gadget(kept);
  kept.__handle = 0;
}

void fz_subject_forget(void);
void fz_subject_forget(void) {
  kept.__handle = 0;
  for (size_t i = 0; i < 26; ++i) free(_boxes.chunks[i]);
  memset(&_boxes, 0, sizeof _boxes);
}
