/*
 * group: the elliptic curves of the ICAO PKI and the MODP groups of PACE, in one table each.
 *
 * A key names a curve by OID or spells its parameters out; either way it ends here or is
 * refused.  No curve is ever computed on that came from outside.  (A Diffie-Hellman group
 * may: Chip Authentication allows any, see access/agreement.h.)
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.5.1; FIPS 186-4 D.1.2; RFC 5639; RFC 5114.
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

enum dh_group { DH_NONE, DH_1024_160, DH_2048_224, DH_2048_256, DH_GROUP_COUNT };

/* Integers modulo p, generator g of a subgroup of prime order q.  All numbers big-endian; g
 * is as long as p. */
struct dh_domain {
    const char *name; /* "modp1024-160" */
    uint16_t    bits; /* of p */
    struct view p, g, q;
};

/* NULL for DH_NONE and beyond. */
const struct dh_domain *dh_domain(enum dh_group group);

/* Standardized domain parameters by their id: 0 to 2 are MODP groups, 8 to 18 are curves;
 * the rest is reserved.  DH_NONE, EC_NONE for an id that is not of this kind. */
enum dh_group dh_group_of_id(unsigned id);
enum ec_group ec_group_of_id(unsigned id);

#endif
