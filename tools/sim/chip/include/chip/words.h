/*
 * words: a setting that is one of a few words.
 */
#ifndef CHIP_WORDS_H
#define CHIP_WORDS_H

#include "chip/settings.h"

/* One key of a section: what it may say, and what holds if it is not there. */
struct words {
    const char *section, *key, *all; /* all: the words, separated by blanks */
    long        otherwise;           /* a place in all, counted from 0      */
};

/* The place of text among all, or -1. */
long words_place(const char *all, const char *text, size_t len);

/* Read the setting.  E_MALFORMED, with the line and the words in why. */
struct err words_read(const struct words *w, struct settings *s, long *out, struct problem *why);

/* Cut the first word off list; false at its end.  Any number of blanks lie between. */
bool words_next(const char **list, const char **word, size_t *len);

#endif
