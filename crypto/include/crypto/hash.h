/*
 * hash: digests, one call each.
 *
 * The input is a list of parts because every formula of Doc 9303 hashes a
 * concatenation; H(a || b) is written hash(ALG, (struct view[]){ a, b }, 2, out).
 *
 * One implementation is linked: crypto/openssl/ or crypto/mbedtls/.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/bytes.h"

enum hash_alg { HASH_NONE, HASH_SHA1, HASH_SHA224, HASH_SHA256, HASH_SHA384, HASH_SHA512 };

enum { HASH_MAX = 64 }; /* bytes of the longest digest */

/* Digest length in bytes: 20, 28, 32, 48 or 64; 0 for HASH_NONE. */
size_t hash_len(enum hash_alg alg);

/* Append the digest of all parts, in order, to out.
 * E_BUG for HASH_NONE; E_NO_SPACE; E_CRYPTO if the backend fails. */
struct err hash(enum hash_alg alg, const struct view *part, size_t n_parts, struct buf *out);

#endif
