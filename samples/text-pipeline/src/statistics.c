/* Counts the words of a text and ranks them, kind by kind. */
#include "statistics.h"

#include <stdlib.h>
#include <string.h>

typedef statistics_string_t string;
typedef book_text_types_span_t span;
typedef book_text_types_token_t token;
typedef book_text_types_entry_t entry;
typedef book_text_types_kind_t kind;
typedef book_text_sorting_list_entry_t entry_list;
typedef book_text_sorting_list_kind_t kind_list;
typedef exports_book_text_measuring_ranked_t ranked;
typedef exports_book_text_measuring_list_ranked_t ranked_list;
typedef exports_book_text_measuring_share_t share;
typedef exports_book_text_measuring_report_t report;
typedef exports_book_text_measuring_problem_t problem;
typedef book_text_types_tokens_t token_list;

/* Zeroed memory; none for none, since nobody frees an empty list. */
static void *allocate(size_t count, size_t size)
{
    void *memory = count ? calloc(count, size) : NULL;
    if (count && !memory)
        abort();
    return memory;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The distinct words so far: a hash table of `capacity` slots, a power of two, with linear probing. */
struct vocabulary {
    entry *slots;
    size_t capacity, size;
    uint8_t *letters; /* of all words, in lower case; they take no more bytes than the text */
    size_t letters_used;
};

static entry *find(const struct vocabulary *all, string word, uint64_t hash)
{
    size_t mask = all->capacity - 1, at = hash & mask;

    for (;; at = (at + 1) & mask) {
        entry *slot = &all->slots[at];
        if (slot->count == 0 || (slot->word.len == word.len && memcmp(slot->word.ptr, word.ptr, word.len) == 0))
            return slot;
    }
}

/* FNV-1a */
static uint64_t hash_of(string word)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < word.len; i++)
        hash = (hash ^ word.ptr[i]) * 0x100000001b3;
    return hash;
}

static void grow(struct vocabulary *all)
{
    struct vocabulary old = *all;

    all->capacity = 2 * old.capacity;
    all->slots = allocate(all->capacity, sizeof *all->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].count)
            *find(all, old.slots[i].word, hash_of(old.slots[i].word)) = old.slots[i];
    free(old.slots);
}

/* `word` with small letters for A to Z, behind the vocabulary's letters, where the next word will lie too. */
static string fold(const struct vocabulary *all, const uint8_t *word, size_t length)
{
    string folded = {all->letters + all->letters_used, length};

    for (size_t i = 0; i < length; i++)
        folded.ptr[i] = word[i] >= 'A' && word[i] <= 'Z' ? word[i] + ('a' - 'A') : word[i];
    return folded;
}

static void count(struct vocabulary *all, const uint8_t *word, size_t length)
{
    string folded = fold(all, word, length);
    entry *slot = find(all, folded, hash_of(folded));

    slot->capitalised += word[0] != folded.ptr[0];
    if (slot->count++ == 0) {
        slot->word = folded;
        all->letters_used += length;
        if (++all->size > all->capacity / 2)
            grow(all);
    }
}

/* Counts tokens into `figures` and words into `all`. Returns false at the first token out of its place. */
static bool tally(const statistics_list_u8_t *text, const token_list *tokens, struct vocabulary *all, report *figures,
                  problem *err)
{
    size_t done = 0;
    bool in_sentence = false;

    for (const token *item = tokens->ptr; item < tokens->ptr + tokens->len; item++) {
        if (item->tag == BOOK_TEXT_TYPES_TOKEN_STOP) {
            uint32_t stop = item->val.stop;
            uint32_t *sentences = stop == '?'   ? &figures->questions
                                  : stop == '!' ? &figures->exclamations
                                                : &figures->statements;
            *sentences += in_sentence;
            in_sentence = false;
            continue;
        }
        bool is_word = item->tag == BOOK_TEXT_TYPES_TOKEN_WORD;
        span at = is_word ? item->val.word : item->val.number;
        if (at.start < done || at.start >= text->len || at.length == 0 || at.length > text->len - at.start) {
            *err = (problem){.tag = EXPORTS_BOOK_TEXT_MEASURING_PROBLEM_MISPLACED, .val.misplaced = at};
            return false;
        }
        done = at.start + at.length;
        if (is_word) {
            count(all, text->ptr + at.start, at.length);
            figures->words++;
            in_sentence = true;
        } else {
            figures->numbers++;
        }
    }
    if (figures->words == 0)
        err->tag = EXPORTS_BOOK_TEXT_MEASURING_PROBLEM_NO_WORDS;
    return figures->words > 0;
}

static int compare_words(const string *a, const string *b)
{
    int order = memcmp(a->ptr, b->ptr, smaller(a->len, b->len));
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static int by_word(const void *a, const void *b)
{
    const entry *left = a, *right = b;
    return compare_words(&left->word, &right->word);
}

/* Closes the gaps between the slots and sorts the words, which ends the hash table. */
static entry_list sorted(struct vocabulary *all)
{
    entry_list list = {all->slots, 0};

    for (size_t i = 0; i < all->capacity; i++)
        if (all->slots[i].count)
            list.ptr[list.len++] = all->slots[i];
    qsort(list.ptr, list.len, sizeof *list.ptr, by_word);
    return list;
}

/* Characters, without apostrophes, hyphens and the bytes that continue a character of UTF-8. */
static uint32_t letters_of(const string *word)
{
    uint32_t letters = 0;

    for (size_t i = 0; i < word->len; i++)
        letters += word->ptr[i] != '\'' && word->ptr[i] != '-' && (word->ptr[i] & 0xc0) != 0x80;
    return letters;
}

static int by_length(const void *a, const void *b)
{
    const ranked *left = a, *right = b;
    uint32_t l = letters_of(&left->word), r = letters_of(&right->word);
    return l != r ? (l < r) - (l > r) : compare_words(&left->word, &right->word);
}

static int by_count(const void *a, const void *b)
{
    const ranked *left = a, *right = b;
    return left->count != right->count ? (left->count < right->count) - (left->count > right->count)
                                       : compare_words(&left->word, &right->word);
}

/* A ranked word that owns its strings, as all in a result must. */
static ranked copy_of(const ranked *item)
{
    ranked copy = *item;

    statistics_string_dup_n(&copy.word, (const char *)item->word.ptr, item->word.len);
    if (item->kind.tag == BOOK_TEXT_TYPES_KIND_ARCHAIC) {
        const string *today = &item->kind.val.archaic;
        statistics_string_dup_n(&copy.kind.val.archaic, (const char *)today->ptr, today->len);
    }
    return copy;
}

static ranked_list first(const ranked *all, size_t size, uint32_t top)
{
    ranked_list list = {allocate(smaller(top, size), sizeof *list.ptr), smaller(top, size)};

    for (size_t i = 0; i < list.len; i++)
        list.ptr[i] = copy_of(&all[i]);
    return list;
}

static share share_of(uint8_t tag, const ranked *all, size_t size, uint32_t top)
{
    share result = {0};
    const ranked *item;

    for (item = all; item < all + size; item++) {
        if (item->kind.tag == tag) {
            result.words += item->count;
            result.distinct++;
        }
    }
    size_t room = smaller(top, result.distinct);
    result.top.ptr = allocate(room, sizeof *item);
    for (item = all; result.top.len < room; item++)
        if (item->kind.tag == tag)
            result.top.ptr[result.top.len++] = copy_of(item);
    return result;
}

/* Senter and Smith, "Automated Readability Index", AMRL-TR-66-220 (1967). */
static double readability(const ranked *all, size_t size, const report *figures)
{
    double letters = 0, words = figures->words;
    double sentences = (double)figures->statements + figures->questions + figures->exclamations;

    for (const ranked *item = all; item < all + size; item++)
        letters += (double)item->count * letters_of(&item->word);
    return 4.71 * letters / words + 0.5 * words / (sentences > 0 ? sentences : 1) - 21.43;
}

static void rank(entry_list *words, uint32_t top, report *figures)
{
    kind_list kinds;
    ranked *all = allocate(words->len, sizeof *all);
    size_t size = words->len;

    book_text_sorting_classify(words, &kinds);
    for (size_t i = 0; i < size; i++) {
        all[i] = (ranked){words->ptr[i].word, words->ptr[i].count, kinds.ptr[i]};
        figures->once += words->ptr[i].count == 1;
    }
    figures->distinct = (uint32_t)size;
    figures->readability = readability(all, size, figures);
    qsort(all, size, sizeof *all, by_length);
    figures->longest = first(all, size, top);
    qsort(all, size, sizeof *all, by_count);
    figures->function_words = share_of(BOOK_TEXT_TYPES_KIND_FUNCTION_WORD, all, size, top);
    figures->names = share_of(BOOK_TEXT_TYPES_KIND_NAME, all, size, top);
    figures->archaic = share_of(BOOK_TEXT_TYPES_KIND_ARCHAIC, all, size, top);
    figures->content = share_of(BOOK_TEXT_TYPES_KIND_CONTENT, all, size, top);
    book_text_sorting_list_kind_free(&kinds);
    free(all);
}

bool exports_book_text_measuring_measure(const statistics_list_u8_t *text, const token_list *tokens, uint32_t top,
                                       report *ret, problem *err)
{
    struct vocabulary all = {.capacity = 1024};

    all.slots = allocate(all.capacity, sizeof *all.slots);
    all.letters = allocate(text->len, 1);
    *ret = (report){0};
    bool is_fine = tally(text, tokens, &all, ret, err);
    if (is_fine) {
        entry_list words = sorted(&all);
        rank(&words, top, ret);
    }
    free(all.slots);
    free(all.letters);
    return is_fine;
}
