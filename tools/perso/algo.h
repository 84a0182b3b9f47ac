/*
 * algo: keys and signatures by the names recipes give them.
 *
 *      KEY        rsa-3072, rsa-2048:e=3, ec:brainpoolP256r1, dsa-2048, dsa-3072, dh:dh_2048_256
 *      SIGNATURE  pkcs1-sha256, pss-sha256:salt=20:mgf=sha1, rsa-sha256 (bare rsaEncryption),
 *                 ecdsa-sha1, ecdsa-plain-sha256 (BSI's OIDs, r and s side by side), dsa-sha224,
 * auto
 */
#ifndef PERSO_ALGO_H
#define PERSO_ALGO_H

#include <openssl/evp.h>

#include "blob.h"
#include "recipe.h"

struct algo_signature {
    const struct algo_row *row;
    const char            *digest, *mgf; /* "sha256" */
    int                    salt;         /* PSS: bytes, or -1 for the hash's length */
};

/* The recipe's signature for a key.  "auto" is csca.sign's where the key can do that, otherwise
 * pss-sha256, dsa-sha256, or ECDSA with the hash that fits the curve. */
struct algo_signature algo_signature(const struct recipe *r, const char *name, EVP_PKEY *key);

/* The same for a text that stands for the recipe's value. */
struct algo_signature algo_signature_text(const struct recipe *r, const char *name,
                                          const char *text, EVP_PKEY *key);

/* The AlgorithmIdentifier, as a certificate or SignerInfo carries it. */
void algo_put_identifier(struct blob *out, const struct algo_signature *s);

/* Sign; the value as the BIT STRING or OCTET STRING holds it. */
void algo_sign(struct blob *out, const struct algo_signature *s, EVP_PKEY *key,
               const struct blob *message);

/* A hash by name, sha1 to sha512 and md5; its AlgorithmIdentifier with NULL or absent parameters.
 */
void algo_digest(struct blob *out, const char *digest, const void *bytes, size_t n);
void algo_put_digest(struct blob *out, const char *digest, bool null_parameters);
bool algo_knows_digest(const char *digest);

/* A new key by its KEY text, progress on a terminal; named or explicit EC parameters.  The name
 * is the recipe's key, for complaints. */
EVP_PKEY *algo_make_key(const struct recipe *r, const char *name, const char *text,
                        bool explicit_parameters);

/* SubjectPublicKeyInfo; its key's SHA-1 (the usual key identifier); PKCS#8. */
void algo_put_public(struct blob *out, EVP_PKEY *key);
void algo_key_id(struct blob *out, EVP_PKEY *key);
void algo_put_private(struct blob *out, EVP_PKEY *key);

#endif
