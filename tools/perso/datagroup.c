/*
 * datagroup: the data groups and EF.COM, EF.DIR.
 *
 * Spec: Doc 9303-10 4.6 (EF.COM) and 4.7 (data groups); DG14's content is in infos.c.
 */
#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "making.h"
#include "patch.h"
#include "quit.h"

static void put_dg1(struct making *m, struct blob *out)
{
    static const char *const keys[] = { "mrz.line1", "mrz.line2", "mrz.line3" };
    enum { KEYS = sizeof keys / sizeof *keys };
    const size_t mark = blob_open(out, 0x5F1F);

    for (int i = 0; i < KEYS && i < m->mrz_lines; i++) {
        const char *other = recipe_get(&m->recipe, keys[i]);

        blob_put(out, *other ? other : m->mrz[i], strlen(*other ? other : m->mrz[i]));
    }
    blob_close(out, mark);
}

/* CBEFF around one ISO 19794-5 record (9303-10 4.7.2) */
static void put_dg2(struct making *m, struct blob *out)
{
    const size_t group = blob_open(out, 0x7F61);

    blob_hex(out, "020101"); /* one instance */
    const size_t one = blob_open(out, 0x7F60);

    /* header version 1.1, type: facial features, no subtype, owner JTC 1/SC 37, format 19794-5 */
    blob_hex(out, "A10F 80020101 810102 87020101 88020008");
    const size_t block = blob_open(out, 0x5F2E);

    facefile_put(m, out);
    blob_close(out, block);
    blob_close(out, one);
    blob_close(out, group);
}

/* A list of tags, then one object each; an empty value is left out. */
static void put_listed(struct blob *out, const unsigned *tags, const char *const *texts, size_t n)
{
    const size_t list = blob_open(out, 0x5C);

    for (size_t i = 0; i < n; i++)
        if (*texts[i] != '\0')
            blob_tag(out, tags[i]);
    blob_close(out, list);
    for (size_t i = 0; i < n; i++)
        if (*texts[i] != '\0')
            blob_text(out, tags[i], texts[i]);
}

/* "ANNA MARIA" as the data groups write names and places: filler for spaces, none for commas */
static char *filled(const char *text)
{
    char *out = quit_memory(strlen(text) + 1), *to = out;

    for (; *text != '\0'; text++)
        if (*text == ' ')
            *to++ = '<';
        else if (*text != ',')
            *to++ = *text;
    return out;
}

static char *digits_only(const char *date)
{
    return quit_text("%.4s%.2s%.2s", date, date + 5, date + 8);
}

static void put_dg11(struct making *m, struct blob *out)
{
    const struct recipe *r = &m->recipe;
    const unsigned       tags[] = { 0x5F0E, 0x5F10, 0x5F2B, 0x5F11 };
    const bool           whole = strchr(recipe_get(r, "person.birth"), 'X') == NULL;
    const char *const    texts[] = {
           quit_text("%s<<%s", filled(recipe_get(r, "person.surname")),
                     filled(recipe_get(r, "person.given"))),
           recipe_get(r, "person.number"),
        whole ? digits_only(recipe_get(r, "person.birth")) : "",
           filled(recipe_get(r, "person.place")),
    };

    put_listed(out, tags, texts, 4);
}

static void put_dg12(struct making *m, struct blob *out)
{
    const unsigned    tags[] = { 0x5F19, 0x5F26 };
    const char *const texts[] = {
        "UTOPIA PASSPORT OFFICE",
        when_digits(when_of(&m->recipe, "dates.issued", m->today)),
    };

    put_listed(out, tags, texts, 2);
}

static void put_dg15(struct making *m, struct blob *out)
{
    if (EVP_PKEY_is_a(m->aa, "RSA"))
        algo_put_public(out, m->aa);
    else if (!domain_put_public(out, m->aa, recipe_get(&m->recipe, "aa.params")))
        recipe_refuse(&m->recipe, "aa.params", "explicit, named or standard");
}

/* clang-format off */
static const struct group_row {
    int      number;
    unsigned tag;
    void   (*put)(struct making *m, struct blob *out);
} groups[] = {
    { 1,  0x61, put_dg1  }, { 2,  0x75, put_dg2  }, { 3,  0x63, biometric_fingers },
    { 4,  0x76, biometric_irises }, { 11, 0x6B, put_dg11 }, { 12, 0x6C, put_dg12 }, { 14, 0x6E, datagroup_info }, { 15, 0x6F, put_dg15 },
};
/* clang-format on */
enum { GROUPS = sizeof groups / sizeof *groups };

static void make_group(struct making *m, const struct group_row *g)
{
    const char  *name = quit_text("DG%d", g->number);
    struct blob  bytes = { 0 };
    const size_t mark = blob_open(&bytes, g->tag);

    g->put(m, &bytes);
    blob_close(&bytes, mark);
    patch_run(m, name, "before-hash", &bytes);
    algo_digest(&m->hashes[g->number], recipe_get(&m->recipe, "dg.digest"), bytes.at, bytes.len);
    patch_run(m, name, "after-hash", &bytes);
    making_add(m, name, &bytes);
    m->groups[g->number] = 1;
}

/* The list of the recipe; a key for active authentication adds its DG15. */
static bool is_wanted(const struct recipe *r, int number)
{
    const bool aa = !recipe_is(r, "aa.key", "none");

    if (number == 15)
        return aa;
    return recipe_has_word(recipe_get(r, "lds.groups"), quit_text("%d", number));
}

static void check_list(const struct recipe *r)
{
    char *words = quit_text("%s", recipe_get(r, "lds.groups"));

    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
        size_t i = 0;

        while (i < GROUPS && strcmp(quit_text("%d", groups[i].number), w) != 0)
            i++;
        if (i == GROUPS)
            recipe_refuse(r, "lds.groups", quit_text("data group %s cannot be made", w));
    }
}

static void make_com(struct making *m)
{
    struct blob  com = { 0 };
    const size_t all = blob_open(&com, 0x60);
    size_t       list;

    blob_text(&com, 0x5F01, recipe_is(&m->recipe, "lds.version", "1.8") ? "0108" : "0107");
    blob_text(&com, 0x5F36, "040000");
    list = blob_open(&com, 0x5C);
    for (size_t i = 0; i < GROUPS; i++)
        if (m->groups[groups[i].number])
            blob_tag(&com, groups[i].tag);
    blob_close(&com, list);
    blob_close(&com, all);
    patch_run(m, "EF.COM", "unsigned", &com);
    making_add(m, "EF.COM", &com);
}

static void make_dir(struct making *m)
{
    struct blob dir = { 0 };

    blob_hex(&dir, "6109 4F07A0000002471001");
    patch_run(m, "EF.DIR", "unsigned", &dir);
    making_add(m, "EF.DIR", &dir);
}

void datagroup_all(struct making *m)
{
    check_list(&m->recipe);
    for (size_t i = 0; i < GROUPS; i++)
        if (is_wanted(&m->recipe, groups[i].number))
            make_group(m, &groups[i]);
    if (recipe_yes(&m->recipe, "lds.com"))
        make_com(m);
    if (recipe_yes(&m->recipe, "lds.dir"))
        make_dir(m);
}
