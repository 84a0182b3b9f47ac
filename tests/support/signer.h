/*
 * signer: keys and signatures made by OpenSSL, for the tests that verify them.
 *
 * Anything that goes wrong in here fails the running test.
 */
#ifndef TESTS_SIGNER_H
#define TESTS_SIGNER_H

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "expect.h"

__attribute__((unused)) static EVP_PKEY *signer_rsa(unsigned bits, unsigned long e)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY     *key = NULL;
    BIGNUM       *exponent = BN_new();

    EXPECT(BN_set_word(exponent, e) == 1 && EVP_PKEY_keygen_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits) == 1);
    EXPECT(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, exponent) == 1);
    EXPECT(EVP_PKEY_keygen(ctx, &key) == 1);
    BN_free(exponent);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* form: "named_curve" or "explicit". */
__attribute__((unused)) static EVP_PKEY *signer_ec(const char *curve, const char *form)
{
    EVP_PKEY *key = EVP_EC_gen(curve);

    EXPECT(key != NULL);
    EXPECT(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, form) == 1);
    return key;
}

/* DSA over the groups of RFC 5114: "dh_1024_160", "dh_2048_224", "dh_2048_256". */
__attribute__((unused)) static EVP_PKEY *signer_dsa(const char *group)
{
    EVP_PKEY_CTX    *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
    EVP_PKEY        *params = NULL, *domain = NULL, *key = NULL;
    OSSL_PARAM      *all = NULL;
    const OSSL_PARAM name[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0),
        OSSL_PARAM_construct_end(),
    };

    EXPECT(EVP_PKEY_fromdata_init(ctx) == 1);
    EXPECT(EVP_PKEY_fromdata(ctx, &params, EVP_PKEY_KEY_PARAMETERS,
                             (OSSL_PARAM *)(uintptr_t)name) == 1);
    EVP_PKEY_CTX_free(ctx);
    EXPECT(EVP_PKEY_todata(params, EVP_PKEY_KEY_PARAMETERS, &all) == 1);
    ctx = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
    EXPECT(EVP_PKEY_fromdata_init(ctx) == 1);
    EXPECT(EVP_PKEY_fromdata(ctx, &domain, EVP_PKEY_KEY_PARAMETERS, all) == 1);
    EVP_PKEY_CTX_free(ctx);
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, domain, NULL);
    EXPECT(EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_keygen(ctx, &key) == 1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(params);
    EVP_PKEY_free(domain);
    OSSL_PARAM_free(all);
    return key;
}

/* The SubjectPublicKeyInfo as OpenSSL writes it, in room. */
__attribute__((unused)) static struct view signer_spki(EVP_PKEY *key, uint8_t *room, size_t cap)
{
    unsigned char *end = room;
    const int      len = i2d_PUBKEY(key, NULL);

    EXPECT(len > 0 && (size_t)len <= cap);
    EXPECT(i2d_PUBKEY(key, &end) == len);
    return view_of(room, (size_t)len);
}

/* How to sign.  pad 0: not RSA, or PKCS#1. */
struct signer_way {
    const char *md;
    int         pad;
    int         salt;
    const char *mgf;
};

enum { SIGNER_MAX = 1024 };

struct signed_by {
    uint8_t     sig_bytes[SIGNER_MAX], alg_bytes[SIGNER_MAX];
    struct view sig, alg; /* the signature; its AlgorithmIdentifier as OpenSSL writes it */
};

__attribute__((unused)) static void signer_sign(EVP_PKEY *key, const struct signer_way *way,
                                                struct view message, struct signed_by *out)
{
    EVP_MD_CTX   *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pctx = NULL;
    size_t        len = sizeof out->sig_bytes;
    OSSL_PARAM    id[] = {
           OSSL_PARAM_construct_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID, out->alg_bytes,
                                             sizeof out->alg_bytes),
           OSSL_PARAM_construct_end(),
    };

    EXPECT(EVP_DigestSignInit_ex(ctx, &pctx, way->md, NULL, NULL, key, NULL) == 1);
    if (way->pad != 0) {
        EXPECT(EVP_PKEY_CTX_set_rsa_padding(pctx, way->pad) == 1);
        EXPECT(EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, way->salt) == 1);
        EXPECT(EVP_PKEY_CTX_set_rsa_mgf1_md_name(pctx, way->mgf, NULL) == 1);
    }
    EXPECT(EVP_PKEY_CTX_get_params(pctx, id) == 1);
    EXPECT(EVP_DigestSign(ctx, out->sig_bytes, &len, message.ptr, message.len) == 1);
    out->sig = view_of(out->sig_bytes, len);
    out->alg = view_of(out->alg_bytes, id[0].return_size);
    EVP_MD_CTX_free(ctx);
}

#endif
