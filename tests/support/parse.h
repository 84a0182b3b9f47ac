/*
 * parse: what every parser's test asks: which notes, and what of each prefix.
 */
#ifndef TESTS_PARSE_H
#define TESTS_PARSE_H

#include "nest.h"
#include "report/note.h"

enum { NOTES_EXPECTED = 4 };

/* Exactly these notes were made, in any order; NOTE_NONE ends the list. */
__attribute__((unused)) static void expect_notes(const struct notes *got,
                                                 const enum note_id  want[NOTES_EXPECTED])
{
    size_t n = 0;

    for (; n < NOTES_EXPECTED && want[n] != NOTE_NONE; n++) {
        if (!note_seen(got, want[n]))
            fail_msg("[%s] no note %s", expect_row, note_name(want[n]));
    }
    for (size_t i = 0; i < got->n; i++) {
        size_t k = 0;

        while (k < n && want[k] != got->item[i].id)
            k++;
        if (k == n)
            fail_msg("[%s] unexpected note %s", expect_row, note_name(got->item[i].id));
    }
}

typedef struct err parse_fn(struct view in);

/* Each strict prefix, in an allocation of exactly its length, so that a sanitizer sees the
 * first byte read beyond it, is refused. */
__attribute__((unused)) static void every_prefix_fails(struct view whole, parse_fn *parse)
{
    for (size_t n = 0; n < whole.len; n++) {
        uint8_t *exact = malloc(n ? n : 1);

        memcpy(exact, whole.ptr, n);
        if (parse(view_of(exact, n)).code == OK)
            fail_msg("[%s] the first %zu of %zu bytes were read as whole", expect_row, n,
                     whole.len);
        free(exact);
    }
}

/* Every single bit flipped: the parser may say what it likes, within its bounds. */
__attribute__((unused)) static void every_flip_ends(struct view whole, parse_fn *parse)
{
    uint8_t *copy = malloc(whole.len);

    for (size_t bit = 0; bit < whole.len * 8; bit++) {
        memcpy(copy, whole.ptr, whole.len);
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        const struct err e = parse(view_of(copy, whole.len));

        (void)e;
    }
    free(copy);
}

#endif
