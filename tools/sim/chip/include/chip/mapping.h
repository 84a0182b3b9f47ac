/*
 * mapping: from PACE's nonce to a generator that nobody knows the logarithm of.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.3.3 (generic, integrated), Appendix B (the encoding
 *       of a number as a point).
 */
#ifndef CHIP_MAPPING_H
#define CHIP_MAPPING_H

#include "chip/realm.h"
#include "chip/suite.h"

/* Append g^s joined with shared, the secret of the mapping keys.  E_CRYPTO. */
struct err mapping_generic(const struct realm *d, struct view s, struct view shared,
                           struct buf *out);

/* Bytes of the nonce s and of the terminal's nonce t in integrated mapping. */
size_t mapping_s_len(enum suite suite);
size_t mapping_t_len(enum suite suite);

/* Can numbers be encoded as points of this curve, or values of this group?  Not where the prime
 * of a curve is 1 mod 4. */
bool mapping_can_integrate(const struct realm *d);

/* Append the generator of integrated mapping.  E_CRYPTO; E_UNSUPPORTED. */
struct err mapping_integrated(const struct realm *d, enum suite suite, struct view s, struct view t,
                              struct buf *out);

/* The pseudo-random number R(s, t) mod p as long as p: the step before the encoding. */
struct err mapping_random(const struct realm *d, enum suite suite, struct view s, struct view t,
                          struct buf *out);

#endif
