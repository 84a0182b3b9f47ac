/*
 * infos_pace: the PACE infos by their words, and what the chip offers.
 *
 *      ecdh-gm-aes-128:13              PACEInfo, parameterId 13
 *      ecdh-gm-aes-128                 PACEInfo without parameterId
 *      ecdh-gm:standard:13[:ID]        PACEDomainParameterInfo: standardizedDomainParameters
 *      ecdh-gm:explicit:13[:ID]        PACEDomainParameterInfo: the group's numbers
 *      unknown                         a SecurityInfo that nobody knows
 *
 * Spec: Doc 9303-11 9.2.5, 9.2.6, 9.5.1.
 */
#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "infos.h"
#include "quit.h"

#define ID_PACE "0.4.0.127.0.7.2.2.4"

/* clang-format off */
static const struct mapping {
    const char *name, *oid;
    bool        exists; /* DH has no chip authentication mapping: offered by no chip */
} mappings[] = {
    { "dh-gm",    "1", true }, { "ecdh-gm",  "2", true }, { "dh-im",  "3", true },
    { "ecdh-im",  "4", true }, { "ecdh-cam", "6", true }, { "dh-cam", "5", false },
};
static const struct cipher { const char *name, *oid; } ciphers[] = {
    { "3des", "1" }, { "aes-128", "2" }, { "aes-192", "3" }, { "aes-256", "4" },
};
/* clang-format on */
enum { MAPPINGS = sizeof mappings / sizeof *mappings, CIPHERS = sizeof ciphers / sizeof *ciphers };

struct pace_word {
    const struct mapping *mapping; /* NULL: unknown */
    const struct cipher  *cipher;  /* PACEInfo; NULL: PACEDomainParameterInfo */
    const char           *form;    /* of the latter */
    long                  domain;  /* of the latter, standardized */
    long                  id;      /* parameterId, -1: none */
};

/* The next part between colons, or NULL; *at moves behind it. */
static char *next_part(const char **at)
{
    const size_t n = strcspn(*at, ":");
    char        *part = *at[0] == '\0' ? NULL : quit_text("%.*s", (int)n, *at);

    *at += n + ((*at)[n] == ':');
    return part;
}

static long number(const char *text)
{
    char *end;
    long  n = text ? strtol(text, &end, 10) : -1;

    return text != NULL && (*end != '\0' || end == text) ? -2 : n;
}

static const struct mapping *mapping_of(const char *name)
{
    for (size_t i = 0; i < MAPPINGS; i++) {
        const size_t n = strlen(mappings[i].name);

        if (strncmp(name, mappings[i].name, n) == 0 && (name[n] == '-' || name[n] == '\0'))
            return &mappings[i];
    }
    return NULL;
}

static const struct cipher *cipher_of(const char *name)
{
    for (size_t i = 0; i < CIPHERS; i++)
        if (strcmp(name, ciphers[i].name) == 0)
            return &ciphers[i];
    return NULL;
}

static bool read_word(const char *text, struct pace_word *w)
{
    const char *name = next_part(&text), *rest;

    *w = (struct pace_word){ .id = -1 };
    if (strcmp(name, "unknown") == 0)
        return *text == '\0';
    w->mapping = mapping_of(name);
    if (w->mapping == NULL)
        return false;
    rest = name + strlen(w->mapping->name);
    if (*rest == '-') {
        w->cipher = cipher_of(rest + 1);
        w->id = number(next_part(&text));
        return w->cipher != NULL && w->id >= -1 && *text == '\0';
    }
    w->form = next_part(&text);
    w->domain = number(next_part(&text));
    w->id = number(next_part(&text));
    return w->form != NULL && domain_name(w->domain) != NULL && w->id >= -1 && *text == '\0';
}

/* The words of a list one after the other; false at the end. */
static bool next_word(const struct recipe *r, const char *key, char **words, struct pace_word *w)
{
    const char *text = strtok(*words, " ");

    *words = NULL;
    if (text == NULL)
        return false;
    if (!read_word(text, w))
        recipe_refuse(
            r, key,
            quit_text("%s: MAPPING-CIPHER[:ID], MAPPING:FORM:DOMAIN[:ID] or unknown", text));
    return true;
}

static void add_info(struct infos *l, const struct pace_word *w)
{
    struct blob *info =
        infos_open(l, quit_text(ID_PACE ".%s.%s", w->mapping->oid, w->cipher->oid), 2);

    if (w->id >= 0)
        blob_int(info, w->id);
    infos_close(info);
}

static void add_parameters(struct infos *l, const struct recipe *r, const char *key,
                           const struct pace_word *w)
{
    struct recipe none = { 0 };
    EVP_PKEY     *in_group = algo_make_key(&none, "pace.infos", domain_key_name(w->domain), false);
    struct blob  *info = infos_open(l, quit_text(ID_PACE ".%s", w->mapping->oid), 0);

    if (!domain_put_identifier(info, in_group, w->form))
        recipe_refuse(r, key, quit_text("this group has no form %s", w->form));
    EVP_PKEY_free(in_group);
    if (w->id >= 0)
        blob_int(info, w->id);
    infos_close(info);
}

/* Of the numbers reserved for documentation (RFC 5612). */
static void add_unknown(struct infos *l)
{
    struct blob *info = infos_open(l, "1.3.6.1.4.1.32473.9303", 1);

    blob_text(info, 0x0C, "nobody knows");
    infos_close(info);
}

void infos_add_pace(struct infos *l, const struct recipe *r, const char *key)
{
    char            *words = quit_text("%s", recipe_get(r, key));
    struct pace_word w;

    while (next_word(r, key, &words, &w))
        if (w.mapping == NULL)
            add_unknown(l);
        else if (w.cipher != NULL)
            add_info(l, &w);
        else
            add_parameters(l, r, key, &w);
}

void infos_add_pace_as(struct infos *l, const struct recipe *r, const char *key)
{
    if (!recipe_is(r, key, "none"))
        infos_add_pace(l, r, recipe_is(r, key, "same") ? "pace.infos" : key);
}

/* The group that a PACEInfo means: a standardized number, or that of the parameters which carry
 * the same parameterId.  -1: none can be told. */
static long group_of(const struct recipe *r, const struct pace_word *info)
{
    char            *words = quit_text("%s", recipe_get(r, "pace.infos"));
    struct pace_word w;

    while (next_word(r, "pace.infos", &words, &w))
        if (w.mapping == info->mapping && w.cipher == NULL && w.id == info->id)
            return w.domain;
    return domain_name(info->id) ? info->id : -1;
}

/* The words once more, as a list: group_of() walks them too. */
static size_t read_all(const struct recipe *r, struct pace_word all[static INFOS_MAX])
{
    char  *words = quit_text("%s", recipe_get(r, "pace.infos"));
    size_t n = 0;

    while (n < INFOS_MAX && next_word(r, "pace.infos", &words, &all[n]))
        n++;
    return n;
}

long infos_cam_domain(const struct recipe *r)
{
    struct pace_word all[INFOS_MAX];
    const size_t     n = read_all(r, all);

    for (size_t i = 0; i < n; i++)
        if (all[i].cipher != NULL && strcmp(all[i].mapping->name, "ecdh-cam") == 0)
            return group_of(r, &all[i]);
    return -1;
}

/* "MAPPING-CIPHER:GROUP ...": each PACEInfo that a chip can mean. */
static char *offers_of(const struct recipe *r, const struct pace_word *all, size_t n)
{
    char *offers = quit_text("%s", "");

    for (size_t i = 0; i < n; i++) {
        const bool real = all[i].cipher != NULL && all[i].mapping->exists;
        const long group = real ? group_of(r, &all[i]) : -1;

        if (group >= 0)
            offers = quit_text("%s%s%s-%s:%ld", offers, *offers ? " " : "", all[i].mapping->name,
                               all[i].cipher->name, group);
    }
    return offers;
}

void infos_say_pace(struct making *m)
{
    const struct recipe *r = &m->recipe;
    struct pace_word     all[INFOS_MAX];
    const size_t         n = read_all(r, all);
    const char          *access = recipe_says(r, "document", "access");

    recipe_say(&m->chip, "document", "access", n > 0 ? "bac+pace" : "bac");
    if (n == 0 || (access != NULL && strstr(access, "pace") == NULL))
        return;
    recipe_say(&m->chip, "document", "can", "501290");
    recipe_say(&m->chip, "pace", "offers", offers_of(r, all, n));
}
