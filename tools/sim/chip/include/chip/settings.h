/*
 * settings: the text form of document.ini, sections of "key = value" lines.
 *
 *      ; a comment, and so is a line that begins with #
 *      [section]
 *      key = value up to the end of the line, blanks around it cut off
 *
 * A key stands at most once in a section and a section at most once in a file, so that
 * no line is silently without effect; settings_unused() finds the lines nobody asked for.
 */
#ifndef CHIP_SETTINGS_H
#define CHIP_SETTINGS_H

#include "base/bytes.h"
#include "chip/problem.h"

struct setting {
    const char *section, *key, *value; /* into the text; key is "" for the section's own line */
    unsigned    line;                  /* from 1 */
    bool        asked;
};

struct settings {
    const char     *origin; /* the file's name in messages; lives as long as this does */
    char           *text;
    struct setting *all;
    size_t          count;
};

/* Read text.  On success the caller frees s with settings_free(); on failure s is empty.
 * E_MALFORMED, with the line named in why. */
struct err settings_parse(struct settings *s, const char *origin, struct view text,
                          struct problem *why);

/* Release what settings_parse() took. */
void settings_free(struct settings *s);

/* The line that holds key in section, or NULL.  It counts as asked for. */
const struct setting *settings_find(struct settings *s, const char *section, const char *key);

/* Its value, or otherwise if there is none. */
const char *settings_text(struct settings *s, const char *section, const char *key,
                          const char *otherwise);

/* The first section from *at on whose name begins with prefix, or NULL; steps *at over it. */
const char *settings_section(struct settings *s, const char *prefix, size_t *at);

/* E_UNEXPECTED, with the line named in why, if a line was never asked for. */
struct err settings_unused(const struct settings *s, struct problem *why);

#endif
