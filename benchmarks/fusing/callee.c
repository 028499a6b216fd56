/* The component that is called: by its bindings, or by hand. */
#ifdef BY_HAND
#include "hand.h"
#define ARGUMENT(kind) const lent_t
#else
#include "callee.h"
#define add exports_bench_fused_work_add
#define ends exports_bench_fused_work_ends
#define edges exports_bench_fused_work_edges
#define ARGUMENT(kind) const callee_##kind##_t
#endif

int32_t add(int32_t a, int32_t b) { return a + b; }

uint32_t ends(ARGUMENT(string) *text) { return (uint32_t)text->ptr[0] + text->ptr[text->len - 1]; }

uint32_t edges(ARGUMENT(list_u8) *bytes) { return (uint32_t)bytes->ptr[0] + bytes->ptr[bytes->len - 1]; }
