/*
 * ec: points on the curves of crypto/group.h, for key agreement and the mappings of PACE.
 *
 * A point is 04 || X || Y, each coordinate exactly as long as the field: the only form that
 * Doc 9303 knows.  The point at infinity has no such form, so it never goes in or out.
 *
 * Every curve here has cofactor 1: a point on it other than infinity generates the group.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.4.5 and TR-03111 clause 3.2.1 (coding).
 *
 * One implementation is linked: crypto/openssl/ or crypto/mbedtls/.
 */
#ifndef CRYPTO_EC_H
#define CRYPTO_EC_H

#include "crypto/group.h"

enum { EC_SCALAR_MAX = 2 * EC_FIELD_MAX }; /* bytes */

/*
 * Append scalar * point.
 *
 * scalar  may be a secret; may be n or more (the nonce of PACE can be)
 * point   empty: the domain's generator
 * E_UNEXPECTED if the point is none of this curve, or the result is the point at infinity
 *         (scalar 0 or a multiple of n); E_BUG for EC_NONE or a scalar over EC_SCALAR_MAX;
 *         E_NO_SPACE; E_CRYPTO if the backend fails.
 */
struct err ec_multiply(enum ec_group group, struct view scalar, struct view point, struct buf *out);

/* Append p + q; p may equal q.  Fails as ec_multiply() does (q = -p is infinity). */
struct err ec_add(enum ec_group group, struct view p, struct view q, struct buf *out);

/* Is it of this form and length, with coordinates below p, and on the curve?  SEC 1 clause
 * 3.2.2.1.  E_BUG for EC_NONE; E_CRYPTO if the backend could not find out. */
struct err ec_check(enum ec_group group, struct view point, bool *good);

#endif
