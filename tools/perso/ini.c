/* ini: see ini.h */
#include "ini.h"

#include <string.h>

#include "quit.h"

static void put_text(struct blob *out, const char *text)
{
    blob_put(out, text, strlen(text));
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

static void put_section(const struct recipe *r, const char *section, struct blob *out)
{
    put_text(out, quit_text("[%s]\n", section));
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->lines[i].section, section) == 0 && is_last(r, i))
            put_text(out, quit_text("%s = %s\n", r->lines[i].key, r->lines[i].value));
}

static bool is_first(const struct recipe *r, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (strcmp(r->lines[j].section, r->lines[i].section) == 0)
            return false;
    return true;
}

/* What the chip was given, then what the recipe says of it. */
static struct recipe all_lines(const struct making *m)
{
    struct recipe all = { 0 };

    for (int i = 0; i < m->mrz_lines; i++)
        recipe_say(&all, "document", quit_text("mrz%d", i + 1), m->mrz[i]);
    recipe_join(&all, &m->chip);
    recipe_join(&all, &m->recipe);
    return all;
}

void ini_put(const struct making *m, struct blob *out)
{
    const struct recipe all = all_lines(m);
    const char         *title = recipe_get(&m->recipe, "title");

    if (*title != '\0')
        put_text(out, quit_text("; %s\n", title));
    for (size_t i = 0; i < all.count; i++) {
        if (!recipe_passed_on(&all.lines[i]) || !is_first(&all, i))
            continue;
        if (i > 0)
            put_text(out, "\n");
        put_section(&all, all.lines[i].section, out);
    }
}
