/*
 * backend: what is fetched from OpenSSL once and used by every primitive.
 *
 * A library context of our own with the default provider: OpenSSL's configuration file, the
 * system's crypto policy and other providers have no part in a verdict.
 */
#ifndef CRYPTO_OPENSSL_BACKEND_H
#define CRYPTO_OPENSSL_BACKEND_H

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "crypto/group.h"
#include "crypto/hash.h"

struct backend {
    OSSL_LIB_CTX  *lib;
    OSSL_PROVIDER *provider;
    EVP_MD        *md[HASH_SHA512 + 1];
    EVP_CIPHER    *des_ecb, *des_cbc; /* three keys; one of 8 bytes thrice is single DES */
    EVP_CIPHER    *des_ede_cbc;       /* two keys */
    EVP_CIPHER    *aes_cbc[3];        /* 16, 24, 32 bytes */
    EVP_MAC       *cmac;
    EC_GROUP      *group[EC_GROUP_COUNT];
};

/* Ready for use, the same in every thread; NULL if OpenSSL lacks any part of it. */
const struct backend *backend_get(void);

/* Free it for good: backend_get() gives NULL from here on. */
void backend_close(void);

/* "AES-128-CBC" ... for a key of 16, 24 or 32 bytes; its place in aes_cbc; -1 for others. */
int         backend_aes_index(size_t key_len);
const char *backend_aes_name(int index);

#endif
