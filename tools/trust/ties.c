/* ties: see ties.h. */
#include "ties.h"

#include <stdlib.h>
#include <string.h>

#include "heap.h"

static int by_fingerprint(const void *a, const void *b)
{
    const struct pool_anchor *x = a, *y = b;

    return memcmp(x->fingerprint, y->fingerprint, BUNDLE_HASH);
}

/* The smallest number of a group stands for it. */
static uint32_t head(struct pool *p, uint32_t i)
{
    while (p->anchor[i].authority != i) {
        p->anchor[i].authority = p->anchor[p->anchor[i].authority].authority;
        i = p->anchor[i].authority;
    }
    return i;
}

static void tie(struct pool *p, uint32_t a, uint32_t b)
{
    const uint32_t x = head(p, a), y = head(p, b);

    if (x < y)
        p->anchor[y].authority = x;
    else
        p->anchor[x].authority = y;
}

static bool same_country(const struct pool_anchor *a, const struct pool_anchor *b)
{
    return strcmp(a->country.text, b->country.text) == 0;
}

static bool same_key(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, ANCHOR_KEY) == 0;
}

enum way { WAY_AKI, WAY_NAME, WAY_COUNTRY, WAY_COUNT };

struct child {
    const struct pool_anchor *anchor;
    uint8_t                   aki[ANCHOR_KEY], issuer[ANCHOR_KEY]; /* index keys */
};

static bool leads_to(enum way way, const struct child *c, const struct pool_anchor *to)
{
    if (to == c->anchor || same_key(to->key, c->anchor->key))
        return false;
    if (way == WAY_AKI)
        return c->anchor->cert.aki.len > 0 && same_key(c->aki, to->ski);
    if (way == WAY_NAME)
        return same_key(c->issuer, to->name);
    return same_country(c->anchor, to);
}

static bool verifies(const struct cert *c, const struct public_key *key)
{
    enum result r = NOT_RUN;

    return cert_check(c, key, &r, NULL).code == OK && r == SUCCESSFUL;
}

/* Who else signed it: by key identifier, by name, by country. */
static void find_issuer(struct pool *p, uint32_t i)
{
    struct child c = { .anchor = &p->anchor[i] };
    struct buf   aki = BUF(c.aki), issuer = BUF(c.issuer);

    if (anchor_key_of(BUNDLE_BY_SKI, c.anchor->cert.aki, &aki).code != OK ||
        anchor_key_of(BUNDLE_BY_NAME, c.anchor->cert.issuer, &issuer).code != OK)
        return;
    for (enum way way = WAY_AKI; way < WAY_COUNT; way++)
        for (uint32_t k = 0; k < p->n_anchors; k++) {
            if (!leads_to(way, &c, &p->anchor[k]) ||
                !verifies(&c.anchor->cert, &p->anchor[k].cert.key))
                continue;
            p->anchor[i].flags |= ANCHOR_LINK;
            tie(p, i, k);
            return;
        }
}

void ties_find(struct pool *p)
{
    if (p->n_anchors > 0)
        qsort(p->anchor, p->n_anchors, sizeof *p->anchor, by_fingerprint);
    for (uint32_t i = 0; i < p->n_anchors; i++)
        p->anchor[i].authority = i;
    for (uint32_t i = 0; i < p->n_anchors; i++) {
        struct pool_anchor *a = &p->anchor[i];

        a->flags = cert_self_issued(&a->cert) ? ANCHOR_SELF_ISSUED : 0;
        if (verifies(&a->cert, &a->cert.key))
            a->flags |= ANCHOR_SELF_SIGNED;
        else
            find_issuer(p, i);
        for (uint32_t k = 0; k < i; k++)
            if (same_key(a->name, p->anchor[k].name) || same_key(a->key, p->anchor[k].key))
                tie(p, i, k);
    }
    for (uint32_t i = 0; i < p->n_anchors; i++)
        p->anchor[i].authority = head(p, i);
}

static bool signed_by(const struct pool_crl *c, const struct pool_anchor *a)
{
    enum result r = NOT_RUN;

    return strcmp(c->country.text, a->country.text) == 0 &&
           crl_check(&c->crl, &a->cert.key, &r, NULL).code == OK && r == SUCCESSFUL;
}

static void prove(struct pool *p, struct pool_crl *c)
{
    for (size_t i = 0; i < p->n_anchors; i++)
        if (signed_by(c, &p->anchor[i])) {
            c->flags &= ~(uint32_t)CRL_UNPROVEN;
            c->authority = p->anchor[i].authority;
            p->source[c->source].taken++;
            return;
        }
    c->authority = UINT32_MAX;
    c->n = 0;
    pool_leave(p, p->source[c->source].file, "CRL",
               heap_text("no CSCA of %s given here signed it; only its dates go in, as unproven",
                         c->country.text));
}

static bool replaces(const struct pool_crl *newer, const struct pool_crl *older)
{
    return newer != older && newer->flags == older->flags && newer->authority == older->authority &&
           memcmp(newer->issuer, older->issuer, BUNDLE_HASH) == 0 && !newer->superseded &&
           newer->crl.this_update.s >= older->crl.this_update.s;
}

void ties_crls(struct pool *p)
{
    for (size_t i = 0; i < p->n_crls; i++)
        prove(p, &p->crl[i]);
    for (size_t i = 0; i < p->n_crls; i++)
        for (size_t k = 0; k < p->n_crls && !p->crl[i].superseded; k++)
            if (replaces(&p->crl[k], &p->crl[i])) {
                p->crl[i].superseded = true;
                pool_remark(
                    p, p->source[p->crl[i].source].file, "CRL",
                    heap_text("replaced by the one in %s", p->source[p->crl[k].source].file));
            }
}
