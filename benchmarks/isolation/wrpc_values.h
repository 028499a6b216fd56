/* The records of driver.c in wRPC's encoding of values (SPEC.md of bytecodealliance/wrpc): a number is LEB128, a list
   and a string are their length and what they hold, a record is its fields. Written by hand, without an allocation: no
   implementation of it does less. */
#ifndef WRPC_VALUES_H
#define WRPC_VALUES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static uint8_t *wrpc_put_number(uint8_t *to, uint64_t number) {
  for (; number >= 0x80; number >>= 7) *to++ = (uint8_t)(number | 0x80);
  *to++ = (uint8_t)number;
  return to;
}

static uint8_t *wrpc_put_string(uint8_t *to, const uint8_t *from, size_t size) {
  to = wrpc_put_number(to, size);
  memcpy(to, from, size);
  return to + size;
}

/* Null where the bytes end first. */
static const uint8_t *wrpc_get_number(const uint8_t *from, const uint8_t *end, uint64_t *number) {
  *number = 0;
  for (unsigned shift = 0; from != NULL && from < end && shift < 64; shift += 7) {
    *number |= (uint64_t)(*from & 0x7F) << shift;
    if (*from++ < 0x80) return from;
  }
  return NULL;
}

/* A view of the string in place: null where it goes past the end or holds more than ASCII, which these do not. */
static const uint8_t *wrpc_get_string(const uint8_t *from, const uint8_t *end, uint64_t *size) {
  from = wrpc_get_number(from, end, size);
  if (from == NULL || *size > (size_t)(end - from)) return NULL;
  uint8_t high = 0;
  for (size_t i = 0; i < *size; ++i) high |= from[i];
  return high < 0x80 ? from + *size : NULL;
}

#endif
