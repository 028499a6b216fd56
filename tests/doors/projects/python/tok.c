#include <stdlib.h>
#include <string.h>
#include "tok.h"
struct exports_demo_tok_words_bag_t { uint32_t sum; };
void exports_demo_tok_words_count(tok_string_t *text, exports_demo_tok_words_list_word_t *ret) {
  ret->len = 1; ret->ptr = malloc(sizeof *ret->ptr);
  tok_string_dup_n(&ret->ptr[0].text, (const char *)text->ptr, text->len); ret->ptr[0].count = 1;
  tok_string_free(text);
}
bool exports_demo_tok_words_div(uint32_t a, uint32_t b, uint32_t *ret, tok_string_t *err) {
  if (b == 0) { tok_string_dup(err, "by zero"); return false; }
  *ret = a / b; return true;
}
exports_demo_tok_words_own_bag_t exports_demo_tok_words_constructor_bag(tok_string_t *name) {
  tok_string_free(name);
  return exports_demo_tok_words_bag_new(calloc(1, sizeof(exports_demo_tok_words_bag_t)));
}
uint32_t exports_demo_tok_words_method_bag_add(exports_demo_tok_words_borrow_bag_t self, uint32_t n) { return self->sum += n; }
void exports_demo_tok_words_bag_destructor(exports_demo_tok_words_bag_t *rep) { free(rep); }
