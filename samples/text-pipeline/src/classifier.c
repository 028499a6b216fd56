/* Tells by a word's letters, and by the vocabulary it belongs to, what kind of word it is. */
#include "classifier.h"
#include "lexicon.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

typedef classifier_string_t string;
typedef book_text_types_entry_t entry;
typedef book_text_types_kind_t kind;
typedef exports_book_text_sorting_list_entry_t entry_list;
typedef exports_book_text_sorting_list_kind_t kind_list;

static int compare(const string *a, const void *b, size_t length)
{
    int order = memcmp(a->ptr, b, a->len < length ? a->len : length);
    return order ? order : (a->len > length) - (a->len < length);
}

static int compare_function_word(const void *key, const void *element)
{
    const char *word = *(const char *const *)element;
    return compare(key, word, strlen(word));
}

static int compare_replacement(const void *key, const void *element)
{
    const struct replacement *known = element;
    return compare(key, known->word, strlen(known->word));
}

static int compare_entry(const void *key, const void *element)
{
    const entry *known = element;
    return compare(key, known->word.ptr, known->word.len);
}

static bool is_function_word(const string *word)
{
    return bsearch(word, function_words, LENGTH(function_words), sizeof *function_words, compare_function_word);
}

static const struct replacement *replacement_of(const string *word)
{
    return bsearch(word, archaic_words, LENGTH(archaic_words), sizeof *archaic_words, compare_replacement);
}

/* How many letters of "giveth", "speaketh" or "sitteth" are a verb that the vocabulary has; 0 if none are. */
static size_t length_of_verb(const string *word, const entry_list *vocabulary)
{
    const uint8_t *letters = word->ptr;
    size_t length = word->len;

    if (length < 5 || memcmp(letters + length - 3, "eth", 3) != 0)
        return 0;
    bool is_doubled = length > 5 && letters[length - 4] == letters[length - 5];
    size_t shortest = is_doubled ? length - 4 : length - 3;
    for (size_t verb = length - 2; verb >= shortest; verb--) {
        string key = {word->ptr, verb};
        if (bsearch(&key, vocabulary->ptr, vocabulary->len, sizeof(entry), compare_entry))
            return verb;
    }
    return 0;
}

/* "gives", "speaks", "goes", "teaches". */
static string third_person(const string *word, size_t verb)
{
    uint8_t last = word->ptr[verb - 1], before = word->ptr[verb - 2];
    bool takes_es = memchr("sxzo", last, 4) || (last == 'h' && (before == 'c' || before == 's'));
    string result = {malloc(verb + 2), verb + (takes_es ? 2 : 1)};

    if (!result.ptr)
        abort();
    memcpy(result.ptr, word->ptr, verb);
    memcpy(result.ptr + verb, takes_es ? "es" : "s", result.len - verb);
    return result;
}

static kind classify(const entry *item, const entry_list *vocabulary)
{
    const struct replacement *replacement;
    size_t verb;
    kind result = {.tag = BOOK_TEXT_TYPES_KIND_CONTENT};

    if (is_function_word(&item->word)) {
        result.tag = BOOK_TEXT_TYPES_KIND_FUNCTION_WORD;
    } else if ((replacement = replacement_of(&item->word))) {
        result.tag = BOOK_TEXT_TYPES_KIND_ARCHAIC;
        classifier_string_dup(&result.val.archaic, replacement->today);
    } else if (item->capitalised == item->count) {
        result.tag = BOOK_TEXT_TYPES_KIND_NAME;
    } else if ((verb = length_of_verb(&item->word, vocabulary))) {
        result.tag = BOOK_TEXT_TYPES_KIND_ARCHAIC;
        result.val.archaic = third_person(&item->word, verb);
    }
    return result;
}

void exports_book_text_sorting_classify(const entry_list *vocabulary, kind_list *ret)
{
    *ret = (kind_list){0};
    if (vocabulary->len == 0)
        return;
    ret->ptr = malloc(vocabulary->len * sizeof *ret->ptr);
    if (!ret->ptr)
        abort();
    ret->len = vocabulary->len;
    for (size_t i = 0; i < ret->len; i++)
        ret->ptr[i] = classify(&vocabulary->ptr[i], vocabulary);
}
