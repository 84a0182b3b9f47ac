/*
 * group: the elliptic curves of the ICAO PKI, in one table.
 *
 * A key names a curve by OID or spells its parameters out; either way it ends here or is
 * refused.  Nothing is ever computed on parameters that came from outside.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.5.1 (ids 8 to 18); FIPS 186-4 D.1.2; RFC 5639.
 */
#ifndef CRYPTO_GROUP_H
#define CRYPTO_GROUP_H

#include "base/bytes.h"
#include "base/oid.h"

enum ec_group {
    EC_NONE,
    EC_P192,
    EC_BP192,
    EC_P224,
    EC_BP224,
    EC_P256,
    EC_BP256,
    EC_BP320,
    EC_P384,
    EC_BP384,
    EC_BP512,
    EC_P521,
    EC_GROUP_COUNT
};

enum { EC_FIELD_MAX = 66, EC_POINT_MAX = 1 + 2 * EC_FIELD_MAX }; /* bytes */

/* y^2 = x^3 + ax + b over GF(p), generator (x, y) of prime order n, cofactor 1.  All
 * numbers big-endian and as long as p; n may be shorter. */
struct ec_domain {
    const char *name; /* "brainpoolP256r1" */
    enum oid    oid;
    uint16_t    bits; /* of p */
    struct view p, a, b, x, y, n;
};

/* E_BUG (a programming slip) is not possible: EC_NONE and beyond give NULL. */
const struct ec_domain *ec_domain(enum ec_group group);

#endif
