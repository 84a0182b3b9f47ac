/*
 * issue: what a country's CA hands out: csca.cer, ds.cer, csca.crl, and on a change of keys
 * csca-old.cer and csca-link.cer.  Profiles: Doc 9303-12 7.1, tables of certificate and CRL.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "filing.h"
#include "issue.h"
#include "patch.h"
#include "place.h"
#include "quit.h"
#include "seeded.h"

static void put_name(struct blob *out, const char *country, const char *name)
{
    const size_t all = blob_open(out, 0x30);
    /* clang-format off */
    const struct { const char *oid, *text; unsigned tag; } parts[] = {
        { "2.5.4.6",  country,  0x13 }, /* countryName: PrintableString */
        { "2.5.4.10", "Utopia", 0x0C },
        { "2.5.4.3",  name,     0x0C },
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const size_t set = blob_open(out, 0x31), seq = blob_open(out, 0x30);

        blob_oid(out, parts[i].oid);
        blob_text(out, parts[i].tag, parts[i].text);
        blob_close(out, seq);
        blob_close(out, set);
    }
    blob_close(out, all);
}

static void put_serial(struct blob *out, const char *text)
{
    uint8_t     random[8];
    struct blob serial = { 0 };

    if (strcmp(text, "auto") == 0) {
        if (RAND_bytes(random, sizeof random) != 1)
            quit_openssl("random bytes");
        random[0] = (uint8_t)((random[0] & 0x7F) | 0x40); /* positive, and never a zero in front */
        blob_put(&serial, random, sizeof random);
    } else if (!blob_hex(&serial, text)) {
        quit(QUIT_DATA, "serial number %s: not hex", text);
    }
    blob_tlv(out, 0x02, serial.at, serial.len);
}

/* SEQUENCE { what is signed, algorithm, signature }, with the patches of both stages. */
static void seal(struct making *m, const char *file, struct blob *tbs, const struct issue *c,
                 struct blob *out)
{
    const size_t all = blob_open(out, 0x30);
    struct blob  signature = { 0 }, signed_bytes = { 0 };
    struct place p;

    blob_add(out, tbs);
    algo_put_identifier(out, &c->sign);
    blob_hex(out, "030100");
    blob_close(out, all);
    patch_run(m, file, "before-sign", out);
    if (place_find(out, "30/*[0]", &p).code != OK)
        quit(QUIT_DATA, "%s: nothing left to sign", file);
    blob_put(&signed_bytes, out->at + p.span[1].head, p.span[1].end - p.span[1].head);
    blob_u(&signature, 0, 1);
    algo_sign(&signature, &c->sign, c->issuer_key, &signed_bytes);
    place_put_value(out, "30/03", &signature);
    patch_run(m, file, "after-sign", out);
}

static void certify(struct making *m, const struct issue *c, struct blob *out)
{
    struct blob  tbs = { 0 };
    const size_t all = blob_open(&tbs, 0x30);

    blob_hex(&tbs, "A003020102"); /* version 3 */
    blob_add(&tbs, &c->serial);
    algo_put_identifier(&tbs, &c->sign);
    blob_add(&tbs, &c->issuer);
    const size_t validity = blob_open(&tbs, 0x30);

    when_put(&tbs, c->from);
    when_put(&tbs, c->to);
    blob_close(&tbs, validity);
    blob_add(&tbs, &c->subject);
    algo_put_public(&tbs, c->subject_key);
    if (*c->extensions != '\0')
        issue_put_extensions(&tbs, m, c);
    blob_close(&tbs, all);
    seal(m, c->file, &tbs, c, out);
}

static struct issue csca_issue(struct making *m)
{
    const struct recipe *r = &m->recipe;
    struct issue         c = {
                .file = "csca.cer",
                .sign = algo_signature(r, "csca.sign", m->csca),
                .from = when_of(r, "csca.from", m->today),
                .to = when_of(r, "csca.to", m->today),
                .use_to = when_of(r, "csca.from", m->today),
                .issuer_key = m->csca,
                .subject_key = m->csca,
                .extensions = "aki ski causage period san ian ca crldp",
    };

    c.use_to.year += 5;
    put_serial(&c.serial, recipe_get(r, "csca.serial"));
    put_name(&c.subject, recipe_get(r, "csca.country"), recipe_get(r, "csca.name"));
    c.issuer = c.subject;
    return c;
}

/* The older CSCA, and the new key certified by the old one (Doc 9303-12 4.2.1). */
static void make_link(struct making *m)
{
    const struct recipe *r = &m->recipe;
    const bool           renamed = !recipe_is(r, "csca.link_name", "same");
    struct issue         old = csca_issue(m), link;
    struct blob          old_cer = { 0 }, link_cer = { 0 };
    EVP_PKEY            *key = making_key(m, "csca-old", "csca.link", "csca.params");
    struct recipe        automatic = { 0 };

    seeded_purpose("csca-link.cer");
    old.file = "csca-old.cer";
    old.sign = algo_signature(&automatic, "csca.sign", key);
    old.issuer_key = old.subject_key = key;
    old.from.year -= 4;
    if (renamed) {
        old.subject = (struct blob){ 0 };
        put_name(&old.subject, recipe_get(r, "csca.country"), recipe_get(r, "csca.link_name"));
        old.issuer = old.subject;
    }
    certify(m, &old, &old_cer);
    making_add(m, old.file, &old_cer);

    link = old;
    link.file = "csca-link.cer";
    link.serial = (struct blob){ 0 };
    put_serial(&link.serial, "auto");
    link.subject = csca_issue(m).subject;
    link.subject_key = m->csca;
    link.from.year += 4;
    if (renamed)
        link.extensions = "aki ski causage period san ian ca crldp renamed";
    certify(m, &link, &link_cer);
    making_add(m, link.file, &link_cer);
    EVP_PKEY_free(key);
}

/* The subject of a certificate, as it stands there. */
static struct blob subject_of(const struct blob *cer)
{
    struct blob  name = { 0 };
    struct place p;

    if (place_find(cer, "30/30/30[3]", &p).code != OK)
        quit(QUIT_DATA, "csca.cer: no subject to name as issuer");
    blob_put(&name, cer->at + p.span[2].head, p.span[2].end - p.span[2].head);
    return name;
}

/* A document signer: of EF.SOD, or one of EF.CardSecurity's own.  They differ by key and name. */
static void make_signer(struct making *m, struct making_signer *s, const char *prefix)
{
    const struct recipe *r = &m->recipe;
    struct issue         c = {
                .file = quit_text("%s.cer", prefix),
                .sign = algo_signature(r, "ds.sign", m->csca),
                .issuer = subject_of(&m->csca_cer),
                .from = when_of(r, "ds.from", m->today),
                .to = when_of(r, "ds.to", m->today),
                .use_to = when_of(r, "ds.use_to", m->today),
                .issuer_key = m->csca,
                .subject_key = s->key,
                .extensions = recipe_get(r, "ds.extensions"),
                .types = recipe_get(r, "ds.types"),
    };

    seeded_purpose(c.file);
    put_serial(&c.serial, recipe_get(r, "ds.serial"));
    s->serial = c.serial;
    s->issuer = c.issuer;
    if (strcmp(c.types, "auto") == 0)
        c.types = quit_text("%c", m->mrz[0][0]);
    put_name(&c.subject,
             recipe_get(r, recipe_is(r, "ds.country", "same") ? "csca.country" : "ds.country"),
             recipe_get(r, quit_text("%s.name", prefix)));
    certify(m, &c, &s->cer);
}

static void put_revoked(struct making *m, struct blob *out)
{
    char        *words = quit_text("%s", recipe_get(&m->recipe, "crl.revoked"));
    const size_t all = blob_open(out, 0x30);
    struct place p;

    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
        const size_t entry = blob_open(out, 0x30);

        if (strcmp(w, "ds") != 0)
            put_serial(out, w);
        else if (place_find(&m->ds.cer, "30/30/02", &p).code == OK)
            blob_put(out, m->ds.cer.at + p.span[2].head, p.span[2].end - p.span[2].head);
        when_put(out, when_of(&m->recipe, "crl.from", m->today));
        blob_close(out, entry);
    }
    blob_close(out, all);
}

/* Doc 9303-12 7.1.4: version 2, authority key identifier, CRL number. */
static void make_crl(struct making *m)
{
    seeded_purpose("csca.crl");
    struct issue c = csca_issue(m);
    struct blob  tbs = { 0 }, crl = { 0 };
    const size_t all = blob_open(&tbs, 0x30);

    c.sign = algo_signature(&m->recipe, "crl.sign", m->csca);
    blob_int(&tbs, 1);
    algo_put_identifier(&tbs, &c.sign);
    c.issuer = subject_of(&m->csca_cer);
    blob_add(&tbs, &c.issuer);
    when_put(&tbs, when_of(&m->recipe, "crl.from", m->today));
    when_put(&tbs, when_of(&m->recipe, "crl.to", m->today));
    if (*recipe_get(&m->recipe, "crl.revoked") != '\0')
        put_revoked(m, &tbs);
    const size_t outer = blob_open(&tbs, 0xA0), list = blob_open(&tbs, 0x30);

    issue_put_extension(&tbs, m, &c, "aki");
    blob_hex(&tbs, "300A 0603551D14 0403 020101");
    blob_close(&tbs, list);
    blob_close(&tbs, outer);
    blob_close(&tbs, all);
    seal(m, "csca.crl", &tbs, &c, &crl);
    if (recipe_yes(&m->recipe, "csca.publish"))
        making_add(m, "csca.crl", &crl);
}

/* A key of the issuer's folder, or none. */
static EVP_PKEY *kept_key(const struct making *m, const char *name)
{
    return m->issuer ? filing_read_key(quit_text("%s/%s", m->issuer, name)) : NULL;
}

static bool patches(const struct recipe *r, const char *file)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->lines[i].key, "patch") == 0 &&
            strncmp(r->lines[i].value, file, strlen(file)) == 0)
            return true;
    return false;
}

/* The issuer's own, unless the recipe wants another: then --issuer would be a silent lie. */
static bool kept_csca(struct making *m)
{
    static const char *const wants[] = { "csca.key",  "csca.sign", "csca.country", "csca.name",
                                         "csca.from", "csca.to",   "csca.serial" };

    m->csca = kept_key(m, "csca.key");
    if (m->csca == NULL || !filing_read(quit_text("%s/csca.cer", m->issuer), &m->csca_cer))
        return false;
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++)
        if (recipe_sets(&m->recipe, wants[i]))
            recipe_refuse(&m->recipe, wants[i], "the CSCA of --issuer is made already");
    if (patches(&m->recipe, "csca.cer "))
        quit(QUIT_DATA, "a patch on csca.cer, but the CSCA of --issuer is made already");
    return true;
}

static void take_csca(struct making *m)
{
    if (kept_csca(m))
        return;
    if (m->csca == NULL)
        m->csca = making_key(m, "csca", "csca.key", "csca.params");
    seeded_purpose("csca.cer");
    const struct issue c = csca_issue(m);

    certify(m, &c, &m->csca_cer);
}

static void take_ds(struct making *m)
{
    const bool own = recipe_sets(&m->recipe, "ds.") || patches(&m->recipe, "ds.cer ");

    m->ds.key = own ? NULL : kept_key(m, "ds.key");
    if (m->ds.key != NULL && filing_read(quit_text("%s/ds.cer", m->issuer), &m->ds.cer))
        return;
    if (m->ds.key == NULL)
        m->ds.key = making_key(m, "ds", "ds.key", "ds.params");
    make_signer(m, &m->ds, "ds");
}

/* EF.CardSecurity is signed by the same document signer unless it has its own. */
static void take_cs(struct making *m)
{
    if (recipe_is(&m->recipe, "cs.key", "same")) {
        m->cs = m->ds;
        EVP_PKEY_up_ref(m->cs.key);
        return;
    }
    m->cs.key = making_key(m, "cs", "cs.key", "ds.params");
    make_signer(m, &m->cs, "cs");
    making_add(m, "cs.cer", &m->cs.cer);
}

void issue_all(struct making *m)
{
    take_csca(m);
    take_ds(m);
    if (recipe_yes(&m->recipe, "csca.publish"))
        making_add(m, "csca.cer", &m->csca_cer);
    making_add(m, "ds.cer", &m->ds.cer);
    take_cs(m);
    if (!recipe_is(&m->recipe, "csca.link", "none"))
        make_link(m);
    if (recipe_yes(&m->recipe, "crl.make"))
        make_crl(m);
}
