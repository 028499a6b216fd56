/* A plugin: small letters become capitals. */
#include "plugin.h"

#include <stdio.h>

void exports_sample_filters_filter_describe(plugin_string_t *ret)
{
    plugin_string_dup(ret, "makes capitals of small letters");
}

bool exports_sample_filters_filter_apply(const plugin_string_t *line, plugin_string_t *ret, plugin_string_t *err)
{
    plugin_string_dup_n(ret, (const char *)line->ptr, line->len);
    for (size_t i = 0; i < ret->len; i++) {
        uint8_t c = ret->ptr[i];
        if (c > 0x7f) {
            char reason[64];
            snprintf(reason, sizeof reason, "byte %zu of the line is not ASCII", i);
            plugin_string_dup(err, reason);
            plugin_string_free(ret);
            return false;
        }
        if (c >= 'a' && c <= 'z')
            ret->ptr[i] = (uint8_t)(c - 'a' + 'A');
    }
    return true;
}
