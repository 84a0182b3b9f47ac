/* algo_key: making keys by name, and writing them; see algo.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/x509.h>

#include "algo.h"
#include "algo_dsa.h"
#include "place.h"
#include "quit.h"

/* A dot now and then while primes are sought; only where somebody watches. */
static int progress(EVP_PKEY_CTX *ctx)
{
    (void)ctx;
    fputc('.', stderr);
    fflush(stderr);
    return 1;
}

static EVP_PKEY *generate(EVP_PKEY_CTX *ctx, const char *name)
{
    const bool watched = isatty(STDERR_FILENO);
    EVP_PKEY  *key = NULL;

    if (watched) {
        fprintf(stderr, "making a key, %s ", name);
        EVP_PKEY_CTX_set_cb(ctx, progress);
    }
    if (EVP_PKEY_generate(ctx, &key) != 1)
        quit_openssl(name);
    if (watched)
        fprintf(stderr, "\r\033[K");
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static EVP_PKEY_CTX *context(const char *type)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);

    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1)
        quit_openssl(type);
    return ctx;
}

static EVP_PKEY *make_rsa(const char *name)
{
    EVP_PKEY_CTX *ctx = context("RSA");
    BIGNUM       *e = BN_new();
    char         *rest;
    const long    bits = strtol(name + 4, &rest, 10);

    if (bits < 512 || bits > 8192 || (*rest != '\0' && strncmp(rest, ":e=", 3) != 0))
        return NULL;
    BN_set_word(e, *rest ? strtoul(rest + 3, NULL, 10) : 65537);
    if (EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits) != 1 ||
        EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e) != 1)
        quit_openssl(name);
    BN_free(e);
    return generate(ctx, name);
}

/* Two curves have an older name in OpenSSL. */
static const char *group_name(const char *curve)
{
    if (strcmp(curve, "secp256r1") == 0)
        return "prime256v1";
    return strcmp(curve, "secp192r1") == 0 ? "prime192v1" : curve;
}

static EVP_PKEY *make_ec(const char *name, bool explicit_parameters)
{
    EVP_PKEY_CTX *ctx = context("EC");
    EVP_PKEY     *key;

    if (EVP_PKEY_CTX_set_group_name(ctx, group_name(name + 3)) != 1)
        return NULL;
    key = generate(ctx, name);
    if (EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING,
                                       explicit_parameters ? "explicit" : "named_curve") != 1)
        quit_openssl(name);
    return key;
}

/* On fixed domain parameters: finding new ones takes a minute and proves nothing. */
static EVP_PKEY *make_dsa(const char *name)
{
    const char       *pem = strcmp(name, "dsa-2048") == 0   ? algo_dsa_2048
                            : strcmp(name, "dsa-3072") == 0 ? algo_dsa_3072
                                                            : NULL;
    EVP_PKEY         *params = NULL;
    OSSL_DECODER_CTX *decoder;
    BIO              *in;
    EVP_PKEY_CTX     *ctx;
    EVP_PKEY         *key;

    if (pem == NULL)
        return NULL;
    in = BIO_new_mem_buf(pem, -1);
    decoder = OSSL_DECODER_CTX_new_for_pkey(&params, "PEM", NULL, "DSA", 0, NULL, NULL);
    if (decoder == NULL || OSSL_DECODER_from_bio(decoder, in) != 1)
        quit_openssl("DSA parameters");
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, params, NULL);
    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1)
        quit_openssl("DSA");
    key = generate(ctx, name);
    OSSL_DECODER_CTX_free(decoder);
    BIO_free(in);
    EVP_PKEY_free(params);
    return key;
}

/* In a group of RFC 5114, by OpenSSL's name of it. */
static EVP_PKEY *make_dh(const char *name)
{
    EVP_PKEY_CTX *ctx = context("DHX");

    if (EVP_PKEY_CTX_set_group_name(ctx, name + 3) != 1)
        return NULL;
    return generate(ctx, name);
}

EVP_PKEY *algo_make_key(const struct recipe *r, const char *name, const char *text,
                        bool explicit_parameters)
{
    EVP_PKEY *key = NULL;

    if (strncmp(text, "rsa-", 4) == 0)
        key = make_rsa(text);
    else if (strncmp(text, "ec:", 3) == 0)
        key = make_ec(text, explicit_parameters);
    else if (strncmp(text, "dsa-", 4) == 0)
        key = make_dsa(text);
    else if (strncmp(text, "dh:", 3) == 0)
        key = make_dh(text);
    if (key == NULL)
        recipe_refuse(r, name, "a KEY is rsa-BITS[:e=N], ec:CURVE, dh:GROUP, dsa-2048 or dsa-3072");
    return key;
}

void algo_put_public(struct blob *out, EVP_PKEY *key)
{
    unsigned char *der = NULL;
    const int      n = i2d_PUBKEY(key, &der);

    if (n <= 0)
        quit_openssl("public key");
    blob_put(out, der, (size_t)n);
    OPENSSL_free(der);
}

void algo_key_id(struct blob *out, EVP_PKEY *key)
{
    struct blob  spki = { 0 };
    struct place p;

    algo_put_public(&spki, key);
    if (place_find(&spki, "30/03", &p).code != OK)
        quit(QUIT_SOFTWARE, "a public key without BIT STRING");
    algo_digest(out, "sha1", spki.at + p.span[1].body + 1, p.span[1].end - p.span[1].body - 1);
}

void algo_put_private(struct blob *out, EVP_PKEY *key)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    unsigned char       *der = NULL;
    const int            n = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;

    if (n <= 0)
        quit_openssl("private key");
    blob_put(out, der, (size_t)n);
    OPENSSL_free(der);
    PKCS8_PRIV_KEY_INFO_free(info);
}
