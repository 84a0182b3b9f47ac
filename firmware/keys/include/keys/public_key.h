/*
 * public_key: a SubjectPublicKeyInfo as numbers that crypto/ can use.
 *
 * Elliptic curves arrive as a name or as explicit parameters; both end in an ec_group of
 * our table, or the key is refused: explicit parameters count only when every one of
 * p, a, b, G, n (and the cofactor, if given) equals those of a known curve.
 *
 * Spec: Doc 9303-12 (8th ed.) clause 4.4; RFC 3279 clause 2.3; RFC 5480; TR-03111 5.1.1.
 */
#ifndef KEYS_PUBLIC_KEY_H
#define KEYS_PUBLIC_KEY_H

#include "crypto/verify.h"
#include "report/note.h"

enum { KEY_TEXT_MAX = 40 }; /* characters */

enum key_kind { KEY_NONE, KEY_RSA, KEY_EC, KEY_DSA };

struct public_key {
    enum key_kind kind;
    uint16_t      bits;      /* of the modulus, the field, the prime p */
    bool          spelt_out; /* EC: explicit parameters, no named curve */
    bool          pss_only;  /* RSA: the key's identifier is id-RSASSA-PSS */
    union {
        struct rsa_key rsa;
        struct ec_key  ec;
        struct dsa_key dsa;
    };
};

/*
 * Read a SubjectPublicKeyInfo and step over it.
 *
 * RSA (rsaEncryption, id-RSASSA-PSS) of 1024 to 8192 bits, e odd and at least 3; curves of
 * crypto/group.h by name, by explicit parameters or by BSI's standardizedDomainParameters
 * id, the point uncompressed; DSA of 1024 to 3072 bits with its parameters.  A point is not
 * checked to lie on its curve here: ecdsa_verify() does.
 *
 * Memory:  out points into in's bytes.
 * Returns: E_MALFORMED and the rest of der.h; E_UNSUPPORTED for an algorithm, a size or a
 *          curve that is not on the whitelist (in is stepped over even then, so that a
 *          certificate around it can still be shown).
 */
struct err public_key_read(struct view *in, struct public_key *out, struct notes *notes);

/* "RSA-2048" (e is 65537), "RSA-2048 e=3", "brainpoolP256r1", "DSA-1024", "unknown": append,
 * for reports and lists; KEY_TEXT_MAX is enough.  E_NO_SPACE; then nothing was written. */
struct err public_key_print(const struct public_key *key, struct buf *out);

#endif
