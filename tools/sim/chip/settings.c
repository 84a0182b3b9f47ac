/* settings: see settings.h. */
#include "chip/settings.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r"

/* Cut blanks off both ends, in place. */
static char *trimmed(char *text)
{
    size_t len;

    text += strspn(text, BLANKS);
    len = strlen(text);
    while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
        len--;
    text[len] = '\0';
    return text;
}

static struct setting *look_up(struct settings *s, const char *section, const char *key)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->all[i].section, section) == 0 && strcmp(s->all[i].key, key) == 0)
            return &s->all[i];
    return NULL;
}

static struct err keep(struct settings *s, struct setting new, struct problem *why)
{
    if (look_up(s, new.section, new.key) != NULL)
        return problem_set(why, E_MALFORMED, "%s:%u: [%s] %s stands here a second time", s->origin,
                           new.line, new.section, new.key);
    s->all[s->count++] = new;
    return SUCCESS;
}

static struct err read_line(struct settings *s, char *line, unsigned number, const char **section,
                            struct problem *why)
{
    char *text = trimmed(line), *mark;

    if (*text == '\0' || *text == ';' || *text == '#')
        return SUCCESS;
    if (*text == '[') {
        mark = strchr(text, ']');
        if (mark == NULL || mark[1] != '\0' || mark == text + 1)
            return problem_set(why, E_MALFORMED, "%s:%u: a section is written [name]", s->origin,
                               number);
        *mark = '\0';
        *section = text + 1;
        return keep(s, (struct setting){ *section, "", "", number, false }, why);
    }
    mark = strchr(text, '=');
    if (mark == NULL || mark == text || *section == NULL)
        return problem_set(why, E_MALFORMED, "%s:%u: expected key = value below a [section]",
                           s->origin, number);
    *mark = '\0';
    return keep(s, (struct setting){ *section, trimmed(text), trimmed(mark + 1), number, false },
                why);
}

static size_t lines_in(struct view text)
{
    size_t lines = 1;

    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

static struct err read_all(struct settings *s, struct problem *why)
{
    const char *section = NULL;
    unsigned    number = 0;
    char       *end;

    for (char *line = s->text; line != NULL; line = end) {
        end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        TRY(read_line(s, line, ++number, &section, why));
    }
    return SUCCESS;
}

struct err settings_parse(struct settings *s, const char *origin, struct view text,
                          struct problem *why)
{
    struct err e;

    *s = (struct settings){ .origin = origin };
    if (text.len != 0 && memchr(text.ptr, '\0', text.len) != NULL)
        return problem_set(why, E_MALFORMED, "%s: holds a zero byte, so it is not text", origin);
    s->text = calloc(text.len + 1, 1);
    s->all = calloc(lines_in(text), sizeof *s->all);
    if (s->text == NULL || s->all == NULL) {
        settings_free(s);
        return problem_set(why, E_NO_SPACE, "out of memory");
    }
    if (text.len != 0)
        memcpy(s->text, text.ptr, text.len);
    e = read_all(s, why);
    if (e.code != OK)
        settings_free(s);
    return e;
}

void settings_free(struct settings *s)
{
    free(s->text);
    free(s->all);
    *s = (struct settings){ .origin = s->origin };
}

const struct setting *settings_find(struct settings *s, const char *section, const char *key)
{
    struct setting *found = look_up(s, section, key);

    if (found != NULL)
        found->asked = true;
    return found;
}

const char *settings_text(struct settings *s, const char *section, const char *key,
                          const char *otherwise)
{
    const struct setting *found = settings_find(s, section, key);

    return found != NULL ? found->value : otherwise;
}

const char *settings_section(struct settings *s, const char *prefix, size_t *at)
{
    for (; *at < s->count; ++*at) {
        struct setting *here = &s->all[*at];

        if (*here->key != '\0' || strncmp(here->section, prefix, strlen(prefix)) != 0)
            continue;
        here->asked = true;
        ++*at;
        return here->section;
    }
    return NULL;
}

struct err settings_unused(const struct settings *s, struct problem *why)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct setting *here = &s->all[i];
        const bool            known = here->asked;

        if (!known && *here->key == '\0')
            return problem_set(why, E_UNEXPECTED, "%s:%u: no such section: [%s]", s->origin,
                               here->line, here->section);
        if (!known)
            return problem_set(why, E_UNEXPECTED, "%s:%u: [%s] knows no key %s", s->origin,
                               here->line, here->section, here->key);
    }
    return SUCCESS;
}
