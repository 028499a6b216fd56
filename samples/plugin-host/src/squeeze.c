/* A plugin: of equal characters in a row, one stays. The setting `squeeze` names the characters; without it, spaces. */
#include "plugin.h"

#include <stdio.h>
#include <string.h>

static void squeezed_characters(plugin_string_t *ret)
{
    plugin_string_t name;

    plugin_string_set(&name, "squeeze");
    if (!sample_filters_host_setting(&name, ret))
        plugin_string_dup(ret, " ");
}

static void log_removed(size_t count)
{
    char text[64];
    plugin_string_t message;

    snprintf(text, sizeof text, "%zu squeezed out", count);
    plugin_string_set(&message, text);
    sample_filters_host_log(&message);
}

void exports_sample_filters_filter_describe(plugin_string_t *ret)
{
    plugin_string_dup(ret, "leaves one of equal characters in a row");
}

bool exports_sample_filters_filter_apply(const plugin_string_t *line, plugin_string_t *ret, plugin_string_t *err)
{
    plugin_string_t characters;
    size_t kept = 0;

    squeezed_characters(&characters);
    if (characters.len == 0) {
        plugin_string_dup(err, "the setting `squeeze` names no character");
        return false;
    }
    plugin_string_dup_n(ret, (const char *)line->ptr, line->len);
    for (size_t i = 0; i < line->len; i++) {
        bool repeats = i > 0 && line->ptr[i] == line->ptr[i - 1];
        if (!repeats || !memchr(characters.ptr, line->ptr[i], characters.len))
            ret->ptr[kept++] = line->ptr[i];
    }
    ret->len = kept;
    if (kept < line->len)
        log_removed(line->len - kept);
    plugin_string_free(&characters);
    return true;
}
