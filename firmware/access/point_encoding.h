/*
 * point_encoding: from an element of GF(p) to a point of the curve, for PACE with Integrated
 * Mapping.
 *
 * Only for p = 3 mod 4, which is every curve of crypto/group.h but P-224, and for a, b other
 * than 0.  The element and the point are secret: no branch and no address depends on them.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.3.3.2, appendix B (affine form).
 */
#ifndef ACCESS_POINT_ENCODING_H
#define ACCESS_POINT_ENCODING_H

#include "crypto/group.h"

/* May Integrated Mapping be used with this curve? */
bool point_encoding_exists(enum ec_group group);

/* Append the point of t, a number below p and as long.  E_BUG if there is none; E_NO_SPACE;
 * E_CRYPTO. */
struct err point_encoding(enum ec_group group, struct view t, struct buf *out);

#endif
