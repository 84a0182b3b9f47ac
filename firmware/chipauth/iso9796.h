/*
 * iso9796: signatures from which a part of the message is recovered.
 *
 *   6A │ M1 ........................ │ H(M1 ‖ M2) │ BC          SHA-1 is meant
 *   6A │ M1 ..................... │ H(M1 ‖ M2) │ 34 CC          the hash is named
 *
 * Spec: ISO/IEC 9796-2:2010 clause 8 (digital signature scheme 1), B.4, B.6; Doc 9303-11 (8th
 *       ed.) clause 6.1.2.2; ISO/IEC 10118-3 (the hashes' numbers).
 */
#ifndef CHIPAUTH_ISO9796_H
#define CHIPAUTH_ISO9796_H

#include "crypto/verify.h"

enum { ISO9796_MAX = 512 }; /* bytes of a modulus */

/* What is not in the signature: M2, and the hash that trailer BC means if not SHA-1. */
struct iso9796_terms {
    struct view   m2;
    enum hash_alg agreed; /* HASH_NONE: only SHA-1 */
};

struct iso9796_result {
    bool          good;
    enum hash_alg hash;    /* with which it verified */
    bool          unusual; /* trailer BC, and the hash was not SHA-1 */
};

/*
 * Does sig verify, part of the message being recovered from it?
 *
 * A signature that is not as long as the modulus, or not below it, does not; nor does one from
 * which all of the message is recovered, because M2 would not be signed.
 * E_BUG for a modulus over ISO9796_MAX; E_CRYPTO.
 */
struct err iso9796_verify(const struct rsa_key *key, const struct iso9796_terms *terms,
                          struct view sig, struct iso9796_result *out);

#endif
