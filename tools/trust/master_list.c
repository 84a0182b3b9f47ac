/* master_list: see master_list.h. */
#include "master_list.h"

#include "base/der.h"
#include "cms/signed_data.h"
#include "heap.h"
#include "input.h"

enum { ENVELOPE_MAX = 64, LINKS_MAX = 8 }; /* certificates beside a list; steps from a root */

struct envelope {
    const char        *file;
    struct signed_data sd;
    struct notes       notes;
    struct cert        cert[ENVELOPE_MAX];
    bool               trusted[ENVELOPE_MAX]; /* tied to a root */
    size_t             n;
    const struct cert *signer;
};

/* CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate } */
static struct err open_list(struct view der, struct view *certs)
{
    struct view list, set;
    uint32_t    version;

    TRY(der_expect(&der, DER_SEQUENCE, &list));
    TRY(der_u32(&list, &version));
    CHECK(version == 0, E_UNSUPPORTED);
    TRY(der_expect(&list, DER_SET, &set));
    TRY(der_end(list));
    TRY(der_end(der));
    *certs = set;
    return SUCCESS;
}

static void take_list(struct pool *p, uint32_t source, struct view file, struct view certs)
{
    const char *name = p->source[source].file;

    for (unsigned entry = 1; certs.len > 0; entry++) {
        const struct view at = certs;
        struct tlv        t;
        const struct err  e = der_expect_whole(&certs, DER_SEQUENCE, &t);

        if (e.code != OK) {
            pool_leave(p, name, input_where(file, at, entry),
                       heap_text("%s; the rest of the list is left out", pool_failure(e)));
            return;
        }
        pool_add_cert(p, source, t.whole, input_where(file, t.whole, entry));
    }
}

void master_list_bare(struct pool *p, const char *file, struct view der)
{
    struct view      certs;
    const struct err e = open_list(der, &certs);

    if (e.code != OK)
        pool_leave(p, file, "offset 0", pool_failure(e));
    else
        take_list(p, pool_source(p, file, ANCHOR_FROM_UNSIGNED_LIST, der), der, certs);
}

static void read_envelope(struct pool *p, struct envelope *v)
{
    struct view rest = v->sd.certificates, der;

    while (v->n < ENVELOPE_MAX && signed_data_next_cert(&rest, &der, &v->notes).code == OK) {
        const struct err e = cert_read(der, &v->cert[v->n], NULL);

        if (e.code == OK)
            v->n++;
        else
            pool_remark(p, v->file, "envelope", pool_failure(e));
    }
}

static bool is_signer(const struct signer_id *sid, const struct cert *c)
{
    if (sid->ski.len > 0)
        return view_eq(sid->ski, c->ski);
    return view_eq(sid->serial, c->serial) && name_same(sid->issuer, c->issuer);
}

static bool signed_by(const struct cert *c, const struct cert *issuer)
{
    enum result r = NOT_RUN;

    return name_same(c->issuer, issuer->subject) &&
           cert_check(c, &issuer->key, &r, NULL).code == OK && r == SUCCESSFUL;
}

static bool signed_by_root(const struct pool *p, const struct cert *c)
{
    for (size_t i = 0; i < p->n_roots; i++)
        if (signed_by(c, &p->root[i]))
            return true;
    return false;
}

static bool may_sign_certs(const struct cert *c)
{
    return c->key_usage.bits & KU_KEY_CERT_SIGN;
}

static bool signed_by_trusted(const struct envelope *v, const struct cert *c)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->trusted[i] && may_sign_certs(&v->cert[i]) && signed_by(c, &v->cert[i]))
            return true;
    return false;
}

/* A link certificate is a root's word for the key that comes after it. */
static void trust_links(const struct pool *p, struct envelope *v)
{
    for (int step = 0; step < LINKS_MAX; step++)
        for (size_t i = 0; i < v->n; i++)
            if (!v->trusted[i])
                v->trusted[i] = signed_by_root(p, &v->cert[i]) || signed_by_trusted(v, &v->cert[i]);
}

static const char *name_text(struct view name)
{
    char       room[512];
    struct buf b = buf_of(room, sizeof room);

    if (name_print(name, &b).code != OK)
        return "a name that cannot be printed";
    return heap_text("%.*s", (int)b.len, room);
}

static bool is_list_signer(const struct cert *c)
{
    struct view rest = c->extended_key_usage, oid;

    while (der_oid(&rest, &oid).code == OK)
        if (oid_of(oid) == OID_ICAO_EKU_MASTER_LIST)
            return true;
    return false;
}

/* NULL if the list may be believed. */
static const char *why_not(struct pool *p, struct envelope *v)
{
    enum result digest = NOT_RUN, sig = NOT_RUN;
    struct err  e;

    if (oid_of(v->sd.content_type) != OID_ICAO_MASTER_LIST)
        return "a CMS file, but no CSCA master list";
    for (size_t i = 0; i < v->n && v->signer == NULL; i++)
        if (is_signer(&v->sd.sid, &v->cert[i]))
            v->signer = &v->cert[i];
    if (v->signer == NULL)
        return "the signer's certificate is not in the file";
    if (!is_list_signer(v->signer)) /* 9303-12 §7.1.1, §9: else every document signer of the
                                       root's state could name CSCAs of every other state */
        return heap_text("its signer %s may not sign master lists (no extendedKeyUsage "
                         "2.23.136.1.1.3)",
                         name_text(v->signer->subject));
    trust_links(p, v);
    if (!v->trusted[v->signer - v->cert])
        return heap_text(
            "its signer %s was issued by %s, which is no --root and is not linked to one",
            name_text(v->signer->subject), name_text(v->signer->issuer));
    e = signed_data_check(&v->sd, &v->signer->key, &digest, &sig, &v->notes);
    if (e.code != OK)
        return pool_failure(e);
    if (digest != SUCCESSFUL)
        return "its content is not what was signed";
    if (sig != SUCCESSFUL)
        return sig == FAILED ? "its signature is wrong"
                             : "its signature algorithm is not supported";
    return NULL;
}

static void tell(struct pool *p, const struct envelope *v)
{
    for (size_t i = 0; i < v->notes.n; i++)
        pool_remark(p, v->file, "envelope", note_text(v->notes.item[i].id));
    pool_remark(p, v->file, "signer", heap_text("signed by %s", name_text(v->signer->subject)));
}

void master_list_signed(struct pool *p, const char *file, struct view cms)
{
    struct envelope *v = heap_zero(sizeof *v);
    struct buf       scratch = buf_of(heap_zero(cms.len), cms.len);
    struct view      certs;
    const char      *why;
    struct err       e;

    v->file = file;
    v->notes.place = PLACE_LIST;
    e = signed_data_read(cms, &scratch, &v->sd, &v->notes);
    if (e.code != OK) {
        pool_leave(p, file, "offset 0", pool_failure(e));
        return;
    }
    read_envelope(p, v);
    why = why_not(p, v);
    if (why == NULL && open_list(v->sd.content, &certs).code != OK)
        why = "signed, but its content is no CscaMasterList of version 0";
    if (why != NULL) {
        pool_leave(p, file, "whole list", why);
        return;
    }
    tell(p, v);
    take_list(p, pool_source(p, file, ANCHOR_FROM_MASTER_LIST, cms), cms, certs);
}
