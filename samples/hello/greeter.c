#include "greeter.h"

#include <stdio.h>
#include <stdlib.h>

void exports_sample_hello_greetings_greet(greeter_string_t *name, greeter_string_t *ret)
{
    char *text = malloc(name->len + sizeof "Hello, !");
    if (!text)
        abort();
    ret->len = (size_t)sprintf(text, "Hello, %.*s!", (int)name->len, (const char *)name->ptr);
    ret->ptr = (uint8_t *)text;
    greeter_string_free(name);
}
