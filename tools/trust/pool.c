/* pool: see pool.h. */
#include "pool.h"

#include <stdlib.h>
#include <string.h>

#include "heap.h"

const char *pool_failure(struct err e)
{
    return heap_text("%s (%s): %s", outcome_name(e.code), e.where ? e.where : "-",
                     outcome_text(e.code));
}

static void remark(struct pool *p, struct pool_remark r)
{
    HEAP_ROOM(p->remark, p->n_remarks, p->cap_remarks);
    p->remark[p->n_remarks++] = r;
}

void pool_leave(struct pool *p, const char *file, const char *where, const char *why)
{
    remark(p, (struct pool_remark){ file, where, why, true });
}

void pool_remark(struct pool *p, const char *file, const char *where, const char *text)
{
    remark(p, (struct pool_remark){ file, where, text, false });
}

static struct err digest(struct view v, uint8_t *out)
{
    struct buf b = buf_of(out, BUNDLE_HASH);

    return hash(HASH_SHA256, &v, 1, &b);
}

uint32_t pool_source(struct pool *p, const char *file, uint32_t kind, struct view content)
{
    struct pool_source s = { .file = file, .kind = kind };
    const struct err   e = digest(content, s.digest);

    if (e.code != OK)
        pool_leave(p, file, "file", pool_failure(e));
    HEAP_ROOM(p->source, p->n_sources, p->cap_sources);
    p->source[p->n_sources] = s;
    return (uint32_t)p->n_sources++;
}

/* A CSCA says so in basicConstraints or keyUsage.  Old roots say nothing at all (quirk F11); but
 * so do old document signers, which public lists carry too and which must not become anchors:
 * a root is at least its own issuer. */
static bool may_sign(const struct cert *c)
{
    return (c->basic.present && c->basic.ca) || (c->key_usage.bits & KU_KEY_CERT_SIGN) ||
           (!c->basic.present && !c->key_usage.present && !c->has_extended_key_usage &&
            cert_self_issued(c));
}

static struct err index_key(enum bundle_section index, struct view value, uint8_t *out)
{
    struct buf b = buf_of(out, ANCHOR_KEY);

    return anchor_key_of(index, value, &b);
}

static struct err make_anchor(struct view der, struct pool_anchor *out)
{
    struct pool_anchor a = { .flags = 0 };

    TRY(cert_read(der, &a.cert, NULL));
    TRY(digest(der, a.fingerprint));
    TRY(index_key(BUNDLE_BY_KEY, a.cert.spki, a.key));
    TRY(index_key(BUNDLE_BY_NAME, a.cert.subject, a.name));
    TRY(index_key(BUNDLE_BY_SKI, a.cert.ski, a.ski));
    if (name_country(a.cert.subject, &a.country).code != OK)
        a.country = (struct country){ .text = "" };
    *out = a;
    return SUCCESS;
}

/* Where a fingerprint stands in the table, or would. */
static size_t slot_of(const struct pool *p, const uint8_t *fingerprint)
{
    size_t at;

    memcpy(&at, fingerprint, sizeof at);
    for (at &= p->n_slots - 1; p->slot[at] != 0; at = (at + 1) & (p->n_slots - 1))
        if (memcmp(p->anchor[p->slot[at] - 1].fingerprint, fingerprint, BUNDLE_HASH) == 0)
            break;
    return at;
}

static void make_slots(struct pool *p)
{
    if (p->n_anchors * 2 < p->n_slots)
        return;
    p->n_slots = p->n_slots ? p->n_slots * 2 : 1024;
    p->slot = heap_grow(p->slot, p->n_slots * sizeof *p->slot);
    memset(p->slot, 0, p->n_slots * sizeof *p->slot);
    for (size_t i = 0; i < p->n_anchors; i++)
        p->slot[slot_of(p, p->anchor[i].fingerprint)] = (uint32_t)i + 1;
}

static void add_source(struct pool *p, struct pool_anchor *a, uint32_t source, bool fresh)
{
    p->source[source].taken++;
    p->source[source].fresh += fresh;
    if (a->n_sources > 0 && a->source[a->n_sources - 1] == source)
        return; /* twice in one file */
    HEAP_ROOM(a->source, a->n_sources, a->cap_sources);
    a->source[a->n_sources++] = source;
}

static const char *why_not(const struct pool_anchor *a)
{
    if (a->cert.key.kind == KEY_NONE)
        return "its public key is of a kind or on a curve that is not supported";
    if (!may_sign(&a->cert))
        return "not a CSCA certificate: neither basicConstraints nor keyUsage allow it to sign "
               "certificates";
    return NULL;
}

/* Unless it is there; the number it has. */
static uint32_t add_anchor(struct pool *p, const struct pool_anchor *a, bool *fresh)
{
    size_t at;

    make_slots(p);
    at = slot_of(p, a->fingerprint);
    *fresh = p->slot[at] == 0;
    if (!*fresh)
        return p->slot[at] - 1;
    HEAP_ROOM(p->anchor, p->n_anchors, p->cap_anchors);
    p->anchor[p->n_anchors++] = *a;
    p->slot[at] = (uint32_t)p->n_anchors;
    return p->slot[at] - 1;
}

void pool_add_cert(struct pool *p, uint32_t source, struct view der, const char *where)
{
    const char        *file = p->source[source].file;
    struct pool_anchor a;
    const struct err   e = make_anchor(der, &a);
    bool               fresh;
    uint32_t           i;

    p->source[source].entries++;
    if (e.code != OK) {
        pool_leave(p, file, where, pool_failure(e));
        return;
    }
    if (why_not(&a) != NULL) {
        pool_leave(p, file, where, why_not(&a));
        return;
    }
    i = add_anchor(p, &a, &fresh);
    add_source(p, &p->anchor[i], source, fresh);
}

static struct err make_crl(struct view der, struct pool_crl *out)
{
    struct pool_crl c = { .flags = CRL_UNPROVEN };
    struct notes    notes = { .place = PLACE_CRL };
    struct buf      issuer = BUF(c.issuer);
    struct revoked  entry;
    struct view     rest;

    TRY(crl_read(der, &c.crl, &notes));
    /* a delta CRL, one for some certificates or one for several issuers: whoever is not on it
     * is not cleared by it.  RFC 5280 §5.2, §5.3 */
    CHECK(!note_seen(&notes, NOTE_X509_UNKNOWN_CRITICAL), E_UNSUPPORTED);
    CHECK(!notes.overflow, E_UNSUPPORTED);
    TRY(name_country(c.crl.issuer, &c.country));
    TRY(name_digest(c.crl.issuer, &issuer));
    c.width = 2;
    rest = c.crl.revoked;
    while (crl_next(&rest, &entry).code == OK) {
        CHECK(entry.serial.len <= REVOCATION_SERIAL_MAX, E_TOO_LONG);
        if (entry.serial.len + 1 > c.width)
            c.width = (uint32_t)entry.serial.len + 1;
        c.n++;
    }
    *out = c;
    return SUCCESS;
}

void pool_add_crl(struct pool *p, uint32_t source, struct view der, const char *where)
{
    struct pool_crl  c;
    const struct err e = make_crl(der, &c);

    p->source[source].entries++;
    if (e.code != OK) {
        pool_leave(p, p->source[source].file, where,
                   e.code == E_UNEXPECTED    ? "a CRL whose issuer names no country"
                   : e.code == E_UNSUPPORTED ? "a CRL that does not stand for itself (a critical "
                                               "extension says so)"
                                             : pool_failure(e));
        return;
    }
    c.source = source;
    HEAP_ROOM(p->crl, p->n_crls, p->cap_crls);
    p->crl[p->n_crls++] = c;
}

void pool_add_root(struct pool *p, const char *file, struct view der, const char *where)
{
    struct cert      c;
    const struct err e = cert_read(der, &c, NULL);

    if (e.code != OK) {
        pool_leave(p, file, where, pool_failure(e));
        return;
    }
    HEAP_ROOM(p->root, p->n_roots, p->cap_roots);
    p->root[p->n_roots++] = c;
}

void pool_end(struct pool *p)
{
    for (size_t i = 0; i < p->n_anchors; i++)
        free(p->anchor[i].source);
    free(p->anchor);
    free(p->crl);
    free(p->source);
    free(p->remark);
    free(p->root);
    free(p->slot);
    *p = (struct pool){ .n_anchors = 0 };
}
