/*
 * revocation: is the document signer on a list of its state?
 *
 * A state signs one CRL with its newest key, and it covers certificates of earlier keys and
 * names.  The compiler verified every CRL under a CSCA of the bundle and kept the newest
 * of each issuer.  A CRL is the signer's own if it was signed by the same authority
 * (anchor.h: tied by name, key or link) or bears the signer's issuer name; other lists of the
 * same country (China, Hong Kong and Macao share one) prove less, in both directions.
 *
 * Spec: Doc 9303-12 (8th ed.) clause 4.4; RFC 5280 clause 6.3; TR-03135-1 v2.5 5.6.4.3.5.
 */
#ifndef TRUST_REVOCATION_H
#define TRUST_REVOCATION_H

#include "trust/path.h"

enum {
    REVOCATION_CRL_RECORD = 80, /* bytes */
    REVOCATION_SERIAL_MAX = 63, /* octets of the longest serial number in a bundle */
};

enum revocation_crl_flag {
    CRL_UNPROVEN = 1 << 0, /* no CSCA known to the compiler signed it: dates only, no serials */
};

/* Names go over the link: append. */
/* clang-format off */
#define REVOCATION_WHYS(X)                                                                  \
    X(REVOCATION_NOT_RUN,    "not run")                                                     \
    X(REVOCATION_CLEAR,      "not on the current list")                                     \
    X(REVOCATION_LISTED,     "on the list of revoked certificates")                         \
    X(REVOCATION_NO_CRL,     "no list of that state is known")                              \
    X(REVOCATION_STALE,      "the list should have been replaced by now")                   \
    X(REVOCATION_UNPROVEN,   "the list is signed by nobody known")                          \
    X(REVOCATION_NO_ISSUER,  "the issuer is not known, so no list can clear this signer")   \
    X(REVOCATION_NO_CLOCK,   "without a clock no list is current")                          \
    X(REVOCATION_ELSEWHERE,  "on the list of another authority of that state")
/* clang-format on */

#define REVOCATION_ENUM(name, text) name,
enum revocation_why { REVOCATION_WHYS(REVOCATION_ENUM) REVOCATION_WHY_COUNT };
#undef REVOCATION_ENUM

struct revocation {
    /* FAILED for LISTED (on a stale list too); SUCCESSFUL for CLEAR; else UNDETERMINED */
    enum result         result;
    enum revocation_why why;
    bool                csca_listed; /* a certificate of the CSCA's key is on its list */
    struct moment       this_update, next_update; /* of the list that decided; 0 if none */
};

/* One list of a bundle. */
struct revocation_crl {
    char          country[4]; /* letters, filled up with zeroes */
    uint32_t      authority;
    struct view   issuer; /* name_digest() of its issuer */
    struct moment this_update, next_update;
    uint32_t      offset, n; /* of its serials */
    uint32_t      width;     /* of one of them, bytes */
    uint32_t      flags;     /* enum revocation_crl_flag */
    uint32_t      source;    /* for anchor_source_at() */
};

/*
 * Look the signer up.
 *
 * path    what path_find() said of the same signer, at the moment asked for there
 * Notes:  under PLACE_CRL; notes->place is given back as it was.  May be NULL.
 * Fails as bundle_get() does.
 */
struct err revocation_check(struct bundle *b, const struct cert *ds, const struct path *path,
                            struct revocation *out, struct notes *notes);

/* How many lists there are, and number i. */
uint32_t   revocation_crl_count(const struct bundle *b);
struct err revocation_crl_at(struct bundle *b, uint32_t i, struct revocation_crl *out);

/* Is this serial number (INTEGER content, sign and all) on it? */
struct err revocation_listed(struct bundle *b, const struct revocation_crl *crl, struct view serial,
                             bool *out);

/* "STALE"; and the sentence.  Never NULL. */
const char *revocation_why_name(unsigned why);
const char *revocation_why_text(unsigned why);

#endif
