#include "test.h"
#include "../check.h"

struct exports_test_autodrop_items_item_t {
  uint32_t n;
};

exports_test_autodrop_items_own_item_t exports_test_autodrop_items_constructor_item(uint32_t n) {
  exports_test_autodrop_items_item_t *made = malloc(sizeof *made);
  made->n = n;
  return exports_test_autodrop_items_item_new(made);
}

uint32_t exports_test_autodrop_items_method_item_n(exports_test_autodrop_items_borrow_item_t self) { return self->n; }

void exports_test_autodrop_items_item_destructor(exports_test_autodrop_items_item_t *rep) { free(rep); }
