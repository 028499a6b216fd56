#include "runner.h"
#include "../check.h"

#define NAME(name) test_keywords_interface_##name
#define CASE(name) TEST_KEYWORDS_INTERFACE_##name

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

void exports_runner_run(void) {
  uint8_t bytes[] = {1, 2}, byte;
  runner_list_u8_t list = {bytes, 2};
  runner_string_t word = text("word"), got;
  assert(NAME(switch)(100, &word, &list) == 106);
  assert(NAME(static)(7, &word, CASE(ENUM_WHILE), &got, &byte) && IS(got, "word"));
  runner_string_free(&got);
  assert(!NAME(static)(7, &word, CASE(ENUM_DEFAULT), &got, &byte) && byte == 7);

  NAME(record_t) record = {1, text("class"), false, 2, 3}, record2;
  NAME(union)(&record, &record2);
  assert(record2.int_ == 2 && IS(record2.class_, "class") && record2.default_);
  assert(record2.ret_ == 3 && record2.err_ == 4);
  NAME(record_free)(&record2);

  assert(NAME(namespace)(CASE(FLAGS_IF) | CASE(FLAGS_NEW)) == (CASE(FLAGS_NEW) | CASE(FLAGS_DELETE)));

  NAME(variant_t) v = {.tag = CASE(VARIANT_DOUBLE), .val = {.double_ = -0.5}}, v2;
  NAME(register)(&v, &v2);
  assert(v2.tag == CASE(VARIANT_DOUBLE) && v2.val.double_ == -0.5);
  v.tag = CASE(VARIANT_STRUCT);
  v.val.struct_ = word;
  NAME(register)(&v, &v2);
  assert(v2.tag == CASE(VARIANT_STRUCT) && IS(v2.val.struct_, "word"));
  NAME(variant_free)(&v2);
  v.tag = CASE(VARIANT_UNION);
  NAME(register)(&v, &v2);
  assert(v2.tag == CASE(VARIANT_UNION));

  assert(NAME(typedef)(&bytes[1], 40, &byte) && byte == 42);
  assert(NAME(typedef)(NULL, 41, &byte) && byte == 41 && !NAME(typedef)(NULL, 0, &byte));
  NAME(struct_t) s = {1};
  assert(NAME(bool)(&s, &word, UINT64_C(1) << 40) == (UINT64_C(1) << 40) + 5);
  assert(NAME(main)(1, 2, 3, 4) == 1234);
  NAME(free)(&word, &got);
  assert(IS(got, "word"));
  runner_string_free(&got);
}
