/*
 * bundle: the signed file of everything an operator trusts, read in place.
 *
 *      page 0           1 ......................... n   n+1 .............. n+t
 *      +--------------+------------------------------+----------------------+
 *      | header, sig  | data: the sections, in pages | tree: hashes of pages|
 *      +--------------+------------------------------+----------------------+
 *        root hash ────────────────────────────────────► last page of the tree
 *
 * Opening checks the header's signature and nothing else, so it costs the same however
 * large the file is.  A page is hashed when something in it is first asked for, up to a tree
 * page that is known already, and remembered.  Every offset and length in the file is checked
 * where it is used: a good signature does not make a number right.
 *
 * Spec: docs/trust-bundle.md, version 1.
 */
#ifndef TRUST_BUNDLE_H
#define TRUST_BUNDLE_H

#include "base/date.h"
#include "crypto/verify.h"

enum {
    BUNDLE_VERSION = 1,
    BUNDLE_PAGE = 4096,        /* bytes */
    BUNDLE_FAN_OUT = 128,      /* hashes in a page of the tree */
    BUNDLE_DATA_MAX = 1 << 14, /* pages of data: 64 MiB */
    BUNDLE_TREE_MAX = 129,     /* pages of the tree over so many */
    BUNDLE_HASH = 32,          /* SHA-256 */
    BUNDLE_SIG = 64,           /* r || s, at the end of page 0 */
    BUNDLE_SECTIONS_MAX = 32,  /* in a file */
    BUNDLE_BASE_ID = 16,
};

/* What a section holds.  The numbers stand in the file: append, never renumber. */
enum bundle_section {
    BUNDLE_NOTHING,
    BUNDLE_ANCHORS,    /* see anchor.h                                      */
    BUNDLE_CERTS,      /* DER certificates, end to end                      */
    BUNDLE_BY_SKI,     /* four indexes of one form: a key, an anchor        */
    BUNDLE_BY_NAME,    /* key: digest of the folded subject                 */
    BUNDLE_BY_KEY,     /* key: digest of the SubjectPublicKeyInfo           */
    BUNDLE_BY_COUNTRY, /* key: the letters, filled up with zeroes           */
    BUNDLE_CRLS,       /* see revocation.h                                  */
    BUNDLE_SERIALS,    /* sorted serial numbers, per CRL                    */
    BUNDLE_SOURCES,    /* the files that it was made of                     */
    BUNDLE_REFS,       /* which sources carried an anchor                   */
    BUNDLE_TEXT,       /* names of sources, UTF-8                           */
    BUNDLE_SECTION_COUNT
};

/* Why a bundle is not used, in the order of the checks.  Names go over the link. */
/* clang-format off */
#define BUNDLE_WHYS(X)                                                        \
    X(BUNDLE_NOT_OPEN,   "no bundle is open")                                 \
    X(BUNDLE_GOOD,       "the bundle is in use")                              \
    X(BUNDLE_ABSENT,     "the file is empty or not a trust bundle")           \
    X(BUNDLE_NEWER_FORM, "made for a newer firmware")                         \
    X(BUNDLE_FOREIGN,    "not signed by the operator's key, or altered")      \
    X(BUNDLE_CUT,        "the file is shorter or longer than it says")        \
    X(BUNDLE_TOO_LARGE,  "more pages than this firmware reads")               \
    X(BUNDLE_CROOKED,    "signed, but its parts do not fit together")         \
    X(BUNDLE_OLDER,      "older than one that was in use before")             \
    X(BUNDLE_ALTERED,    "a page is not what the operator signed")
/* clang-format on */

#define BUNDLE_ENUM(name, text) name,
enum bundle_why { BUNDLE_WHYS(BUNDLE_ENUM) BUNDLE_WHY_COUNT };
#undef BUNDLE_ENUM

struct bundle_part {
    uint32_t offset; /* from page 1 on, bytes */
    uint32_t len;    /* bytes */
    uint32_t count;  /* records; 0 for heaps */
};

struct bundle {
    struct view        mapping;
    uint8_t            base_id[BUNDLE_BASE_ID];
    uint64_t           counter;
    struct moment      created, valid_until;
    uint32_t           n_data, n_tree; /* pages */
    uint8_t            root[BUNDLE_HASH];
    struct bundle_part part[BUNDLE_SECTION_COUNT];
    bool               altered; /* a page was found wrong: nothing of this bundle is used */
    uint8_t            seen[(BUNDLE_DATA_MAX + BUNDLE_TREE_MAX + 8) / 8]; /* pages verified */
};

struct bundle_terms {
    struct view key;     /* the operator's P-256 point, 04 || X || Y */
    uint64_t    counter; /* the highest that was ever in use; older ones are refused */
};

/*
 * Check the header and be ready to read.
 *
 * mapping   the whole file, usually mapped read-only; must stay until b is used no more
 * why       BUNDLE_GOOD, or what is wrong; set on every way out
 * Returns:  OK; E_TRUNCATED, E_TRAILING (CUT), E_UNEXPECTED (ABSENT), E_UNSUPPORTED
 *           (NEWER_FORM), E_TOO_LONG, E_MALFORMED (CROOKED), E_ALTERED (FOREIGN, OLDER);
 *           E_CRYPTO, E_BUG.  b is unchanged on failure.
 */
struct err bundle_open(struct bundle *b, struct view mapping, const struct bundle_terms *terms,
                       enum bundle_why *why);

/* BUNDLE_GOOD, BUNDLE_ALTERED since, or BUNDLE_NOT_OPEN (all zero). */
enum bundle_why bundle_state(const struct bundle *b);

/* "altered"; and the sentence.  Never NULL. */
const char *bundle_why_name(unsigned why);
const char *bundle_why_text(unsigned why);

/* Was it meant to be in use at that moment?  False if the moment is not known. */
bool bundle_fresh_at(const struct bundle *b, struct moment at);

/* Hash every page now: for those who made one, and for a self-test.  Fails as
 * bundle_get() does. */
struct err bundle_verify(struct bundle *b);

/*
 * The len bytes at offset in a section, their pages verified.
 *
 * Memory:  out points into the mapping.
 * Returns: E_TRUNCATED if the section does not hold them all; E_ALTERED if a page is not
 *          what was signed, now and for every later call (BUNDLE_ALTERED); E_CRYPTO.
 */
struct err bundle_get(struct bundle *b, enum bundle_section s, struct view *out, size_t offset,
                      size_t len);

/* Record i of a section of records of that size.  E_TRUNCATED beyond the last. */
struct err bundle_record(struct bundle *b, enum bundle_section s, uint32_t i, size_t size,
                         struct view *out);

#endif
