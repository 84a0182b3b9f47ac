/*
 * mapping: from the nonces to a generator that only reader and chip know.
 *
 *   generic      ECDH  G' = s G + H             DH  g' = g^s h
 *   integrated   ECDH  G' = f(R(s,t) mod p)     DH  g' = (R(s,t) mod p)^((p-1)/q)
 *
 * H, h are the shared point or number of a key agreement with the mapping keys.  What goes
 * in and comes out is secret, but t and public keys.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.3.3.
 */
#ifndef ACCESS_MAPPING_H
#define ACCESS_MAPPING_H

#include "access/agreement.h"
#include "access/keys.h"

enum {
    MAPPING_R_MAX = 288, /* bytes of R(s,t): 2048 + 64 bits in blocks of 256 */
    MAPPING_T_MAX = 32,  /* bytes of t and of s with Integrated Mapping      */
};

/*
 * Append the generator of Generic Mapping, also that of Chip Authentication Mapping.
 *
 * private  our mapping key; peer: the chip's public one, checked by agreement_check()
 * E_UNEXPECTED if it is the point at infinity; E_NO_SPACE; E_CRYPTO.
 */
struct err mapping_generic(const struct agreement *a, struct view private, struct view peer,
                           struct view s, struct buf *out);

/* Bytes of s with Integrated Mapping: whole blocks, no fewer than a key has. */
size_t mapping_s_len(enum sm_suite suite);

/* Append R(s,t), enough for a prime of so many bits; t is as long as a key.  E_BUG for other
 * lengths; E_NO_SPACE; E_CRYPTO. */
struct err mapping_random(enum sm_suite suite, struct view s, struct view t, size_t bits,
                          struct buf *out);

/* Append the generator of Integrated Mapping.  E_BUG if the domain allows none (P-224) or DH's
 * q is not known; E_NO_SPACE; E_CRYPTO. */
struct err mapping_integrated(const struct agreement *a, enum sm_suite suite, struct view s,
                              struct view t, struct buf *out);

#endif
