/*
 * cvc_maker: card verifiable certificates, made by OpenSSL, for the tests that read them.
 *
 * Written from TR-03110-3 D on OpenSSL alone; shares nothing with firmware/ but the view.
 */
#ifndef TESTS_CVC_MAKER_H
#define TESTS_CVC_MAKER_H

#include "signer.h"

enum { CVC_MADE_MAX = 2048 };

/* An algorithm of id-TA, by its last two arcs. */
struct cvc_alg {
    uint8_t     arc[2];
    const char *md;
    int         pad; /* 0: ECDSA */
};

static const struct cvc_alg cvc_rsa_sha1 = { { 1, 1 }, "SHA1", RSA_PKCS1_PADDING };
static const struct cvc_alg cvc_rsa_sha256 = { { 1, 2 }, "SHA256", RSA_PKCS1_PADDING };
static const struct cvc_alg cvc_pss_sha1 = { { 1, 3 }, "SHA1", RSA_PKCS1_PSS_PADDING };
static const struct cvc_alg cvc_pss_sha256 = { { 1, 4 }, "SHA256", RSA_PKCS1_PSS_PADDING };
static const struct cvc_alg cvc_rsa_sha512 = { { 1, 5 }, "SHA512", RSA_PKCS1_PADDING };
static const struct cvc_alg cvc_pss_sha512 = { { 1, 6 }, "SHA512", RSA_PKCS1_PSS_PADDING };
static const struct cvc_alg cvc_ecdsa_sha1 = { { 2, 1 }, "SHA1", 0 };
static const struct cvc_alg cvc_ecdsa_sha224 = { { 2, 2 }, "SHA224", 0 };
static const struct cvc_alg cvc_ecdsa_sha256 = { { 2, 3 }, "SHA256", 0 };
static const struct cvc_alg cvc_ecdsa_sha384 = { { 2, 4 }, "SHA384", 0 };
static const struct cvc_alg cvc_ecdsa_sha512 = { { 2, 5 }, "SHA512", 0 };

__attribute__((unused)) static const struct cvc_alg *const cvc_algs[] = {
    &cvc_rsa_sha1,     &cvc_rsa_sha256,   &cvc_pss_sha1,     &cvc_pss_sha256,
    &cvc_rsa_sha512,   &cvc_pss_sha512,   &cvc_ecdsa_sha1,   &cvc_ecdsa_sha224,
    &cvc_ecdsa_sha256, &cvc_ecdsa_sha384, &cvc_ecdsa_sha512,
};

/* What is to be certified, and by whom. */
struct cvc_order {
    const char           *car, *chr;
    uint8_t               rights;
    const char           *from, *until; /* "261121" */
    EVP_PKEY             *subject;
    const struct cvc_alg *subject_alg;
    bool                  params; /* EC: with domain parameters */
    EVP_PKEY             *issuer;
    const struct cvc_alg *issuer_alg;
};

/* Append a data object. */
__attribute__((unused)) static void cvc_do(uint8_t *out, size_t *n, unsigned tag, const void *value,
                                           size_t len)
{
    EXPECT(*n + len + 6 <= CVC_MADE_MAX);
    if (tag > 0xFF)
        out[(*n)++] = (uint8_t)(tag >> 8);
    out[(*n)++] = (uint8_t)tag;
    if (len > 0xFF)
        out[(*n)++] = 0x82;
    else if (len > 0x7F)
        out[(*n)++] = 0x81;
    if (len > 0xFF)
        out[(*n)++] = (uint8_t)(len >> 8);
    out[(*n)++] = (uint8_t)len;
    memcpy(out + *n, value, len);
    *n += len;
}

__attribute__((unused)) static void cvc_number(uint8_t *out, size_t *n, unsigned tag,
                                               const BIGNUM *number, int width)
{
    uint8_t bytes[1024];

    if (width == 0)
        width = BN_num_bytes(number);
    EXPECT(BN_bn2binpad(number, bytes, width) == width);
    cvc_do(out, n, tag, bytes, (size_t)width);
}

__attribute__((unused)) static EC_GROUP *cvc_group(EVP_PKEY *key)
{
    char name[80];

    EXPECT(EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name,
                                          NULL) == 1);
    return EC_GROUP_new_by_curve_name(OBJ_txt2nid(name));
}

__attribute__((unused)) static void cvc_curve(EVP_PKEY *key, uint8_t *out, size_t *n)
{
    EC_GROUP *g = cvc_group(key);
    BIGNUM   *p = BN_new(), *a = BN_new(), *b = BN_new();
    uint8_t   point[160];

    EXPECT(EC_GROUP_get_curve(g, p, a, b, NULL) == 1);
    const int    width = BN_num_bytes(p);
    const size_t len = EC_POINT_point2oct(g, EC_GROUP_get0_generator(g),
                                          POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, NULL);

    cvc_number(out, n, 0x81, p, width);
    cvc_number(out, n, 0x82, a, width);
    cvc_number(out, n, 0x83, b, width);
    cvc_do(out, n, 0x84, point, len);
    cvc_number(out, n, 0x85, EC_GROUP_get0_order(g), 0);
    BN_free(p);
    BN_free(a);
    BN_free(b);
    EC_GROUP_free(g);
}

/* 7F49: the public key. */
__attribute__((unused)) static void cvc_public(const struct cvc_order *o, uint8_t *out, size_t *n)
{
    const uint8_t oid[] = {
        4, 0, 0x7F, 0, 7, 2, 2, 2, o->subject_alg->arc[0], o->subject_alg->arc[1]
    };
    uint8_t body[CVC_MADE_MAX], point[160];
    size_t  at = 0, len = 0;
    BIGNUM *number = NULL, *e = NULL;

    cvc_do(body, &at, 0x06, oid, sizeof oid);
    if (EVP_PKEY_is_a(o->subject, "RSA")) {
        EXPECT(EVP_PKEY_get_bn_param(o->subject, OSSL_PKEY_PARAM_RSA_N, &number) == 1);
        EXPECT(EVP_PKEY_get_bn_param(o->subject, OSSL_PKEY_PARAM_RSA_E, &e) == 1);
        cvc_number(body, &at, 0x81, number, 0);
        cvc_number(body, &at, 0x82, e, 0);
        BN_free(number);
        BN_free(e);
    } else {
        if (o->params)
            cvc_curve(o->subject, body, &at);
        EXPECT(EVP_PKEY_get_octet_string_param(o->subject, OSSL_PKEY_PARAM_PUB_KEY, point,
                                               sizeof point, &len) == 1);
        cvc_do(body, &at, 0x86, point, len);
        if (o->params)
            cvc_do(body, &at, 0x87, "\x01", 1);
    }
    cvc_do(out, n, 0x7F49, body, at);
}

/* A signature as TR-03110 wants it: RSA as it is, ECDSA r || s. */
__attribute__((unused)) static size_t cvc_sign(EVP_PKEY *key, const struct cvc_alg *alg,
                                               struct view message, uint8_t *out)
{
    const struct signer_way way = { alg->md, alg->pad, RSA_PSS_SALTLEN_DIGEST, alg->md };
    EVP_MD_CTX             *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX           *pctx = NULL;
    uint8_t                 sig[1024];
    size_t                  len = sizeof sig;

    EXPECT(EVP_DigestSignInit_ex(ctx, &pctx, way.md, NULL, NULL, key, NULL) == 1);
    if (way.pad != 0)
        EXPECT(EVP_PKEY_CTX_set_rsa_padding(pctx, way.pad) == 1);
    if (way.pad == RSA_PKCS1_PSS_PADDING)
        EXPECT(EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, way.salt) == 1);
    EXPECT(EVP_DigestSign(ctx, sig, &len, message.ptr, message.len) == 1);
    EVP_MD_CTX_free(ctx);
    if (way.pad != 0) {
        memcpy(out, sig, len);
        return len;
    }
    const uint8_t *at = sig;
    ECDSA_SIG     *rs = d2i_ECDSA_SIG(NULL, &at, (long)len);
    EC_GROUP      *g = cvc_group(key);
    const int      half = BN_num_bytes(EC_GROUP_get0_order(g));

    EXPECT(rs != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(rs), out, half) == half);
    EXPECT(BN_bn2binpad(ECDSA_SIG_get0_s(rs), out + half, half) == half);
    ECDSA_SIG_free(rs);
    EC_GROUP_free(g);
    return (size_t)half * 2;
}

__attribute__((unused)) static void cvc_date(uint8_t *out, size_t *n, unsigned tag,
                                             const char *digits)
{
    uint8_t bcd[6];

    for (int i = 0; i < 6; i++)
        bcd[i] = (uint8_t)(digits[i] - '0');
    cvc_do(out, n, tag, bcd, sizeof bcd);
}

/* The certificate, in out of CVC_MADE_MAX bytes. */
__attribute__((unused)) static struct view cvc_make(const struct cvc_order *o, uint8_t *out)
{
    static const uint8_t is[] = { 4, 0, 0x7F, 0, 7, 3, 1, 2, 1 };
    uint8_t              inner[CVC_MADE_MAX], all[CVC_MADE_MAX], chat[32], sig[1024];
    size_t               n = 0, at = 0, len = 0;

    cvc_do(inner, &n, 0x5F29, "", 1);
    cvc_do(inner, &n, 0x42, o->car, strlen(o->car));
    cvc_public(o, inner, &n);
    cvc_do(inner, &n, 0x5F20, o->chr, strlen(o->chr));
    cvc_do(chat, &len, 0x06, is, sizeof is);
    cvc_do(chat, &len, 0x53, &o->rights, 1);
    cvc_do(inner, &n, 0x7F4C, chat, len);
    cvc_date(inner, &n, 0x5F25, o->from);
    cvc_date(inner, &n, 0x5F24, o->until);
    cvc_do(all, &at, 0x7F4E, inner, n);
    len = cvc_sign(o->issuer, o->issuer_alg, view_of(all, at), sig);
    cvc_do(all, &at, 0x5F37, sig, len);
    n = 0;
    cvc_do(out, &n, 0x7F21, all, at);
    return view_of(out, n);
}

#endif
