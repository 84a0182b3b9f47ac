/*
 * domain: the groups of PACE and chip authentication by their standardized numbers, and public
 * keys in the forms that documents write them in.
 *
 *      FORM       explicit   EC: the curve's parameters; DH: as x942
 *                 named      EC: the curve's object identifier
 *                 standard   BSI's standardizedDomainParameters and the group's number
 *                 pkcs3      DH: p and g under dhKeyAgreement
 *                 x942       DH: p, g and q under dhpublicnumber
 *
 * Spec: Doc 9303-11 9.5.1 (numbers); TR-03110-3 A.2 (forms); RFC 3279 2.3.3, PKCS #3 clause 9.
 */
#ifndef PERSO_DOMAIN_H
#define PERSO_DOMAIN_H

#include <openssl/evp.h>

#include "blob.h"

/* OpenSSL's name of a group by its number; NULL for one that is reserved. */
const char *domain_name(long id);

/* The number of a key's group, -1 if it has none. */
long domain_id(EVP_PKEY *key);

/* As a KEY of recipes: "ec:brainpoolP256r1", "dh:dh_2048_256". */
char *domain_key_name(long id);

/* SubjectPublicKeyInfo, or its AlgorithmIdentifier alone.  False if a key of this kind has no
 * such form; then nothing was written. */
bool domain_put_public(struct blob *out, EVP_PKEY *key, const char *form);
bool domain_put_identifier(struct blob *out, EVP_PKEY *key, const char *form);

/* A key's number by OpenSSL's name of it ("p", "order"): INTEGER, or the bare octets without
 * zeros in front. */
void domain_put_integer(struct blob *out, EVP_PKEY *key, const char *param);
void domain_put_octets(struct blob *out, EVP_PKEY *key, const char *param);

/* An EC key's point, uncompressed. */
void domain_put_point(struct blob *out, EVP_PKEY *key);

#endif
