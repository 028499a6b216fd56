#include "test.h"
#include "../check.h"

#define NAME(name) exports_test_results_results_##name

bool NAME(neither)(bool fail) { return !fail; }

bool NAME(only_ok)(bool fail, uint32_t *ret) {
  if (!fail) *ret = UINT32_MAX;
  return !fail;
}

bool NAME(only_err)(bool fail, test_string_t *err) {
  if (fail) test_string_dup(err, "failed ✗");
  return !fail;
}

bool NAME(both)(bool fail, test_string_t *ret, NAME(failure_t) *err) {
  if (fail) *err = EXPORTS_TEST_RESULTS_RESULTS_FAILURE_BUSY;
  else test_string_dup(ret, "fine");
  return !fail;
}

bool NAME(scalars)(NAME(result_f64_u8_t) *v, uint8_t *ret, double *err) {
  if (v->is_err) *ret = v->val.err;
  else *err = v->val.ok;
  return v->is_err;
}

#define SAME(function, type, ok_t, err_t) \
  bool NAME(function)(type *v, ok_t *ret, err_t *err) { \
    if (v->is_err) *err = v->val.err; \
    else *ret = v->val.ok; \
    return !v->is_err; \
  }

SAME(floats, NAME(result_f32_f64_t), float, double)
SAME(same_both, NAME(result_report_reason_t), NAME(report_t), NAME(reason_t))
SAME(nested, NAME(result_result_u8_string_result_void_u64_t), NAME(result_u8_string_t), NAME(result_void_u64_t))
SAME(optional, NAME(result_option_string_option_u8_t), test_option_string_t, test_option_u8_t)

bool NAME(same_neither)(NAME(result_void_void_t) *v) { return !v->is_err; }

bool NAME(same_ok)(NAME(result_string_void_t) *v, test_string_t *ret) {
  if (!v->is_err) *ret = v->val.ok;
  return !v->is_err;
}

bool NAME(same_err)(NAME(result_void_reason_t) *v, NAME(reason_t) *err) {
  if (v->is_err) *err = v->val.err;
  return !v->is_err;
}

bool NAME(enums)(NAME(result_void_failure_t) *v, NAME(failure_t) *ret) {
  if (v->is_err) *ret = v->val.err;
  return v->is_err;
}

void NAME(listed)(NAME(list_result_list_u8_reason_t) *v, NAME(list_result_list_u8_reason_t) *ret) {
  REVERSE(v, NAME(result_list_u8_reason_t))
  *ret = *v;
}
