/* plugin-host DIRECTORY PLUGIN... [NAME=VALUE...]: sends each line of standard input through plugins. */
#define _POSIX_C_SOURCE 200809L
#include "plugin_host.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef plugin_host_string_t string;

struct plugin {
    const char *name;
    void *library;
    sample_filters_filter_table_t filter;
};

/* The command line, for exports_sample_filters_host_setting(). */
static char **arguments;

bool exports_sample_filters_host_setting(const string *name, string *ret)
{
    for (char **argument = arguments; *argument; argument++) {
        const char *equals = strchr(*argument, '=');
        if (equals && (size_t)(equals - *argument) == name->len && memcmp(*argument, name->ptr, name->len) == 0) {
            plugin_host_string_dup(ret, equals + 1);
            return true;
        }
    }
    return false;
}

void exports_sample_filters_host_log(const string *message)
{
    fprintf(stderr, "plugin-host: %.*s\n", (int)message->len, (const char *)message->ptr);
}

static bool load(struct plugin *plugin, const char *directory, const char *name)
{
    char path[PATH_MAX];
    const char *missing;

    snprintf(path, sizeof path, "%s/lib%s.so", directory, name);
    *plugin = (struct plugin){.name = name, .library = dlopen(path, RTLD_NOW | RTLD_LOCAL)};
    if (!plugin->library) {
        fprintf(stderr, "plugin-host: no plugin `%s`: %s\n", name, dlerror());
        return false;
    }
    if (!sample_filters_filter_bind(&plugin->filter, dlsym, plugin->library, &missing)) {
        fprintf(stderr, "plugin-host: `%s` is no filter: it lacks %s\n", name, missing);
        dlclose(plugin->library);
        return false;
    }
    return true;
}

static void introduce(const struct plugin *plugin)
{
    string description;

    sample_filters_filter_describe(&plugin->filter, &description);
    fprintf(stderr, "%s: %.*s\n", plugin->name, (int)description.len, (const char *)description.ptr);
    plugin_host_string_free(&description);
}

static bool filter_line(const struct plugin *plugins, size_t count, const char *line, size_t length)
{
    string text, filtered, reason;

    plugin_host_string_dup_n(&text, line, length);
    for (const struct plugin *plugin = plugins; plugin < plugins + count; plugin++) {
        bool is_filtered = sample_filters_filter_apply(&plugin->filter, &text, &filtered, &reason);
        plugin_host_string_free(&text);
        if (!is_filtered) {
            fprintf(stderr, "plugin-host: %s: %.*s\n", plugin->name, (int)reason.len, (const char *)reason.ptr);
            plugin_host_string_free(&reason);
            return false;
        }
        text = filtered;
    }
    printf("%.*s\n", (int)text.len, (const char *)text.ptr);
    plugin_host_string_free(&text);
    return true;
}

static bool filter_input(const struct plugin *plugins, size_t count)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool is_fine = true;

    while (is_fine && (length = getline(&line, &capacity, stdin)) >= 0)
        is_fine = filter_line(plugins, count, line, strcspn(line, "\n"));
    free(line);
    return is_fine;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    bool is_fine = true;

    if (argc < 3) {
        fprintf(stderr, "usage: plugin-host DIRECTORY PLUGIN... [NAME=VALUE...]\n");
        return EXIT_FAILURE;
    }
    arguments = argv + 2;
    struct plugin *plugins = calloc((size_t)argc, sizeof *plugins);
    if (!plugins)
        abort();
    for (char **argument = arguments; is_fine && *argument; argument++) {
        if (strchr(*argument, '='))
            continue;
        is_fine = load(&plugins[count], argv[1], *argument);
        if (is_fine)
            introduce(&plugins[count++]);
    }
    is_fine = is_fine && filter_input(plugins, count);
    while (count > 0)
        dlclose(plugins[--count].library);
    free(plugins);
    return is_fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
