/*
 * crl: certificate revocation lists.
 *
 * Spec: RFC 5280 clause 5; Doc 9303-12 (8th ed.) clause 7.1.4.
 */
#ifndef CERT_CRL_H
#define CERT_CRL_H

#include "cert/cert.h"

struct crl {
    struct view    whole, tbs;
    struct view    issuer;                   /* whole Name */
    struct moment  this_update, next_update; /* next_update 0 if absent */
    struct view    revoked; /* content of revokedCertificates; walk with crl_next() */
    struct view    aki;     /* or empty */
    struct sig_alg sig_alg;
    struct view    signature;
};

struct revoked {
    struct view   serial; /* INTEGER content, sign and all */
    struct moment when;
    uint8_t       reason; /* CRLReason, 0 if absent */
};

/* Read one whole CRL; every entry is walked once, so that crl_next() cannot fail on it
 * later but for the end.  Memory: out points into der's bytes. */
struct err crl_read(struct view der, struct crl *out, struct notes *notes);

/* The next entry; E_TRUNCATED at the end. */
struct err crl_next(struct view *entries, struct revoked *out);

/* As cert_check(). */
struct err crl_check(const struct crl *c, const struct public_key *issuer, enum result *out,
                     struct notes *notes);

#endif
