#include "runner.h"
#include "../check.h"
#include <math.h>

#define NAME(name) test_results_results_##name
#define CASE(name) TEST_RESULTS_RESULTS_##name

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static void shapes(void) {
  uint32_t number;
  runner_string_t word;
  NAME(failure_t) failure;
  assert(NAME(neither)(false) && !NAME(neither)(true));
  assert(NAME(only_ok)(false, &number) && number == UINT32_MAX);
  assert(!NAME(only_ok)(true, &number));
  assert(NAME(only_err)(false, &word));
  assert(!NAME(only_err)(true, &word) && IS(word, "failed ✗"));
  runner_string_free(&word);
  assert(NAME(both)(false, &word, &failure) && IS(word, "fine"));
  runner_string_free(&word);
  assert(!NAME(both)(true, &word, &failure) && failure == CASE(FAILURE_BUSY));
}

static void scalars(void) {
  uint8_t byte;
  double wide;
  float narrow;
  NAME(result_f64_u8_t) v = {.is_err = false, .val = {.ok = -0.25}};
  assert(!NAME(scalars)(&v, &byte, &wide) && wide == -0.25);
  v.is_err = true;
  v.val.err = 255;
  assert(NAME(scalars)(&v, &byte, &wide) && byte == 255);

  NAME(result_f32_f64_t) f = {.is_err = false, .val = {.ok = -1.5f}};
  assert(NAME(floats)(&f, &narrow, &wide) && narrow == -1.5f);
  f.is_err = true;
  f.val.err = 1e300;
  assert(!NAME(floats)(&f, &narrow, &wide) && wide == 1e300);
}

static void same(void) {
  runner_string_t word;
  NAME(result_void_void_t) neither = {false};
  assert(NAME(same_neither)(&neither));
  neither.is_err = true;
  assert(!NAME(same_neither)(&neither));

  NAME(result_string_void_t) ok = {.is_err = false, .val = {.ok = text("ok")}};
  assert(NAME(same_ok)(&ok, &word) && IS(word, "ok"));
  runner_string_free(&word);
  ok.is_err = true;
  assert(!NAME(same_ok)(&ok, &word));

  NAME(reason_t) reason;
  NAME(result_void_reason_t) err = {.is_err = false};
  assert(NAME(same_err)(&err, &reason));
  err.is_err = true;
  err.val.err.tag = CASE(REASON_TEXT);
  err.val.err.val.text = text("because");
  assert(!NAME(same_err)(&err, &reason) && reason.tag == CASE(REASON_TEXT) && IS(reason.val.text, "because"));
  NAME(reason_free)(&reason);
  err.val.err.tag = CASE(REASON_CODE);
  err.val.err.val.code = UINT16_MAX;
  assert(!NAME(same_err)(&err, &reason) && reason.tag == CASE(REASON_CODE) && reason.val.code == UINT16_MAX);
  err.val.err.tag = CASE(REASON_UNKNOWN);
  assert(!NAME(same_err)(&err, &reason) && reason.tag == CASE(REASON_UNKNOWN));

  runner_string_t lines[] = {text("one"), text("")};
  NAME(report_t) report;
  NAME(result_report_reason_t) both = {.is_err = false, .val = {.ok = {{lines, 2}, UINT64_MAX}}};
  assert(NAME(same_both)(&both, &report, &reason) && report.total == UINT64_MAX);
  assert(report.lines.len == 2 && IS(report.lines.ptr[0], "one") && IS(report.lines.ptr[1], ""));
  NAME(report_free)(&report);
  both.is_err = true;
  both.val.err.tag = CASE(REASON_CODE);
  both.val.err.val.code = 7;
  assert(!NAME(same_both)(&both, &report, &reason) && reason.tag == CASE(REASON_CODE) && reason.val.code == 7);

  NAME(failure_t) failure;
  NAME(result_void_failure_t) which = {.is_err = true, .val = {.err = CASE(FAILURE_DENIED)}};
  assert(NAME(enums)(&which, &failure) && failure == CASE(FAILURE_DENIED));
  which.is_err = false;
  assert(!NAME(enums)(&which, &failure));
}

static void nested(void) {
  NAME(result_u8_string_t) ok;
  NAME(result_void_u64_t) err;
  NAME(result_result_u8_string_result_void_u64_t) v = {.is_err = false};
  v.val.ok.is_err = false;
  v.val.ok.val.ok = 255;
  assert(NAME(nested)(&v, &ok, &err) && !ok.is_err && ok.val.ok == 255);
  v.val.ok.is_err = true;
  v.val.ok.val.err = text("inner");
  assert(NAME(nested)(&v, &ok, &err) && ok.is_err && IS(ok.val.err, "inner"));
  NAME(result_u8_string_free)(&ok);
  v.is_err = true;
  v.val.err.is_err = true;
  v.val.err.val.err = UINT64_MAX;
  assert(!NAME(nested)(&v, &ok, &err) && err.is_err && err.val.err == UINT64_MAX);
  v.val.err.is_err = false;
  assert(!NAME(nested)(&v, &ok, &err) && !err.is_err);

  runner_option_string_t some;
  runner_option_u8_t maybe;
  NAME(result_option_string_option_u8_t) o = {.is_err = false, .val = {.ok = {true, text("x")}}};
  assert(NAME(optional)(&o, &some, &maybe) && some.is_some && IS(some.val, "x"));
  runner_option_string_free(&some);
  o.is_err = true;
  o.val.err.is_some = true;
  o.val.err.val = 3;
  assert(!NAME(optional)(&o, &some, &maybe) && maybe.is_some && maybe.val == 3);
  o.val.err.is_some = false;
  assert(!NAME(optional)(&o, &some, &maybe) && !maybe.is_some);

  uint8_t bytes[] = {9, 8};
  NAME(result_list_u8_reason_t) items[3] = {
      {.is_err = false, .val = {.ok = {bytes, 2}}},
      {.is_err = true, .val = {.err = {.tag = CASE(REASON_UNKNOWN)}}},
      {.is_err = true, .val = {.err = {.tag = CASE(REASON_TEXT), .val = {.text = text("t")}}}},
  };
  NAME(list_result_list_u8_reason_t) list = {items, 3}, list2;
  NAME(listed)(&list, &list2);
  assert(list2.len == 3 && list2.ptr[0].is_err && IS(list2.ptr[0].val.err.val.text, "t"));
  assert(list2.ptr[1].is_err && list2.ptr[1].val.err.tag == CASE(REASON_UNKNOWN));
  assert(!list2.ptr[2].is_err && list2.ptr[2].val.ok.len == 2 && list2.ptr[2].val.ok.ptr[0] == 9);
  NAME(list_result_list_u8_reason_free)(&list2);
}

void exports_runner_run(void) {
  shapes();
  scalars();
  same();
  nested();
}
