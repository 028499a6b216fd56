#include BINDINGS

uint32_t exports_bench_lent_views_text(const callee_string_t *a) { return a->ptr[0] + a->ptr[a->len - 1]; }

uint32_t exports_bench_lent_views_bytes(const callee_list_u8_t *a) { return a->ptr[0] + a->ptr[a->len - 1]; }

uint32_t exports_bench_lent_views_words(const callee_list_u32_t *a) { return a->ptr[0] + a->ptr[a->len - 1]; }
