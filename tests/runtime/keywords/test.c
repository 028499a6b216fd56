#include "test.h"
#include "../check.h"

#define NAME(name) exports_test_keywords_interface_##name

uint32_t NAME(switch)(uint8_t class_, test_string_t *default_, test_list_u8_t *int_) {
  uint32_t sum = (uint32_t)(class_ + default_->len + int_->len);
  test_string_free(default_);
  test_list_u8_free(int_);
  return sum;
}

bool NAME(static)(uint32_t ret_, test_string_t *err_, NAME(enum_t) stdout_, test_string_t *ret, uint8_t *err) {
  if (stdout_ == EXPORTS_TEST_KEYWORDS_INTERFACE_ENUM_WHILE) {
    *ret = *err_;
    return true;
  }
  *err = (uint8_t)ret_;
  test_string_free(err_);
  return false;
}

void NAME(union)(NAME(record_t) *this_, NAME(record_t) *ret) {
  *ret = *this_;
  ret->int_++;
  ret->default_ = !ret->default_;
  ret->ret_++;
  ret->err_++;
}

NAME(flags_t) NAME(namespace)(NAME(flags_t) new_) {
  return new_ ^ (EXPORTS_TEST_KEYWORDS_INTERFACE_FLAGS_IF | EXPORTS_TEST_KEYWORDS_INTERFACE_FLAGS_DELETE);
}

void NAME(register)(NAME(variant_t) *template_, NAME(variant_t) *ret) { *ret = *template_; }

bool NAME(typedef)(uint8_t *maybe_maybe_x, uint8_t x, uint8_t *ret) {
  *ret = (uint8_t)(x + (maybe_maybe_x ? *maybe_maybe_x : 0));
  return *ret != 0;
}

uint64_t NAME(bool)(NAME(struct_t) *for_, test_string_t *string, uint64_t size) {
  size += for_->a + string->len;
  test_string_free(string);
  return size;
}

uint32_t NAME(main)(uint32_t len, uint32_t ptr, uint32_t self, uint32_t i) {
  return len * 1000 + ptr * 100 + self * 10 + i;
}

void NAME(free)(test_string_t *malloc_, test_string_t *ret) { *ret = *malloc_; }
