/*
 * anchor: the CSCA certificates of a bundle, and the four ways to find one.
 *
 * A trust anchor is a key, a name and a state; one key may come in several certificates.
 *
 * Spec: docs/trust-bundle.md, version 1; Doc 9303-12 (8th ed.) clause 5.
 */
#ifndef TRUST_ANCHOR_H
#define TRUST_ANCHOR_H

#include "trust/bundle.h"

enum {
    ANCHOR_RECORD = 72, /* bytes */
    ANCHOR_KEY = 16,    /* bytes of an index key and of a key's digest */
    ANCHOR_INDEX_RECORD = ANCHOR_KEY + 4,
    ANCHOR_SOURCE_RECORD = 48,
};

/* What the compiler found out about it; the reader believes none of it for a verdict. */
enum anchor_flag {
    ANCHOR_SELF_ISSUED = 1 << 0, /* subject and issuer are the same name            */
    ANCHOR_SELF_SIGNED = 1 << 1, /* its signature verifies under its own key        */
    ANCHOR_LINK = 1 << 2,        /* its signature verifies under another anchor's   */
};

struct anchor {
    uint32_t    i;           /* its number in the bundle */
    struct view cert;        /* DER, in the bundle */
    struct view fingerprint; /* SHA-256 of cert, in the bundle */
    struct view key;         /* ANCHOR_KEY bytes: equal for equal public keys */
    uint32_t    authority;   /* equal for anchors tied by name, key or link: one issuer */
    uint32_t    flags;       /* enum anchor_flag */
    uint32_t    first_source, n_sources; /* for anchor_source() */
};

/* A run of entries in one index. */
struct anchor_run {
    enum bundle_section index;
    uint32_t            next, end;
};

/* One of the files the bundle was made of. */
struct anchor_source {
    struct view name;    /* UTF-8 */
    struct view digest;  /* SHA-256 of the file */
    uint32_t    kind;    /* enum anchor_source_kind */
    uint32_t    entries; /* certificates or CRLs it held */
};

enum anchor_source_kind {
    ANCHOR_FROM_FILE = 1, /* a certificate or CRL file, PEM or DER */
    ANCHOR_FROM_MASTER_LIST,
    ANCHOR_FROM_UNSIGNED_LIST,
};

/* How many there are. */
uint32_t anchor_count(const struct bundle *b);

/* Number i.  Memory: out points into the mapping; the certificate is verified, not parsed.
 * Fails as bundle_get() does; E_TRUNCATED beyond the last. */
struct err anchor_at(struct bundle *b, uint32_t i, struct anchor *out);

/*
 * All anchors under a key of an index, in the order they stand there.
 *
 * key   for BUNDLE_BY_SKI the subjectKeyIdentifier, for BY_NAME a whole Name, for BY_KEY a
 *       whole SubjectPublicKeyInfo, for BY_COUNTRY the letters, upper case
 * out   empty (next == end) if there is none
 */
struct err anchor_find(struct bundle *b, enum bundle_section index, struct view key,
                       struct anchor_run *out);

/* Append the index key of such a value: ANCHOR_KEY bytes.  E_NO_SPACE; E_TOO_LONG for a country
 * of more letters; E_CRYPTO. */
struct err anchor_key_of(enum bundle_section index, struct view value, struct buf *out);

/* As anchor_find(), with the index key itself: a key that anchor.key or an earlier search
 * gave. */
struct err anchor_find_key(struct bundle *b, enum bundle_section index, struct view key,
                           struct anchor_run *out);

/* The next of a run; only while next < end. */
struct err anchor_next(struct bundle *b, struct anchor_run *run, struct anchor *out);

/* The anchor with this SHA-256 fingerprint.  E_UNEXPECTED if there is none. */
struct err anchor_by_fingerprint(struct bundle *b, struct view fingerprint, struct anchor *out);

/* Source number k of 0..n_sources-1 of an anchor. */
struct err anchor_source(struct bundle *b, const struct anchor *a, uint32_t k,
                         struct anchor_source *out);

/* Source number i of the whole bundle. */
struct err anchor_source_at(struct bundle *b, uint32_t i, struct anchor_source *out);

#endif
