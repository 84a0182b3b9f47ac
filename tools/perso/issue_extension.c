/*
 * issue_extension: the extensions of certificates and CRLs, by their words in recipes.
 *
 * Spec: Doc 9303-12 7.1, table 2; RFC 5280 4.2.
 */
#include <string.h>

#include "issue.h"
#include "quit.h"

static void put_aki(struct blob *out, const struct making *m, const struct issue *c)
{
    const size_t mark = blob_open(out, 0x30);
    struct blob  id = { 0 };

    (void)m;
    algo_key_id(&id, c->issuer_key);
    blob_tlv(out, 0x80, id.at, id.len);
    blob_close(out, mark);
}

static void put_ski(struct blob *out, const struct making *m, const struct issue *c)
{
    struct blob id = { 0 };

    (void)m;
    algo_key_id(&id, c->subject_key);
    blob_tlv(out, 0x04, id.at, id.len);
}

static void put_sign_usage(struct blob *out, const struct making *m, const struct issue *c)
{
    (void)m, (void)c;
    blob_hex(out, "03020780"); /* digitalSignature */
}

static void put_ca_usage(struct blob *out, const struct making *m, const struct issue *c)
{
    (void)m, (void)c;
    blob_hex(out, "03020106"); /* keyCertSign, cRLSign */
}

static void put_ca(struct blob *out, const struct making *m, const struct issue *c)
{
    (void)m, (void)c;
    blob_hex(out, "30060101FF020100"); /* cA TRUE, pathLenConstraint 0 */
}

static void put_period(struct blob *out, const struct making *m, const struct issue *c)
{
    const size_t mark = blob_open(out, 0x30);

    (void)m;
    when_put_general(out, 0x80, c->from);
    when_put_general(out, 0x81, c->use_to);
    blob_close(out, mark);
}

/* GeneralNames: a mail address, and a directoryName whose locality is the MRZ's state. */
static void put_alternative(struct blob *out, const struct making *m, const struct issue *c)
{
    const size_t all = blob_open(out, 0x30);
    size_t       mark[4];

    (void)c;
    blob_text(out, 0x81, "passports@utopia.example");
    for (size_t i = 0; i < 4; i++)
        mark[i] = blob_open(out, (const unsigned[]){ 0xA4, 0x30, 0x31, 0x30 }[i]);
    blob_oid(out, "2.5.4.7");
    blob_text(out, 0x13,
              recipe_get(&m->recipe, recipe_is(&m->recipe, "csca.state", "auto") ? "mrz.issuer"
                                                                                 : "csca.state"));
    for (size_t i = 4; i-- > 0;)
        blob_close(out, mark[i]);
    blob_close(out, all);
}

static void put_crldp(struct blob *out, const struct making *m, const struct issue *c)
{
    const unsigned tags[] = { 0x30, 0x30, 0xA0, 0xA0 };
    size_t         mark[4];

    (void)c;
    for (size_t i = 0; i < 4; i++)
        mark[i] = blob_open(out, tags[i]);
    blob_text(out, 0x86,
              quit_text("http://crl.utopia.example/%s.crl", recipe_get(&m->recipe, "mrz.issuer")));
    for (size_t i = 4; i-- > 0;)
        blob_close(out, mark[i]);
}

static void put_types(struct blob *out, const struct making *m, const struct issue *c)
{
    const size_t all = blob_open(out, 0x30);

    (void)m;
    blob_int(out, 0);
    const size_t set = blob_open(out, 0x31);

    blob_text(out, 0x13, c->types);
    blob_close(out, set);
    blob_close(out, all);
}

static void put_name_change(struct blob *out, const struct making *m, const struct issue *c)
{
    (void)m, (void)c;
    blob_hex(out, "0500");
}

/* clang-format off */
static const struct extension {
    const char *word, *oid;
    bool        critical;
    void (*put)(struct blob *out, const struct making *m, const struct issue *c);
} extensions[] = {
    { "aki",     "2.5.29.35",        false, put_aki },
    { "ski",     "2.5.29.14",        false, put_ski },
    { "usage",   "2.5.29.15",        true,  put_sign_usage },
    { "causage", "2.5.29.15",        true,  put_ca_usage },
    { "period",  "2.5.29.16",        false, put_period },
    { "san",     "2.5.29.17",        false, put_alternative },
    { "ian",     "2.5.29.18",        false, put_alternative },
    { "ca",      "2.5.29.19",        true,  put_ca },
    { "crldp",   "2.5.29.31",        false, put_crldp },
    { "types",   "2.23.136.1.1.6.2", false, put_types },
    { "renamed", "2.23.136.1.1.6.1", false, put_name_change },
};
/* clang-format on */

static const struct extension *by_word(const struct making *m, const char *word)
{
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (strcmp(extensions[i].word, word) == 0)
            return &extensions[i];
    recipe_refuse(&m->recipe, "ds.extensions", quit_text("no extension is called %s", word));
}

void issue_put_extension(struct blob *out, const struct making *m, const struct issue *c,
                         const char *word)
{
    const struct extension *e = by_word(m, word);
    const size_t            all = blob_open(out, 0x30);

    blob_oid(out, e->oid);
    if (e->critical)
        blob_hex(out, "0101FF");
    const size_t value = blob_open(out, 0x04);

    e->put(out, m, c);
    blob_close(out, value);
    blob_close(out, all);
}

void issue_put_extensions(struct blob *out, const struct making *m, const struct issue *c)
{
    const size_t outer = blob_open(out, 0xA3), all = blob_open(out, 0x30);
    char        *words = quit_text("%s", c->extensions);

    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " "))
        issue_put_extension(out, m, c, w);
    blob_close(out, all);
    blob_close(out, outer);
}
