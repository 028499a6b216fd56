/* The component's functions at the ABI, as the generated extension has them. */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint8_t *at;
  size_t size;
} block;

#define KINDS "benchX3AextensionX2FkindsX00"
int32_t kinds_add(int32_t a, int32_t b) __asm__(KINDS "add");
void kinds_echo(const uint8_t *text, size_t size, block *result) __asm__(KINDS "echo");
int32_t kinds_ends(const uint8_t *octets, size_t size) __asm__(KINDS "ends");
void kinds_make(int32_t size, block *result) __asm__(KINDS "make");
double kinds_sum(const double *numbers, size_t count) __asm__(KINDS "sum");
uint8_t *counter_new(int32_t start) __asm__(KINDS "X5BconstructorX5Dcounter");
int32_t counter_add(uint8_t *self, int32_t by) __asm__(KINDS "X5BmethodX5DcounterX2Eadd");
void counter_drop(uint8_t *self) __asm__(KINDS "X5Bresource_dropX5Dcounter");

#ifdef __cplusplus
}
#endif
