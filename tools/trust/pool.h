/*
 * pool: everything that was read, before it becomes a bundle.
 *
 * An anchor is kept once however many sources carried it.  All bytes live until the program
 * ends; views point into them.
 */
#ifndef TRUST_POOL_H
#define TRUST_POOL_H

#include "cert/crl.h"
#include "trust/anchor.h"
#include "trust/revocation.h"

struct pool_anchor {
    struct cert    cert;
    uint8_t        fingerprint[BUNDLE_HASH];
    uint8_t        key[ANCHOR_KEY], ski[ANCHOR_KEY], name[ANCHOR_KEY]; /* index keys */
    struct country country; /* of the subject; empty if it names none */
    uint32_t       flags;   /* enum anchor_flag */
    uint32_t       authority;
    uint32_t      *source;
    size_t         n_sources, cap_sources;
};

struct pool_crl {
    struct crl     crl;
    struct country country;
    uint8_t        issuer[BUNDLE_HASH]; /* name_digest() */
    uint32_t       authority, source, flags;
    uint32_t       n, width; /* of its entries */
    bool           superseded;
};

struct pool_source {
    const char *file;
    uint8_t     digest[BUNDLE_HASH];
    uint32_t    kind;    /* enum anchor_source_kind */
    uint32_t    entries; /* certificates and CRLs in it */
    uint32_t    taken;   /* of them, into the bundle */
    uint32_t    fresh;   /* of them, not known from an earlier source */
};

/* Something the user should know. */
struct pool_remark {
    const char *file, *where, *text;
    bool        left_out; /* and not only noticed */
};

struct pool {
    struct pool_anchor *anchor;
    size_t              n_anchors, cap_anchors;
    struct pool_crl    *crl;
    size_t              n_crls, cap_crls;
    struct pool_source *source;
    size_t              n_sources, cap_sources;
    struct pool_remark *remark;
    size_t              n_remarks, cap_remarks;
    struct cert        *root; /* of --root: who may sign lists */
    size_t              n_roots, cap_roots;
    uint32_t           *slot; /* hash table over fingerprints: anchor + 1, 0 is free */
    size_t              n_slots;
};

/* A new source; its number. */
uint32_t pool_source(struct pool *p, const char *file, uint32_t kind, struct view content);

/* Remember that something was left out, or only noticed. */
void pool_leave(struct pool *p, const char *file, const char *where, const char *why);
void pool_remark(struct pool *p, const char *file, const char *where, const char *text);

/* Add a certificate as an anchor, or the source to one that is there.  A certificate that is
 * unreadable or no CA's is left out with a remark. */
void pool_add_cert(struct pool *p, uint32_t source, struct view der, const char *where);

/* Add a CRL, still unproven. */
void pool_add_crl(struct pool *p, uint32_t source, struct view der, const char *where);

/* Add a root for lists. */
void pool_add_root(struct pool *p, const char *file, struct view der, const char *where);

/* Release the arrays, not what the views point into. */
void pool_end(struct pool *p);

/* "E_MALFORMED (der.c:41): input breaks its own encoding rules". */
const char *pool_failure(struct err e);

#endif
