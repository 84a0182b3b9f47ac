/*
 * backend: what every primitive over mbedTLS 2.28 needs.
 *
 * The library keeps no state of its own, so little is prepared: the curves.  Those it knows
 * come from it (their reduction is made for their primes); brainpool's 192, 224 and 320 it
 * does not know, and they are filled from the table of crypto/group.h.  Its curve arithmetic
 * is general, so these are computed as its own brainpool curves are.
 *
 * Every mbedtls_mpi, point and context is cleared by the library as it is freed; see
 * docs/crypto-backends.md for what is not.
 */
#ifndef CRYPTO_MBEDTLS_BACKEND_H
#define CRYPTO_MBEDTLS_BACKEND_H

#include <mbedtls/ecp.h>
#include <mbedtls/md.h>

#include "crypto/group.h"
#include "crypto/hash.h"

/* Ready for use: not stopped, and the library has all of ours. */
bool backend_ready(void);

/* Not ready for good from here on. */
void backend_close(void);

/* The curve, its table of multiples of the generator made: nothing writes to it after, so
 * threads may share it.  NULL if not ready, or memory ends. */
mbedtls_ecp_group *backend_group(enum ec_group group);

/* NULL for HASH_NONE. */
const mbedtls_md_info_t *backend_md(enum hash_alg alg);

/* Of 16, 24 or 32 bytes? */
bool backend_is_aes_key(struct view key);

/* An unsigned big-endian number of any length, none among them.  False if memory ends. */
bool backend_number(mbedtls_mpi *n, struct view v);

/* A point 04 || X || Y; *good says whether it is one of that curve. */
struct err backend_point(const mbedtls_ecp_group *group, struct view in, mbedtls_ecp_point *out,
                         bool *good);

#endif
