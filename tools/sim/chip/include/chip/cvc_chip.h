/*
 * cvc_chip: card verifiable certificates as a chip takes them.
 *
 *      7F21 { 7F4E { 5F29 00, 42 CAR, 7F49 { 06 OID, key }, 5F20 CHR, 7F4C { 06 role, 53 bits },
 *                    5F25 effective, 5F24 expiry, [65 extensions] }, 5F37 signature }
 *
 * Spec: BSI TR-03110-3 v2.21 clause A.6.4 (suites), C.1, C.3, D.2, D.3.
 */
#ifndef CHIP_CVC_CHIP_H
#define CHIP_CVC_CHIP_H

#include <openssl/evp.h>

#include "base/bytes.h"

enum { CVC_CHIP_NAME = 16 }; /* bytes of a CAR or CHR at most */

enum cvc_role { CVC_TERMINAL = 0x00, CVC_FOREIGN_DV = 0x40, CVC_DOMESTIC_DV = 0x80, CVC_CA = 0xC0 };

struct cvc_chip {
    struct view body; /* 7F4E, tag and length with it: what is signed */
    struct view car, chr, signature;
    struct view oid;               /* of the public key: with which suite it verifies */
    struct view n, e;              /* RSA, or empty */
    struct view domain[5], f;      /* EC: p, a, b, G, r; cofactor; or empty */
    struct view q;                 /* EC: the point */
    struct view role, rights;      /* the role's OID; the bits */
    uint32_t    effective, expiry; /* 20261121 */
};

/* Take a certificate apart: what stands in 7F21.  Views point into bytes.  E_TRUNCATED,
 * E_MALFORMED, E_UNEXPECTED, E_TRAILING. */
struct err cvc_chip_parse(struct view content, struct cvc_chip *out);

/* A public key and how signatures under it are made. */
struct cvc_chip_key {
    EVP_PKEY   *key;
    const char *md;
    bool        ec, pss;
};

/*
 * The certificate's key; the caller frees out->key.  domain: the issuer's key, whose EC
 * parameters it shares if it has none of its own; NULL if there is no issuer.
 * E_UNSUPPORTED: a suite that is not id-TA's.  E_UNEXPECTED: no key.
 */
struct err cvc_chip_key(const struct cvc_chip *c, EVP_PKEY *domain, struct cvc_chip_key *out);

/* Is it a signature over data?  Anything that is wrong with it is a no. */
bool cvc_chip_good(const struct cvc_chip_key *key, struct view data, struct view signature);

#endif
