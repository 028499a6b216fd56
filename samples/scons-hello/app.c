#include "app.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    app_string_t name, greeting;

    app_string_set(&name, argc > 1 ? argv[1] : "World");
    sample_hello_greetings_greet(&name, &greeting);
    printf("%.*s\n", (int)greeting.len, (const char *)greeting.ptr);
    app_string_free(&greeting);
    return 0;
}
