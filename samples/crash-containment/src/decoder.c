/* A decoder that nobody should trust: a length of zero sends it astray, and a `?` lets it think forever. */
#include "decoder.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 256

static uint32_t count;

/* Where a run begins. One of no length begins nowhere, which the caller forgets to ask. */
static uint8_t *place_of(uint8_t *text, unsigned long length) { return length ? text : NULL; }

/* The complaint about a code, or null where `text` has what it stands for. */
static const char *expand(const uint8_t *code, size_t size, uint8_t *text, size_t *used) {
  for (size_t at = 0; at < size; at++) {
    unsigned long length = 0;
    for (; at < size && isdigit(code[at]); at++)
      if ((length = length * 10 + code[at] - '0') > ROOM - *used) return "too long";
    if (at == size) return "a length without a letter";
    for (volatile uint8_t letter = code[at]; letter == '?';) {
    }
    uint8_t *place = place_of(text + *used, length);
    place[0] = code[at];
    memset(place, code[at], length);
    *used += length;
  }
  return NULL;
}

bool exports_sample_containment_decoding_decode(decoder_string_t *code,
                                                exports_sample_containment_decoding_decoded_t *ret,
                                                decoder_string_t *err) {
  uint8_t text[ROOM];
  size_t used = 0;
  const char *complaint = expand(code->ptr, code->len, text, &used);
  decoder_string_free(code);
  if (complaint) {
    decoder_string_dup(err, complaint);
    return false;
  }
  decoder_string_dup_n(&ret->text, (const char *)text, used);
  ret->count = ++count;
  return true;
}
