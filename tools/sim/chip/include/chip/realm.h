/*
 * realm: the groups that PACE and chip authentication compute in, DH and elliptic curves as
 * one thing.
 *
 * An element is bytes as they go over the wire: a curve's point 04 ‖ X ‖ Y, or the single
 * octet 00 for the point at infinity; a DH value as long as the prime.  A scalar is an
 * unsigned number, big-endian, of any length.  Nothing here is constant in time: these are
 * a simulator's secrets.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.5.1 (standardized parameters), 9.4 (key agreement);
 *       BSI TR-03111 clause 3.1, 4.3.
 */
#ifndef CHIP_REALM_H
#define CHIP_REALM_H

#include <openssl/bn.h>
#include <openssl/evp.h>

#include "base/bytes.h"

enum { REALM_ELEMENT_MAX = 520, REALM_SCALAR_MAX = 520, REALM_IDS = 19 };

struct realm;

/* The standardized parameters of that id (0 to 2, 8 to 18); NULL if there is no such id. */
struct realm *realm_standard(unsigned id);

/* The group of a key, EC (named, or explicit and known) or DH, and its private number; both are
 * the caller's to free.  E_UNSUPPORTED: another kind of key, or no private part. */
struct err realm_of_key(const EVP_PKEY *key, struct realm **out, BIGNUM **secret);

/* Release it; NULL is none. */
void realm_free(struct realm *d);

/* Is it a curve?  Its prime, its order (NULL if a DH group does not tell), a curve's a and b. */
bool          realm_is_curve(const struct realm *d);
const BIGNUM *realm_prime(const struct realm *d);
const BIGNUM *realm_order(const struct realm *d);
bool          realm_curve(const struct realm *d, BIGNUM *a, BIGNUM *b);

/* Bytes of the prime. */
size_t realm_field_len(const struct realm *d);

/* The same group? */
bool realm_same(const struct realm *a, const struct realm *b);

/* Is it a public key that may be computed with: of the right form, in the group, not neutral. */
bool realm_holds(const struct realm *d, struct view element);

/* Append base^scalar; base empty: the generator.  E_CRYPTO: no element, or libcrypto failed;
 * E_NO_SPACE. */
struct err realm_power(const struct realm *d, struct view base, struct view scalar,
                       struct buf *out);

/* Append a and b joined, and the unsigned number as long as the prime.  Fail alike. */
struct err realm_join(const struct realm *d, struct view a, struct view b, struct buf *out);
struct err realm_number(const struct realm *d, const BIGNUM *n, struct buf *out);

/* Append what is shared: a point's X, or the value itself; of the neutral point zeros. */
struct err realm_shared(const struct realm *d, struct view element, struct buf *out);

/* Append a private key: random bytes as long as the order, until they are one. */
struct err realm_draw(const struct realm *d, void (*random)(uint8_t *out, size_t len),
                      struct buf         *out);

#endif
