/*
 * infos: SecurityInfos on their way: of EF.CardAccess, DG14 and EF.CardSecurity.
 *
 * Spec: Doc 9303-11 9.2; TR-03110-3 A.1.1.
 */
#ifndef PERSO_INFOS_H
#define PERSO_INFOS_H

#include "making.h"

enum { INFOS_MAX = 48 };

struct infos {
    struct blob one[INFOS_MAX]; /* SecurityInfo ::= SEQUENCE { OID, ... } */
    size_t      count;
};

/* A new SEQUENCE that begins with this OID and, above 0, a version; infos_close() ends it. */
struct blob *infos_open(struct infos *l, const char *oid, long version);
void         infos_close(struct blob *info);

/* SET OF, in DER's order. */
void infos_put(const struct infos *l, struct blob *out);

/* PACEInfo and PACEDomainParameterInfo by their words, which stand in this recipe key. */
void infos_add_pace(struct infos *l, const struct recipe *r, const char *key);

/* What pace.infos says, or what this key says instead: "same", "none" or words. */
void infos_add_pace_as(struct infos *l, const struct recipe *r, const char *key);

/* The standardized number of the first group for chip authentication mapping, or -1. */
long infos_cam_domain(const struct recipe *r);

/* ChipAuthenticationInfo and ChipAuthenticationPublicKeyInfo of every CA key. */
void infos_add_ca(struct infos *l, const struct making *m);

/* One ChipAuthenticationPublicKeyInfo; id NULL or "none": without. */
struct infos_key {
    EVP_PKEY   *key;
    const char *params; /* recipe's key that names the form */
    const char *id;     /* recipe's key of the key identifier */
};
void infos_add_public_key(struct infos *l, const struct recipe *r, const struct infos_key *k);

/* What the chip offers, for document.ini. */
void infos_say_pace(struct making *m);

/* ca.key, ca-2.key, ca-3.key, and document.ini's list of them. */
void infos_make_ca(struct making *m);

#endif
