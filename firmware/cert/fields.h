/*
 * fields: what certificates and CRLs have in common.
 *
 * Spec: RFC 5280 clauses 4.1, 4.2, 5.1.
 */
#ifndef CERT_FIELDS_H
#define CERT_FIELDS_H

#include "base/date.h"
#include "base/der.h"
#include "keys/signature.h"

/* The outermost shape: SEQUENCE { what is signed, AlgorithmIdentifier, BIT STRING }. */
struct signed_part {
    struct view    tbs;       /* whole, for the hash */
    struct view    fields;    /* its content */
    struct view    algorithm; /* the outer AlgorithmIdentifier, whole */
    struct sig_alg sig_alg;
    struct view    signature; /* BIT STRING content */
};

/* E_TRAILING if more follows. */
struct err fields_signed(struct view der, struct signed_part *out, struct notes *notes);

/* The inner AlgorithmIdentifier; a note unless it is octet for octet the outer one. */
struct err fields_algorithm(struct view *in, struct view outer, struct notes *notes);

/* INTEGER content as it is, with a note if it is no serial number of the profile. */
struct err fields_serial(struct view *in, struct view *out, struct notes *notes);

/* UTCTime or GeneralizedTime.  One that cannot be read is 0 and a note. */
struct err fields_time(struct view *in, struct moment *out, struct notes *notes);
bool       fields_at_time(struct view in);

struct extension {
    enum oid    id;
    bool        critical;
    struct view value; /* content of extnValue */
};

/* The next Extension of the SEQUENCE. */
struct err fields_extension(struct view *in, struct extension *out, struct notes *notes);

/* BOOLEAN; a note if true is not FF. */
struct err fields_boolean(struct view *in, bool *out, struct notes *notes);

/* AuthorityKeyIdentifier: its keyIdentifier, or empty and a note. */
struct err fields_aki(struct view value, struct view *out, struct notes *notes);

/* Does the signature over tbs verify?  See cert_check(). */
struct err fields_check(const struct signed_part *s, const struct public_key *issuer,
                        enum result *out, struct notes *notes);

#endif
