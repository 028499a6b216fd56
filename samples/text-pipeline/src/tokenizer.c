/* Cuts UTF-8 text into words, numbers and ends of sentences. */
#include "tokenizer.h"

#include <stdlib.h>

typedef book_text_types_token_t token;
typedef book_text_types_tokens_t token_list;
typedef exports_book_text_splitting_problem_t problem;

/* Reads the character at `at`. Returns its size in bytes, or 0 if it is not UTF-8 (RFC 3629, section 4). */
static size_t decode(const uint8_t *at, const uint8_t *end, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    if (*at < 0x80) {
        *character = *at;
        return 1;
    }
    size_t size = *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
    if (*at < 0xc0 || *at > 0xf7 || size > (size_t)(end - at))
        return 0;
    uint32_t value = *at & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (at[i] & 0x3f);
    }
    bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < least[size] || value > 0x10ffff || is_surrogate)
        return 0;
    *character = value;
    return size;
}

static const uint8_t *end_of_utf8(const uint8_t *at, const uint8_t *end)
{
    uint32_t character;

    while (at < end) {
        size_t size = decode(at, end, &character);
        if (size == 0)
            break;
        at += size;
    }
    return at;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* The letters of the Latin alphabets, up to U+024F. */
static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7);
}

static const uint8_t *skip(const uint8_t *at, const uint8_t *end, bool (*is_member)(uint32_t))
{
    uint32_t character;

    while (at < end) {
        size_t size = decode(at, end, &character);
        if (!is_member(character))
            break;
        at += size;
    }
    return at;
}

static const uint8_t *end_of_word(const uint8_t *at, const uint8_t *end)
{
    for (;;) {
        at = skip(at, end, is_letter);
        if (at == end || (*at != '\'' && *at != '-') || skip(at + 1, end, is_letter) == at + 1)
            return at;
        at++;
    }
}

static void append(token_list *list, size_t *capacity, token item)
{
    if (list->len == *capacity) {
        *capacity = *capacity ? 2 * *capacity : 1024;
        list->ptr = realloc(list->ptr, *capacity * sizeof *list->ptr);
        if (!list->ptr)
            abort();
    }
    list->ptr[list->len++] = item;
}

bool exports_book_text_splitting_tokenize(const tokenizer_list_u8_t *text, token_list *ret, problem *err)
{
    const uint8_t *begin = text->ptr, *end = begin + text->len;
    size_t capacity = 0;

    if (text->len > UINT32_MAX) {
        *err = (problem){.tag = EXPORTS_BOOK_TEXT_SPLITTING_PROBLEM_TOO_LARGE, .val.too_large = text->len};
        return false;
    }
    const uint8_t *valid = end_of_utf8(begin, end);
    if (valid < end) {
        *err = (problem){.tag = EXPORTS_BOOK_TEXT_SPLITTING_PROBLEM_NOT_UTF8, .val.not_utf8 = (uint32_t)(valid - begin)};
        return false;
    }

    *ret = (token_list){0};
    for (const uint8_t *at = begin, *next; at < end; at = next) {
        token item;
        uint32_t character;

        next = at + decode(at, end, &character);
        if (is_letter(character)) {
            next = end_of_word(next, end);
            item.tag = BOOK_TEXT_TYPES_TOKEN_WORD;
            item.val.word.start = (uint32_t)(at - begin);
            item.val.word.length = (uint32_t)(next - at);
        } else if (is_digit(character)) {
            next = skip(next, end, is_digit);
            item.tag = BOOK_TEXT_TYPES_TOKEN_NUMBER;
            item.val.number.start = (uint32_t)(at - begin);
            item.val.number.length = (uint32_t)(next - at);
        } else if (character == '.' || character == '?' || character == '!') {
            item.tag = BOOK_TEXT_TYPES_TOKEN_STOP;
            item.val.stop = character;
        } else {
            continue;
        }
        append(ret, &capacity, item);
    }
    return true;
}
