#include "app.h"

#include <stdio.h>

int main(void) {
  app_string_t text, error;
  demo_mixed_counting_summary_t summary;
  app_string_set(&text, "two words");
  if (!demo_mixed_counting_summarise(&text, &summary, &error)) return 1;
  printf("%u %.*s\n", (unsigned)summary.count, (int)summary.words.ptr[1].len, (const char *)summary.words.ptr[1].ptr);
  demo_mixed_counting_summary_free(&summary);
  return demo_mixed_counting_add(1, 2) != 3;
}
