/*
 * cmsmake: EF.SOD and EF.CardSecurity, a CMS SignedData around the LDS security object and around
 * the chip's SecurityInfos.
 *
 * Made in three passes over the same bytes, so that a patch can come between any two:
 *
 *      everything, messageDigest and signature empty     patches before-hash
 *      messageDigest := hash(eContent)                   patches after-hash, before-sign
 *      signature := sign(SET OF signed attributes)       patches after-sign
 *
 * What a patch took away is not put back.
 *
 * Spec: Doc 9303-10 3.11.4 and 4.6.2; RFC 5652 clause 5.
 */
#include <string.h>

#include "making.h"
#include "patch.h"
#include "place.h"
#include "quit.h"

/* One of the two files. */
struct cms {
    const char                 *file, *prefix; /* "EF.SOD", its keys: "sod" */
    const char                 *wrapper;       /* path in front of the ContentInfo: "77/" */
    struct blob                 content;       /* what is signed */
    const struct making_signer *signer;
    struct algo_signature       sign;
    const char                 *digest;
    const struct recipe        *r;
};

/* The key of this file: "sid" is "sod.sid" or "cs.sid". */
static const char *key_of(const struct cms *c, const char *key)
{
    return quit_text("%s.%s", c->prefix, key);
}

static bool is(const struct cms *c, const char *key, const char *value)
{
    return recipe_is(c->r, key_of(c, key), value);
}

static bool null_parameters(const struct cms *c)
{
    return recipe_is(c->r, "dg.params", "null");
}

/* A path below the SignedData. */
static char *signed_path(const struct cms *c, const char *rest)
{
    return quit_text("%s30/A0/30%s", c->wrapper, rest);
}

static char *signer_path(const struct cms *c, const char *rest)
{
    return signed_path(c, quit_text("/31[-1]/30%s", rest));
}

static void put_lds_object(const struct making *m, struct blob *out)
{
    const struct recipe *r = &m->recipe;
    const bool           v1 = recipe_is(r, "lds.version", "1.8");
    const size_t         all = blob_open(out, 0x30);

    if (!v1 && !recipe_is(r, "lds.version", "1.7"))
        recipe_refuse(r, "lds.version", "1.7 or 1.8");
    blob_int(out, v1);
    algo_put_digest(out, recipe_get(r, "dg.digest"), recipe_is(r, "dg.params", "null"));
    const size_t hashes = blob_open(out, 0x30);

    for (int i = 1; i <= 16; i++)
        if (m->groups[i]) {
            const size_t one = blob_open(out, 0x30);

            blob_int(out, i);
            blob_tlv(out, 0x04, m->hashes[i].at, m->hashes[i].len);
            blob_close(out, one);
        }
    blob_close(out, hashes);
    if (v1) {
        const size_t version = blob_open(out, 0x30);

        blob_text(out, 0x13, "0108");
        blob_text(out, 0x13, "040000");
        blob_close(out, version);
    }
    blob_close(out, all);
}

static void put_content(const struct cms *c, struct blob *out)
{
    const size_t info = blob_open(out, 0x30);

    blob_oid(out, recipe_get(c->r, key_of(c, "type")));
    const size_t tagged = blob_open(out, 0xA0);

    blob_tlv(out, 0x04, c->content.at, c->content.len);
    blob_close(out, tagged);
    blob_close(out, info);
}

/* Attribute ::= SEQUENCE { type, SET { value } } */
static void put_attribute(struct blob *out, const char *oid, const struct blob *value)
{
    const size_t all = blob_open(out, 0x30);

    blob_oid(out, oid);
    blob_tlv(out, 0x31, value->at, value->len);
    blob_close(out, all);
}

/* In DER's order by their lengths: content type, signing time, message digest (SHA-1's is longer
 * than either). */
static void put_attributes(const struct cms *c, struct when today, struct blob *out)
{
    struct blob  value[3] = { 0 }, all = { 0 };
    const size_t count = 3;
    const char *oids[] = { "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.4" };
    const bool  reversed = is(c, "order", "reversed");

    if (!reversed && !is(c, "order", "der"))
        recipe_refuse(c->r, key_of(c, "order"), "der or reversed");
    blob_oid(&value[0], recipe_get(c->r, key_of(c, "type")));
    if (recipe_yes(c->r, key_of(c, "time")))
        when_put(&value[1], today);
    blob_hex(&value[2], "0400");
    for (size_t i = 0; i < count; i++) {
        const size_t at = reversed ? count - 1 - i : i;

        if (value[at].len > 0)
            put_attribute(&all, oids[at], &value[at]);
    }
    blob_tlv(out, 0xA0, all.at, all.len);
}

/* The element of the signer's certificate at a path, whole, when it is there and begins with this
 * octet inside; otherwise what stood there before the patches. */
static void copy_from_cer(const struct blob *cer, const char *path, int first,
                          const struct blob *otherwise, struct blob *out)
{
    struct place             p;
    const struct place_span *s = &p.span[2];

    if (place_find(cer, path, &p).code == OK && s->end > s->body &&
        (first < 0 || cer->at[s->body] == first))
        blob_put(out, cer->at + s->head, s->end - s->head);
    else
        blob_add(out, otherwise);
}

/* Issuer and serial number as the certificate has them, or the key's identifier. */
static void put_sid(const struct cms *c, struct blob *out)
{
    const bool  ski = is(c, "sid", "ski");
    struct blob id = { 0 };

    if (!ski && !is(c, "sid", "issuer"))
        recipe_refuse(c->r, key_of(c, "sid"), "issuer or ski");
    if (ski) {
        algo_key_id(&id, c->signer->key);
        blob_tlv(out, 0x80, id.at, id.len);
        return;
    }
    const size_t mark = blob_open(out, 0x30);

    copy_from_cer(&c->signer->cer, "30/30/30[1]", 0x31, &c->signer->issuer, out);
    copy_from_cer(&c->signer->cer, "30/30/02", -1, &c->signer->serial, out);
    blob_close(out, mark);
}

static void put_signer(const struct cms *c, struct when today, struct blob *out)
{
    const size_t set = blob_open(out, 0x31), all = blob_open(out, 0x30);

    blob_int(out, is(c, "sid", "ski") ? 3 : 1);
    put_sid(c, out);
    algo_put_digest(out, c->digest, null_parameters(c));
    put_attributes(c, today, out);
    algo_put_identifier(out, &c->sign);
    blob_hex(out, "0400");
    blob_close(out, all);
    blob_close(out, set);
}

static void put_certificates(const struct cms *c, const struct blob *csca, struct blob *out)
{
    const bool chain = is(c, "embed", "chain");

    if (!chain && !recipe_yes(c->r, key_of(c, "embed")))
        return;
    const size_t set = blob_open(out, 0xA0);

    blob_add(out, &c->signer->cer);
    if (chain)
        blob_add(out, csca);
    blob_close(out, set);
}

static void put_everything(const struct making *m, const struct cms *c, struct blob *out)
{
    const size_t info = blob_open(out, 0x30);

    blob_oid(out, "1.2.840.113549.1.7.2");
    const size_t tagged = blob_open(out, 0xA0), data = blob_open(out, 0x30);

    blob_int(out, 3);
    const size_t digests = blob_open(out, 0x31);

    algo_put_digest(out, c->digest, null_parameters(c));
    blob_close(out, digests);
    put_content(c, out);
    put_certificates(c, &m->csca_cer, out);
    put_signer(c, m->today, out);
    blob_close(out, data);
    blob_close(out, tagged);
    blob_close(out, info);
}

static void fill_digest(const struct cms *c, struct blob *file)
{
    struct blob  hash = { 0 };
    struct place p;

    if (place_find(file, signed_path(c, "/30/A0/04"), &p).code != OK)
        return;
    const struct place_span *content = &p.span[p.depth - 1];

    algo_digest(&hash, c->digest, file->at + content->body, content->end - content->body);
    place_put_value(file, signer_path(c, "/A0/30{1.2.840.113549.1.9.4}/31/04"), &hash);
}

/* RFC 5652 5.4: over the attributes with the tag SET OF, not [0]. */
static void fill_signature(const struct cms *c, struct blob *file)
{
    struct blob  attributes = { 0 }, value = { 0 };
    struct place p;

    if (place_find(file, signer_path(c, "/A0"), &p).code != OK)
        return;
    const struct place_span *set = &p.span[p.depth - 1];

    blob_put(&attributes, file->at + set->head, set->end - set->head);
    attributes.at[0] = 0x31;
    algo_sign(&value, &c->sign, c->signer->key, &attributes);
    place_put_value(file, signer_path(c, "/04"), &value);
}

static void choose_algorithms(struct cms *c)
{
    c->sign = algo_signature(c->r, key_of(c, "sign"), c->signer->key);
    c->digest = recipe_get(c->r, key_of(c, "digest"));
    if (strcmp(c->digest, "auto") == 0)
        c->digest = c->sign.digest;
    if (!algo_knows_digest(c->digest))
        recipe_refuse(c->r, key_of(c, "digest"), "no such hash");
}

/* The passes over the bytes, and into the folder. */
static void finish(struct making *m, const struct cms *c, struct blob *file)
{
    patch_run(m, c->file, "before-hash", file);
    fill_digest(c, file);
    patch_run(m, c->file, "after-hash", file);
    patch_run(m, c->file, "before-sign", file);
    fill_signature(c, file);
    patch_run(m, c->file, "after-sign", file);
    making_add(m, c->file, file);
}

void cmsmake_sod(struct making *m)
{
    struct cms c = {
        .file = "EF.SOD", .prefix = "sod", .wrapper = "77/", .signer = &m->ds, .r = &m->recipe
    };
    struct blob file = { 0 };

    choose_algorithms(&c);
    put_lds_object(m, &c.content);
    const size_t mark = blob_open(&file, 0x77);

    put_everything(m, &c, &file);
    blob_close(&file, mark);
    finish(m, &c, &file);
}

void cmsmake_card_security(struct making *m, const struct blob *infos)
{
    struct cms  c = { .file = "EF.CardSecurity",
                      .prefix = "cs",
                      .wrapper = "",
                      .signer = &m->cs,
                      .content = *infos,
                      .r = &m->recipe };
    struct blob file = { 0 };

    choose_algorithms(&c);
    put_everything(m, &c, &file);
    finish(m, &c, &file);
}
