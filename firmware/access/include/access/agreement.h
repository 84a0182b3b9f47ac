/*
 * agreement: Diffie-Hellman over integers and over curves as one thing, for PACE and CA.
 *
 *               private    public                    shared secret       Comp()
 *   ECDH        1 .. n-1   04 || X || Y              x, long as field    x of the public key
 *   DH          1 .. q-1   g^x, long as p            long as p           SHA-1 of the number
 *
 * Shared secrets keep their leading zeros: a chip that finds 00 in front hashes it.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.4.4, 9.6; TR-03110-3 v2.21 A.2; TR-03111 v2.1
 *       clause 4.3.1 (key agreement); RFC 2631 clause 2.1.5 (validation); FIPS 186-4 B.1.1,
 *       B.4.1 (private keys by extra random bits).
 */
#ifndef ACCESS_AGREEMENT_H
#define ACCESS_AGREEMENT_H

#include "crypto/group.h"
#include "lds/security_infos.h"
#include "report/note.h"

enum {
    AGREEMENT_RANDOM_LEN = 80,  /* bytes of fresh random a private key is made of              */
    AGREEMENT_PRIVATE_MAX = 66, /* bytes; EC: as n, DH: as q, or 64 if q is not known or longer */
    AGREEMENT_PUBLIC_MAX = 512, /* bytes */
    AGREEMENT_SECRET_MAX = 512, /* bytes */
    AGREEMENT_COMP_MAX = 66,    /* bytes */
    AGREEMENT_P_MIN = 128,      /* bytes of a DH prime: 1024 to 4096 bits */
    AGREEMENT_P_MAX = 512,
    AGREEMENT_Q_MIN = 20, /* bytes */
};

struct dh_params {
    struct view p, g, q; /* no leading zeros; q empty: not known (PKCS#3 says none) */
};

struct agreement {
    enum info_agreement kind;
    enum ec_group       group; /* ECDH */
    struct dh_params    dh;    /* DH   */
    struct view generator;     /* a mapped one (EC: point, DH: number); empty: the domain's own */
};

/* Standardized domain parameters: 0 to 2 of kind AGREEMENT_DH, 8 to 18 of AGREEMENT_ECDH.
 * E_UNSUPPORTED for other ids, and for an id of the other kind.  out points into tables. */
struct err agreement_of_id(enum info_agreement kind, uint32_t id, struct agreement *out);

/* Bytes of the field, of the prime p: how long coordinates, numbers and secrets are. */
size_t agreement_len(const struct agreement *a);

/*
 * Append a private key, made of AGREEMENT_RANDOM_LEN bytes that were never used before.
 * The caller wipes it.  E_BUG for another length; E_NO_SPACE; E_CRYPTO.
 */
struct err agreement_private(const struct agreement *a, struct view random, struct buf *out);

/* Append the public key to a private one.  E_UNEXPECTED if the generator is none (infinity,
 * 0, 1); E_NO_SPACE; E_CRYPTO. */
struct err agreement_public(const struct agreement *a, struct view private, struct buf *out);

/*
 * Both at once: what PACE and CA send is made here.
 *
 * For DH another pair is made of the same random until the public key needs no leading zero
 * byte (one in 256 does): the standard sends an unsigned integer, makers differ on whether that
 * keeps its zeros, and the token is computed over it.  E_BUG, E_NO_SPACE, E_UNEXPECTED, E_CRYPTO.
 */
struct err agreement_pair(const struct agreement *a, struct view random, struct buf *private,
                          struct buf *public);

/*
 * Is this a public key of the group?
 *
 * ECDH  04 || X || Y of the exact length, on the curve (cofactor 1: so in the group)
 * DH    at most as long as p, 2 .. p-2, and with q known y^q = 1.  Shorter than p is a number
 *       without its leading zeros, not a cut one: that would not be of the subgroup
 * E_CRYPTO if it could not be found out.
 */
struct err agreement_check(const struct agreement *a, struct view peer, bool *good);

/* Append the shared secret.  Call agreement_check() on peer first.  E_UNEXPECTED if peer is
 * none of the curve; E_NO_SPACE; E_CRYPTO. */
struct err agreement_shared(const struct agreement *a, struct view private, struct view peer,
                            struct buf *out);

/* Append Comp() of a public key, own or the chip's, as it was sent: for ID_IC and what TA
 * signs.  TR-03110-3 A.2.2.3.  E_UNEXPECTED if it is not of the form agreement_check() wants. */
struct err agreement_comp(const struct agreement *a, struct view public, struct buf *out);

/*
 * Read a SubjectPublicKeyInfo for key agreement: a key of Chip Authentication or of PACE-CAM.
 *
 * Elliptic curves by name, by explicit parameters of a known curve, by standardized id; DH
 * as PKCS#3 (dhKeyAgreement: p, g) or X9.42 (dhpublicnumber: p, g, q) or by standardized id.
 * A p and g of our table bring their q along.  The key is not checked: agreement_check().
 *
 * Memory:  out and key point into spki or into tables.
 * Returns: E_MALFORMED and the rest of der.h; E_UNSUPPORTED for another algorithm, curve or
 *          size.
 */
struct err agreement_read(struct view spki, struct agreement *out, struct view *key,
                          struct notes *notes);

/* Read a whole AlgorithmIdentifier (PACEDomainParameterInfo) to the same end, and under the
 * same rules, but E_UNSUPPORTED also for a DH group that is not, number by number, one of our
 * table. */
struct err agreement_domain_read(struct view algorithm, struct agreement *out, struct notes *notes);

#endif
