#include "greeter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void exports_example_hello_greetings_greet(greeter_string_t *name, greeter_string_t *ret) {
  char text[256];
  snprintf(text, sizeof text, "Hello, %.*s!", (int)name->len, (const char *)name->ptr);
  greeter_string_dup(ret, text);
  greeter_string_free(name);
}
