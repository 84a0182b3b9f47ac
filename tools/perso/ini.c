/* ini: see ini.h */
#include "ini.h"

#include <string.h>

#include "quit.h"

static void put_text(struct blob *out, const char *text)
{
    blob_put(out, text, strlen(text));
}

static bool passed(const struct recipe_line *l)
{
    return recipe_passed_on(l->section);
}

/* Of two lines with one key in one section the later holds, and stands alone. */
static bool is_last(const struct recipe *r, size_t i)
{
    for (size_t j = i + 1; j < r->count; j++)
        if (strcmp(r->lines[j].section, r->lines[i].section) == 0 &&
            strcmp(r->lines[j].key, r->lines[i].key) == 0)
            return false;
    return true;
}

static bool recipe_says(const struct recipe *r, const char *section, const char *key)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->lines[i].section, section) == 0 && strcmp(r->lines[i].key, key) == 0)
            return true;
    return false;
}

static void put_section(const struct recipe *r, const char *section, struct blob *out)
{
    for (size_t i = 0; i < r->count; i++)
        if (passed(&r->lines[i]) && strcmp(r->lines[i].section, section) == 0 && is_last(r, i))
            put_text(out, quit_text("%s = %s\n", r->lines[i].key, r->lines[i].value));
}

static bool is_first(const struct recipe *r, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (strcmp(r->lines[j].section, r->lines[i].section) == 0)
            return false;
    return true;
}

void ini_put(const struct making *m, struct blob *out)
{
    const struct recipe *r = &m->recipe;

    if (*recipe_get(r, "title") != '\0')
        put_text(out, quit_text("; %s\n", recipe_get(r, "title")));
    put_text(out, "[document]\n");
    for (int i = 0; i < m->mrz_lines; i++) {
        char *key = quit_text("mrz%d", i + 1);

        if (!recipe_says(r, "document", key))
            put_text(out, quit_text("%s = %s\n", key, m->mrz[i]));
    }
    if (!recipe_says(r, "document", "access"))
        put_text(out, "access = bac\n");
    put_section(r, "document", out);
    for (size_t i = 0; i < r->count; i++)
        if (passed(&r->lines[i]) && strcmp(r->lines[i].section, "document") != 0 &&
            is_first(r, i)) {
            put_text(out, quit_text("\n[%s]\n", r->lines[i].section));
            put_section(r, r->lines[i].section, out);
        }
}
