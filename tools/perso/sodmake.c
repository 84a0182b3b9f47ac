/*
 * sodmake: EF.SOD, a CMS SignedData around the LDS security object.
 *
 * Made in three passes over the same bytes, so that a patch can come between any two:
 *
 *      everything, messageDigest and signature empty     patches before-hash
 *      messageDigest := hash(eContent)                   patches after-hash, before-sign
 *      signature := sign(SET OF signed attributes)       patches after-sign
 *
 * What a patch took away is not put back.
 *
 * Spec: Doc 9303-10 4.6.2; RFC 5652 clause 5.
 */
#include <string.h>

#include "making.h"
#include "patch.h"
#include "place.h"
#include "quit.h"

#define SIGNED "77/30/A0/30"
#define SIGNER SIGNED "/31[-1]/30"

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

static void put_content(const struct making *m, struct blob *out)
{
    const size_t info = blob_open(out, 0x30);

    blob_oid(out, recipe_get(&m->recipe, "sod.type"));
    const size_t tagged = blob_open(out, 0xA0), octets = blob_open(out, 0x04);

    put_lds_object(m, out);
    blob_close(out, octets);
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
static void put_attributes(const struct making *m, struct blob *out)
{
    struct blob  value[3] = { 0 }, all = { 0 };
    const size_t count = 3;
    const char *oids[] = { "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.4" };
    const bool  reversed = recipe_is(&m->recipe, "sod.order", "reversed");

    if (!reversed && !recipe_is(&m->recipe, "sod.order", "der"))
        recipe_refuse(&m->recipe, "sod.order", "der or reversed");
    blob_oid(&value[0], recipe_get(&m->recipe, "sod.type"));
    if (recipe_yes(&m->recipe, "sod.time"))
        when_put(&value[1], m->today);
    blob_hex(&value[2], "0400");
    for (size_t i = 0; i < count; i++) {
        const size_t at = reversed ? count - 1 - i : i;

        if (value[at].len > 0)
            put_attribute(&all, oids[at], &value[at]);
    }
    blob_tlv(out, 0xA0, all.at, all.len);
}

/* The element of ds.cer at a path, whole, when it is there and begins with this octet inside;
 * otherwise what stood there before the patches. */
static void copy_from_ds(const struct making *m, const char *path, int first,
                         const struct blob *otherwise, struct blob *out)
{
    struct place             p;
    const struct place_span *s = &p.span[2];

    if (place_find(&m->ds_cer, path, &p).code == OK && s->end > s->body &&
        (first < 0 || m->ds_cer.at[s->body] == first))
        blob_put(out, m->ds_cer.at + s->head, s->end - s->head);
    else
        blob_add(out, otherwise);
}

/* Issuer and serial number as ds.cer has them, or the key's identifier. */
static void put_sid(const struct making *m, struct blob *out)
{
    const bool  ski = recipe_is(&m->recipe, "sod.sid", "ski");
    struct blob id = { 0 };

    if (!ski && !recipe_is(&m->recipe, "sod.sid", "issuer"))
        recipe_refuse(&m->recipe, "sod.sid", "issuer or ski");
    if (ski) {
        algo_key_id(&id, m->ds);
        blob_tlv(out, 0x80, id.at, id.len);
        return;
    }
    const size_t mark = blob_open(out, 0x30);

    copy_from_ds(m, "30/30/30[1]", 0x31, &m->ds_issuer, out);
    copy_from_ds(m, "30/30/02", -1, &m->ds_serial, out);
    blob_close(out, mark);
}

static void put_signer(const struct making *m, const struct algo_signature *sign,
                       const char *digest, struct blob *out)
{
    const size_t set = blob_open(out, 0x31), all = blob_open(out, 0x30);

    blob_int(out, recipe_is(&m->recipe, "sod.sid", "ski") ? 3 : 1);
    put_sid(m, out);
    algo_put_digest(out, digest, recipe_is(&m->recipe, "dg.params", "null"));
    put_attributes(m, out);
    algo_put_identifier(out, sign);
    blob_hex(out, "0400");
    blob_close(out, all);
    blob_close(out, set);
}

static void put_certificates(const struct making *m, struct blob *out)
{
    const bool chain = recipe_is(&m->recipe, "sod.embed", "chain");

    if (!chain && !recipe_yes(&m->recipe, "sod.embed"))
        return;
    const size_t set = blob_open(out, 0xA0);

    blob_add(out, &m->ds_cer);
    if (chain)
        blob_add(out, &m->csca_cer);
    blob_close(out, set);
}

static void put_everything(const struct making *m, const struct algo_signature *sign,
                           const char *digest, struct blob *out)
{
    const unsigned tags[] = { 0x77, 0x30, 0xA0, 0x30 };
    size_t         mark[4];

    for (size_t i = 0; i < 4; i++) {
        mark[i] = blob_open(out, tags[i]);
        if (i == 1)
            blob_oid(out, "1.2.840.113549.1.7.2");
    }
    blob_int(out, 3);
    const size_t digests = blob_open(out, 0x31);

    algo_put_digest(out, digest, recipe_is(&m->recipe, "dg.params", "null"));
    blob_close(out, digests);
    put_content(m, out);
    put_certificates(m, out);
    put_signer(m, sign, digest, out);
    for (size_t i = 4; i-- > 0;)
        blob_close(out, mark[i]);
}

static void fill_digest(struct blob *sod, const char *digest)
{
    struct blob  hash = { 0 };
    struct place p;

    if (place_find(sod, SIGNED "/30/A0/04", &p).code != OK)
        return;
    const struct place_span *content = &p.span[p.depth - 1];

    algo_digest(&hash, digest, sod->at + content->body, content->end - content->body);
    place_put_value(sod, SIGNER "/A0/30{1.2.840.113549.1.9.4}/31/04", &hash);
}

/* RFC 5652 5.4: over the attributes with the tag SET OF, not [0]. */
static void fill_signature(struct making *m, struct blob *sod, const struct algo_signature *sign)
{
    struct blob  attributes = { 0 }, value = { 0 };
    struct place p;

    if (place_find(sod, SIGNER "/A0", &p).code != OK)
        return;
    const struct place_span *set = &p.span[p.depth - 1];

    blob_put(&attributes, sod->at + set->head, set->end - set->head);
    attributes.at[0] = 0x31;
    algo_sign(&value, sign, m->ds, &attributes);
    place_put_value(sod, SIGNER "/04", &value);
}

void sodmake(struct making *m)
{
    const struct algo_signature sign = algo_signature(&m->recipe, "sod.sign", m->ds);
    const char                 *digest = recipe_get(&m->recipe, "sod.digest");
    struct blob                 sod = { 0 };

    if (strcmp(digest, "auto") == 0)
        digest = sign.digest;
    if (!algo_knows_digest(digest))
        recipe_refuse(&m->recipe, "sod.digest", "no such hash");
    put_everything(m, &sign, digest, &sod);
    patch_run(m, "EF.SOD", "before-hash", &sod);
    fill_digest(&sod, digest);
    patch_run(m, "EF.SOD", "after-hash", &sod);
    patch_run(m, "EF.SOD", "before-sign", &sod);
    fill_signature(m, &sod, &sign);
    patch_run(m, "EF.SOD", "after-sign", &sod);
    making_add(m, "EF.SOD", &sod);
}
