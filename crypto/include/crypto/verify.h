/*
 * verify: signature primitives of one public key and one digest.
 *
 * They answer "does it verify?" in *good; struct err is for "could not find out".  What
 * an algorithm identifier means and which algorithms are allowed stands in keys/.
 *
 * One implementation is linked: crypto/openssl/ or crypto/mbedtls/.
 */
#ifndef CRYPTO_VERIFY_H
#define CRYPTO_VERIFY_H

#include "crypto/group.h"
#include "crypto/hash.h"

enum {
    RSA_BITS_MIN = 1024, /* of n; in the field 1024 to 6144 */
    RSA_BITS_MAX = 8192,
    RSA_MAX = RSA_BITS_MAX / 8, /* bytes */
    RSA_E_BITS_MAX = 256,       /* of e, as FIPS 186-4 B.3.1 bounds it; in the field 2 to 17 */
    DSA_BITS_MIN = 1024,        /* of p */
    DSA_BITS_MAX = 3072,
    DSA_MAX = DSA_BITS_MAX / 8, /* bytes */
};

/* All numbers below are unsigned and big-endian. */
struct rsa_key {
    struct view n, e;
};

struct ec_key {
    enum ec_group group;
    struct view   point; /* 04 || X || Y; checked to lie on the curve */
};

struct dsa_key {
    struct view p, q, g, y;
};

struct pss {
    enum hash_alg hash;     /* of the message                                   */
    enum hash_alg mgf_hash; /* of MGF1; may differ                              */
    uint16_t      salt_len; /* bytes, exactly as the AlgorithmIdentifier says   */
};

/* Append sig^e mod n, exactly as long as n.  E_CRYPTO if sig is not a number below n or
 * the key is no key (n even or outside the bounds above; e even, 1 or too long);
 * E_NO_SPACE. */
struct err rsa_public(const struct rsa_key *key, struct view sig, struct buf *out);

/* RSASSA-PSS-VERIFY, trailer field 1.  RFC 8017 clause 8.1.2.  E_BUG if the digest is not
 * as long as pss->hash makes it; E_CRYPTO as above. */
struct err rsa_pss_verify(const struct rsa_key *key, const struct pss *pss, struct view digest,
                          struct view sig, bool *good);

struct rs {
    struct view r, s;
};

/* The digest is cut to the bits of the order, n or q, as FIPS 186-4 clauses 4.6 and 6.4 say.
 * r, s out of range, and a point off the curve, are *good = false.  E_BUG for a digest over
 * HASH_MAX or EC_NONE; E_CRYPTO if DSA parameters are none (q not of 160, 224, 256 bits). */
struct err ecdsa_verify(const struct ec_key *key, struct view digest, const struct rs *sig,
                        bool *good);
struct err dsa_verify(const struct dsa_key *key, struct view digest, const struct rs *sig,
                      bool *good);

#endif
