/* bookstat FILE: what kinds of words a book is made of. */
#include "bookstat.h"

#include <stdio.h>
#include <stdlib.h>

enum { TOP = 5 };

typedef bookstat_string_t string;
typedef book_text_measuring_ranked_t ranked;
typedef book_text_measuring_share_t share;
typedef book_text_measuring_report_t report;

/* The whole file; a null pointer and errno if it cannot be read. */
static bookstat_list_u8_t read_file(const char *path)
{
    bookstat_list_u8_t text = {0};
    FILE *file = fopen(path, "rb");
    long size;

    if (!file)
        return text;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        text.ptr = malloc(size ? (size_t)size : 1);
        if (text.ptr)
            text.len = fread(text.ptr, 1, (size_t)size, file);
    }
    fclose(file);
    return text;
}

static void print_word(const char *before, const ranked *item)
{
    printf("%s%.*s", before, (int)item->word.len, (const char *)item->word.ptr);
    if (item->kind.tag == BOOK_TEXT_TYPES_KIND_ARCHAIC) {
        const string *today = &item->kind.val.archaic;
        printf(" (%.*s)", (int)today->len, (const char *)today->ptr);
    }
}

static void print_share(const char *name, const share *part, uint32_t words)
{
    printf("%-14s %7u %6.2f %% %8u", name, part->words, 100.0 * part->words / words, part->distinct);
    for (size_t i = 0; i < part->top.len; i++)
        print_word(i ? ", " : "  ", &part->top.ptr[i]);
    putchar('\n');
}

static void print_report(const report *book)
{
    uint32_t sentences = book->statements + book->questions + book->exclamations;

    printf("%7u words, %u distinct (type-token ratio %.4f), %u of them seen once\n", book->words, book->distinct,
           (double)book->distinct / book->words, book->once);
    printf("%7u sentences: %u statements, %u questions, %u exclamations\n", sentences, book->statements,
           book->questions, book->exclamations);
    printf("%7u numbers\n", book->numbers);
    printf("%7.2f readability index\n\n", book->readability);

    printf("kind             words    share distinct  most frequent\n");
    print_share("function words", &book->function_words, book->words);
    print_share("names", &book->names, book->words);
    print_share("archaic", &book->archaic, book->words);
    print_share("content", &book->content, book->words);

    printf("\nlongest words:");
    for (size_t i = 0; i < book->longest.len; i++)
        print_word(i ? ", " : " ", &book->longest.ptr[i]);
    putchar('\n');
}

static void complain_of_text(const char *path, const book_text_splitting_problem_t *problem)
{
    if (problem->tag == BOOK_TEXT_SPLITTING_PROBLEM_NOT_UTF8)
        fprintf(stderr, "bookstat: %s: not UTF-8 at byte %u\n", path, problem->val.not_utf8);
    else
        fprintf(stderr, "bookstat: %s: too large: %llu bytes\n", path, (unsigned long long)problem->val.too_large);
}

static void complain_of_tokens(const char *path, const book_text_measuring_problem_t *problem)
{
    if (problem->tag == BOOK_TEXT_MEASURING_PROBLEM_NO_WORDS)
        fprintf(stderr, "bookstat: %s: no words\n", path);
    else
        fprintf(stderr, "bookstat: %s: misplaced token at byte %u\n", path, problem->val.misplaced.start);
}

static int describe(const char *path, bookstat_list_u8_t *text)
{
    book_text_splitting_problem_t text_problem;
    book_text_measuring_problem_t token_problem;
    book_text_types_tokens_t tokens;
    report book;

    if (!book_text_splitting_tokenize(text, &tokens, &text_problem)) {
        complain_of_text(path, &text_problem);
        return EXIT_FAILURE;
    }
    bool is_fine = book_text_measuring_measure(text, &tokens, TOP, &book, &token_problem);
    if (is_fine) {
        print_report(&book);
        book_text_measuring_report_free(&book);
    } else {
        complain_of_tokens(path, &token_problem);
    }
    book_text_types_tokens_free(&tokens);
    return is_fine ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: bookstat FILE\n");
        return EXIT_FAILURE;
    }
    bookstat_list_u8_t text = read_file(argv[1]);
    if (!text.ptr) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    int status = describe(argv[1], &text);
    free(text.ptr);
    return status;
}
