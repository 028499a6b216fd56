#include BINDINGS
#include "run.h"

namespace views = bench::lent::views;

static char text[BIG] = {1};
static uint8_t bytes[BIG] = {1};
static uint32_t words[BIG / sizeof(uint32_t)] = {1};

template <auto call, typename View> static void lend(long n, View lent) {
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) sum += call(lent);
  OPAQUE(sum);
}

template <auto call, typename Element> static void lend_span(long n, const Element *of, size_t size) {
  lend<call>(n, std::span<Element const>(of, size / sizeof(Element)));
}

RUN run_text_small(long n) { lend<views::Text>(n, std::string_view(text, SMALL)); }
RUN run_text_big(long n) { lend<views::Text>(n, std::string_view(text, BIG)); }
RUN run_bytes_small(long n) { lend_span<views::Bytes>(n, bytes, SMALL); }
RUN run_bytes_big(long n) { lend_span<views::Bytes>(n, bytes, BIG); }
RUN run_words_small(long n) { lend_span<views::Words>(n, words, SMALL); }
RUN run_words_big(long n) { lend_span<views::Words>(n, words, BIG); }
