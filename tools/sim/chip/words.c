/* words: see words.h. */
#include "chip/words.h"

#include <string.h>

bool words_next(const char **list, const char **word, size_t *len)
{
    *word = *list + strspn(*list, " \t");
    *len = strcspn(*word, " \t");
    *list = *word + *len;
    return *len != 0;
}

long words_place(const char *all, const char *text, size_t len)
{
    const char *word;
    size_t      wide;

    for (long place = 0; words_next(&all, &word, &wide); place++)
        if (wide == len && memcmp(word, text, len) == 0)
            return place;
    return -1;
}

struct err words_read(const struct words *w, struct settings *s, long *out, struct problem *why)
{
    const struct setting *line = settings_find(s, w->section, w->key);
    long                  place;

    *out = w->otherwise;
    if (line == NULL)
        return SUCCESS;
    place = words_place(w->all, line->value, strlen(line->value));
    if (place < 0)
        return problem_set(why, E_MALFORMED, "%s:%u: [%s] %s is one of: %s", s->origin, line->line,
                           w->section, w->key, w->all);
    *out = place;
    return SUCCESS;
}
