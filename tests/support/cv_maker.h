/*
 * cv_maker: card verifiable certificates, and a terminal's signatures, made by OpenSSL.
 *
 * Written from BSI TR-03110-3 clause A.6.4, C.1 and D; shares nothing with tools/ or firmware/
 * but base.
 */
#ifndef TESTS_CV_MAKER_H
#define TESTS_CV_MAKER_H

#include <openssl/rsa.h>

#include "terminal.h"

/* The suites of id-TA: kind and number are the OID's last arcs. */
struct cv_suite {
    const char *name, *md;
    uint8_t     kind, number;
    bool        pss;
};

__attribute__((unused)) static const struct cv_suite cv_suites[] = {
    { "RSA v1.5 SHA-1", "SHA1", 1, 1, false },     { "RSA v1.5 SHA-256", "SHA256", 1, 2, false },
    { "PSS SHA-1", "SHA1", 1, 3, true },           { "PSS SHA-256", "SHA256", 1, 4, true },
    { "RSA v1.5 SHA-512", "SHA512", 1, 5, false }, { "PSS SHA-512", "SHA512", 1, 6, true },
    { "ECDSA SHA-1", "SHA1", 2, 1, false },        { "ECDSA SHA-224", "SHA224", 2, 2, false },
    { "ECDSA SHA-256", "SHA256", 2, 3, false },    { "ECDSA SHA-384", "SHA384", 2, 4, false },
    { "ECDSA SHA-512", "SHA512", 2, 5, false },
};

/* What a certificate says; dates as "261121". */
struct cv_spec {
    const char *car, *chr, *from, *to;
    uint8_t     bits;   /* role and rights */
    bool        params; /* with the curve's parameters */
    const char *role;   /* hex; NULL: id-IS */
};

/* A signature as a terminal or a CA makes it; ECDSA r | s. */
__attribute__((unused)) static struct view cv_sign(const struct cv_suite *s, EVP_PKEY *key,
                                                   struct view data, uint8_t *room)
{
    EVP_MD_CTX          *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX        *way = NULL;
    uint8_t              der[1024];
    size_t               len = sizeof der;
    const unsigned char *at = der;

    EXPECT(EVP_DigestSignInit_ex(ctx, &way, s->md, NULL, NULL, key, NULL) == 1);
    if (s->pss) {
        EXPECT(EVP_PKEY_CTX_set_rsa_padding(way, RSA_PKCS1_PSS_PADDING) == 1);
        EXPECT(EVP_PKEY_CTX_set_rsa_pss_saltlen(way, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    EXPECT(EVP_DigestSign(ctx, der, &len, data.ptr, data.len) == 1);
    EVP_MD_CTX_free(ctx);
    if (s->kind == 1) {
        memcpy(room, der, len);
        return view_of(room, len);
    }
    const int  half = (EVP_PKEY_get_bits(key) + 7) / 8;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)len);

    EXPECT(sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), room, half) == half);
    EXPECT(BN_bn2binpad(ECDSA_SIG_get0_s(sig), room + half, half) == half);
    ECDSA_SIG_free(sig);
    return view_of(room, 2 * (size_t)half);
}

__attribute__((unused)) static size_t cv_number(uint8_t *out, unsigned tag, EVP_PKEY *key,
                                                const char *name)
{
    BIGNUM *b = NULL;
    uint8_t bytes[600];

    EXPECT(EVP_PKEY_get_bn_param(key, name, &b) == 1);
    const int len = BN_bn2bin(b, bytes);

    BN_free(b);
    return terminal_put(out, tag, view_of(bytes, len > 0 ? (size_t)len : 1));
}

/* 7F49's content. */
__attribute__((unused)) static size_t cv_key(const struct cv_suite *s, EVP_PKEY *key, bool params,
                                             uint8_t *out)
{
    const uint8_t oid[] = { 4, 0, 0x7F, 0, 7, 2, 2, 2, s->kind, s->number };
    uint8_t       point[200];
    size_t        n = terminal_put(out, 0x06, VIEW(oid)), len;

    if (s->kind == 1) {
        n += cv_number(out + n, 0x81, key, "n");
        return n + cv_number(out + n, 0x82, key, "e");
    }
    if (params) {
        n += cv_number(out + n, 0x81, key, "p");
        n += cv_number(out + n, 0x82, key, "a");
        n += cv_number(out + n, 0x83, key, "b");
        EXPECT(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_EC_GENERATOR, point,
                                               sizeof point, &len) == 1);
        n += terminal_put(out + n, 0x84, view_of(point, len));
        n += cv_number(out + n, 0x85, key, "order");
    }
    n += terminal_put(out + n, 0x86, terminal_public(key, point));
    if (params)
        n += cv_number(out + n, 0x87, key, "cofactor");
    return n;
}

__attribute__((unused)) static size_t cv_date(uint8_t *out, unsigned tag, const char *text)
{
    uint8_t digits[6];

    for (size_t i = 0; i < 6; i++)
        digits[i] = (uint8_t)(text[i] - '0');
    return terminal_put(out, tag, VIEW(digits));
}

/* The whole certificate, 7F21: key's, signed by issuer with its suite. */
__attribute__((unused)) static struct view cv_make(const struct cv_spec  *spec,
                                                   const struct cv_suite *suite, EVP_PKEY *key,
                                                   EVP_PKEY *issuer, uint8_t *room)
{
    uint8_t body[1800], part[1600], sig[600];
    size_t  n = terminal_put(body, 0x5F29, HEX("00")), len;

    n += terminal_put(body + n, 0x42, text_of(spec->car));
    n += terminal_put(body + n, 0x7F49, view_of(part, cv_key(suite, key, spec->params, part)));
    n += terminal_put(body + n, 0x5F20, text_of(spec->chr));
    len = terminal_put(part, 0x06, HEX(spec->role != NULL ? spec->role : "04007F000703010201"));
    len += terminal_put(part + len, 0x53, view_of(&spec->bits, 1));
    n += terminal_put(body + n, 0x7F4C, view_of(part, len));
    n += cv_date(body + n, 0x5F25, spec->from);
    n += cv_date(body + n, 0x5F24, spec->to);
    len = terminal_put(part, 0x7F4E, view_of(body, n));
    memcpy(body, part, len);
    len += terminal_put(body + len, 0x5F37, cv_sign(suite, issuer, view_of(body, len), sig));
    return view_of(room, terminal_put(room, 0x7F21, view_of(body, len)));
}

/* What PSO:Verify Certificate carries: without 7F21. */
__attribute__((unused)) static struct view cv_content(struct view certificate)
{
    size_t       head;
    struct view  v = view_of(certificate.ptr + 1, certificate.len - 1);
    const size_t len = terminal_len(v, &head);

    return view_of(v.ptr + head, len);
}

#endif
