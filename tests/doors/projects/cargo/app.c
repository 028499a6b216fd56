#include "app.h"

#include <stdio.h>

int main(void) {
  app_string_t text;
  demo_crates_stats_summary_t summary;
  app_string_set(&text, "two words");
  demo_crates_stats_summarise(&text, &summary);
  printf("%u %.*s\n", (unsigned)summary.count, (int)summary.words.ptr[1].len, (const char *)summary.words.ptr[1].ptr);
  demo_crates_stats_summary_free(&summary);
  return 0;
}
