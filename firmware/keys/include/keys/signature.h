/*
 * signature: AlgorithmIdentifiers, and what verifying under one means.
 *
 * The whitelist of signature algorithms is this module's table.  Nothing is guessed: the
 * scheme comes from the identifier, never from the key and never from what happens to fit.
 *
 * Spec: Doc 9303-12 (8th ed.) clause 4.4; RFC 4055 (PSS parameters), RFC 5758, RFC 3279;
 *       TR-03111 5.2.1 (plain ECDSA); cases TR-03105-5.1 LDS_H_01..14, 70..83, 94..98.
 */
#ifndef KEYS_SIGNATURE_H
#define KEYS_SIGNATURE_H

#include "keys/public_key.h"
#include "report/result.h"

enum scheme {
    SCHEME_NONE,
    SCHEME_RSA_PKCS1,
    SCHEME_RSA_PSS,
    SCHEME_ECDSA,       /* SEQUENCE { r, s } */
    SCHEME_ECDSA_PLAIN, /* r || s, BSI OIDs  */
    SCHEME_DSA,
};

enum { SIG_ALG_TEXT_MAX = 48 }; /* characters */

struct sig_alg {
    enum scheme   scheme;
    enum hash_alg hash;     /* HASH_NONE: the identifier names none (rsaEncryption)   */
    enum hash_alg mgf_hash; /* PSS only */
    uint16_t      salt_len; /* PSS only, bytes; as encoded, default 20 */
    enum oid      oid;      /* as it stood there, for the report */
};

/*
 * Read a signature AlgorithmIdentifier and step over it.
 *
 * Parameters must be what the algorithm's RFC says: NULL (or absent, with a note) for
 * PKCS#1, absent (or NULL, with a note) for ECDSA and DSA, RSASSA-PSS-params for PSS, where
 * missing ones are E_MALFORMED.  E_UNSUPPORTED if not on the whitelist; in is stepped over
 * even then.
 */
struct err sig_alg_read(struct view *in, struct sig_alg *out, struct notes *notes);

/* Read a digest AlgorithmIdentifier (parameters NULL or absent) and step over it.
 * E_UNSUPPORTED, as above. */
struct err digest_alg_read(struct view *in, enum hash_alg *out);

/*
 * Does sig verify?
 *
 * key, alg  must belong together; RSA under an ECDSA identifier is FAILED
 * digest    of alg->hash, or of the digest algorithm beside a bare rsaEncryption; hash says
 *           which
 * out       SUCCESSFUL, FAILED; UNDETERMINED if the algorithm or key is not supported
 *           (kind KEY_NONE, scheme SCHEME_NONE)
 * notes     WEAK_HASH, WEAK_KEY whatever comes out; what was read over in the signature
 *           only if it verified
 * Fails with E_CRYPTO, or E_BUG (a digest that is not of hash, a hash that is not alg's):
 * a bad signature is a finding.
 */
struct signed_digest {
    enum hash_alg hash;
    struct view   digest;
    struct view   sig;
};

struct err signature_check(const struct public_key *key, const struct sig_alg *alg,
                           const struct signed_digest *s, enum result *out, struct notes *notes);

/* "RSA SHA-256", "RSASSA-PSS SHA-256 salt 32", "RSASSA-PSS SHA-256 MGF1 SHA-1 salt 20",
 * "ECDSA SHA-384", "ECDSA-plain SHA-256", "DSA SHA-1", "RSA" (a bare rsaEncryption),
 * "unknown": append, for reports and lists; SIG_ALG_TEXT_MAX is enough.  E_NO_SPACE; then
 * nothing was written. */
struct err sig_alg_print(const struct sig_alg *alg, struct buf *out);

#endif
