#include "journal.h"

#include <stdio.h>

static uint32_t count;

uint32_t exports_demo_trio_lines_write(journal_string_t *text) {
  printf("%.*s\n", (int)text->len, (const char *)text->ptr);
  return ++count;
}
