/*
 * cvc: one card verifiable certificate.
 *
 *      7F21 { 7F4E { 5F29 00, 42 CAR, 7F49 { OID, key }, 5F20 CHR, 7F4C { role, 53 rights },
 *                    5F25 from, 5F24 to }, 5F37 signature }
 *
 *      SUITE   pkcs1-sha1, -sha256, -sha512; pss-sha1, -sha256, -sha512; ecdsa-sha1 to -sha512
 *
 * Spec: TR-03110-3 C.1 (profile), D.3 (public keys), A.6.4 (suites).
 */
#ifndef PERSO_CVC_H
#define PERSO_CVC_H

#include "making.h"

struct cvc_suite; /* a row of cvc.c */

/* By its word in this recipe key. */
const struct cvc_suite *cvc_suite(const struct recipe *r, const char *key);

/* A KEY for a suite when the recipe names none. */
const char *cvc_default_key(const struct cvc_suite *s);

struct cvc {
    const char             *file; /* for patches: "dv.cvc" */
    const char             *car, *chr, *rights;
    EVP_PKEY               *issuer, *subject;
    const struct cvc_suite *issuer_suite, *subject_suite;
    bool                    parameters; /* EC: the key with its domain parameters */
    struct when             from, to;
};

/* The certificate, its patches of both stages done. */
void cvc_make(struct making *m, const struct cvc *c, struct blob *out);

#endif
