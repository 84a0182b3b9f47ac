/*
 * cvc: card verifiable certificates, by which a terminal proves its rights to a chip.
 *
 *   7F21 { 7F4E { 5F29 00   42 CAR   7F49 { 06 OID, key ... }   5F20 CHR
 *                 7F4C { 06 role OID, 53 rights }   5F25 from   5F24 until   [65 ...] }
 *          5F37 signature over the whole 7F4E }
 *
 *   CVCA ──(link)──► CVCA' ──► DV ──► terminal      CAR of each is the CHR of who signed it
 *
 * The chip judges a chain; the reader only chooses one that can pass, and sends none that is
 * badly dated: a certificate from tomorrow would set the chip's clock for good.
 *
 * Spec: TR-03110-3 v2.21 C.1, C.2, D; Doc 9303-12 (8th ed.) clause 8.
 */
#ifndef CERT_CVC_H
#define CERT_CVC_H

#include "base/date.h"
#include "base/oid.h"
#include "keys/signature.h"

enum {
    CVC_NAME_MAX = 16,  /* bytes of a CAR, a CHR */
    CVC_MAX = 4096,     /* bytes of a certificate */
    CVC_RIGHTS_MAX = 8, /* bytes of the authorization */
    CVC_STORE_MAX = 32, /* certificates in a store */
    CVC_CHAIN_MAX = 8,  /* certificates of a chain */
};

/* The first two bits of the authorization. */
enum cvc_role { CVC_NO_ROLE, CVC_CVCA, CVC_DV_DOMESTIC, CVC_DV_FOREIGN, CVC_TERMINAL };

/* Rights of an inspection system, in the last byte of the authorization: TR-03110-4 §2.2.3.1. */
enum { CVC_READ_DG3 = 0x01, CVC_READ_DG4 = 0x02 };

/* A public key as a certificate holds it. */
struct cvc_key {
    enum oid          alg;      /* OID_TA_...; OID_UNKNOWN if it is none of ours */
    struct view       oid;      /* content octets, as MSE and a signer of the host want them */
    struct public_key key;      /* kind KEY_NONE: not on the whitelist, or inherits its curve */
    struct view       point;    /* EC: 04 || X || Y, also where the curve is inherited */
    bool              inherits; /* EC without domain parameters: they are the issuer's */
};

struct cvc {
    struct view    whole;     /* 7F21 */
    struct view    content;   /* what is in it: what PSO:Verify Certificate sends */
    struct view    body;      /* 7F4E, whole: what is signed */
    struct view    signature; /* value of 5F37 */
    struct view    car, chr;
    struct cvc_key key;
    enum oid       type; /* OID_ROLE_IS, _AT, _ST; OID_UNKNOWN */
    enum cvc_role  role;
    struct view    rights; /* value of 53, role bits and all */
    struct date    from, until;
};

/*
 * Read a certificate and step over it.  Shortest lengths, this order, nothing more; domain
 * parameters in full or not at all.
 *
 * Memory:  out points into in's bytes.
 * Returns: E_MALFORMED, E_UNEXPECTED, E_TRAILING and the rest of tlv.h; E_TOO_LONG.  A key of an
 *          algorithm, a curve or a size not on the whitelist is no failure: key.key.kind is
 *          KEY_NONE.
 */
struct err cvc_read(struct view *in, struct cvc *out);

/* Does this certificate sign itself (a CVCA's own)?  By its names only. */
bool cvc_self_signed(const struct cvc *c);

/* Give c the curve of its issuer, if it inherits one and the issuer has one. */
void cvc_inherit(struct cvc *c, const struct cvc_key *issuer);

/*
 * Was c signed by this key?
 *
 * out    SUCCESSFUL, FAILED; UNDETERMINED: an algorithm or key not on the whitelist
 * Fails with E_CRYPTO.
 */
struct err cvc_check(const struct cvc *c, const struct cvc_key *issuer, enum result *out);

/* The same for any message: what a terminal signs.  TR-03110-3 v2.21 A.7. */
struct err cvc_verify(const struct cvc_key *key, struct view message, struct view signature,
                      enum result *out);

/* Certificates in any order. */
struct cvc_store {
    struct view item[CVC_STORE_MAX]; /* each a whole 7F21 */
    size_t      n;
};

/* Read them all once.  Memory: points into all.  Fails as cvc_read(); E_TOO_LONG if there are
 * over CVC_STORE_MAX. */
struct err cvc_store_read(struct view all, struct cvc_store *out);

struct cvc_chain {
    struct view item[CVC_CHAIN_MAX]; /* link certificates, DV, terminal: to be sent in this order */
    size_t      n;
    uint8_t     rights;   /* effective: AND over CVCA (if its certificate is known), DV, terminal */
    struct cvc  terminal; /* the last one, its curve inherited */
};

/*
 * The shortest chain from car to an inspection system's certificate.
 *
 * car    a key the chip knows: from EF.CVCA or PACE
 * today  year 0: not known, nobody is left out for a date.  Else: no DV and no terminal that has
 *        expired; nobody whose dates begin after today.  A link certificate may have expired
 * notes  CVC_EXPIRED, CVC_FUTURE, CVC_SIGNATURE: why one was left out, where no chain is left
 * Returns: E_UNSUPPORTED if there is none; then out is unchanged.  E_CRYPTO.
 */
struct err cvc_chain_find(const struct cvc_store *store, struct view car, struct date today,
                          struct cvc_chain *out, struct notes *notes);

#endif
