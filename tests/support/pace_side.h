/*
 * pace_side: the chip's side of PACE, for tests.
 *
 * Written from Doc 9303-11 on OpenSSL alone; shares nothing with firmware/ or crypto/ but
 * names of enums and the view, so that agreement says something.  What it draws at random
 * comes out of a counter, so that a failure can be repeated.
 */
#ifndef TESTS_PACE_SIDE_H
#define TESTS_PACE_SIDE_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include "access/pace.h"
#include "chip_side.h"

enum { SIDE_MAX = 300, SIDE_ANSWER_MAX = 600 };

struct side_bytes {
    size_t  len;
    uint8_t at[SIDE_MAX];
};

struct pace_side {
    /* what it is: set these, then pace_side_begin() */
    const char       *group; /* OpenSSL's name: "brainpoolP256r1", "dh_1024_160" */
    enum info_mapping mapping;
    enum sm_suite     suite;
    bool              can; /* the password is a card access number */
    const char       *password;
    bool              zero_shared; /* take keys until the shared secret begins with 00 */
    bool              zero_public; /* until the public key does (DH) ...                */
    bool              stripped;    /* ... and send it without                           */
    bool              zero_ca_ic;  /* CAM: let CA_IC begin with 00                      */
    size_t            ca_ic_more;  /* CAM: octets 00 before CA_IC                       */
    size_t            pad_more;    /* CAM: octets 00 behind its padding                 */
    bool              no_ca_ic;    /* CAM: nothing but padding                          */

    bool              curve;
    EC_GROUP         *ec;
    BIGNUM           *p, *g, *order, *cofactor, *key, *map_key, *static_key;
    BN_CTX           *ctx;
    size_t            len; /* bytes of the field or of p */
    uint32_t          drawn;
    struct side_bytes oid, s, generator, shared, peer, own, own_map;
    struct chip_side  sm;
};

__attribute__((unused)) static size_t side_key_len(enum sm_suite suite)
{
    return suite == SM_SUITE_AES_256 ? 32 : suite == SM_SUITE_AES_192 ? 24 : 16;
}

__attribute__((unused)) static void side_draw(struct pace_side *c, uint8_t *out, size_t n)
{
    for (size_t at = 0; at < n; at += 32) {
        const uint32_t count = ++c->drawn;
        uint8_t        block[32];

        EXPECT(EVP_Digest(&count, sizeof count, block, NULL, EVP_sha256(), NULL) == 1);
        memcpy(out + at, block, n - at < 32 ? n - at : 32);
    }
}

__attribute__((unused)) static void side_kdf(enum sm_suite suite, const uint8_t *secret, size_t n,
                                             uint8_t counter, uint8_t out[32])
{
    const bool long_key = suite == SM_SUITE_AES_192 || suite == SM_SUITE_AES_256;
    uint8_t    in[SIDE_MAX + 4] = { 0 }, digest[32];

    memcpy(in, secret, n);
    in[n + 3] = counter;
    EXPECT(EVP_Digest(in, n + 4, digest, NULL, long_key ? EVP_sha256() : EVP_sha1(), NULL) == 1);
    memcpy(out, digest, side_key_len(suite));
}

/* E(), D() with IV 0 or the given. */
__attribute__((unused)) static void side_cipher(enum sm_suite suite, const uint8_t *key,
                                                const uint8_t *iv, int encrypt, struct view in,
                                                uint8_t *out)
{
    static const uint8_t zero[16];
    const EVP_CIPHER    *alg = suite == SM_SUITE_3DES      ? EVP_des_ede_cbc()
                               : suite == SM_SUITE_AES_128 ? EVP_aes_128_cbc()
                               : suite == SM_SUITE_AES_192 ? EVP_aes_192_cbc()
                                                           : EVP_aes_256_cbc();
    EVP_CIPHER_CTX      *c = EVP_CIPHER_CTX_new();
    int                  n = 0;

    EXPECT(EVP_CipherInit_ex(c, alg, NULL, key, iv != NULL ? iv : zero, encrypt) == 1);
    EXPECT(EVP_CIPHER_CTX_set_padding(c, 0) == 1);
    EXPECT(EVP_CipherUpdate(c, out, &n, in.ptr, (int)in.len) == 1 && n == (int)in.len);
    EVP_CIPHER_CTX_free(c);
}

__attribute__((unused)) static void side_put(struct side_bytes *b, const void *p, size_t n)
{
    EXPECT(b->len + n <= sizeof b->at);
    if (n != 0)
        memcpy(b->at + b->len, p, n);
    b->len += n;
}

__attribute__((unused)) static void side_number(const BIGNUM *n, size_t len, struct side_bytes *out)
{
    out->len = len;
    EXPECT(len <= sizeof out->at);
    EXPECT(len == 0 || BN_bn2binpad(n, out->at, (int)len) == (int)len);
}

__attribute__((unused)) static BIGNUM *side_bn(const struct side_bytes *b)
{
    return BN_bin2bn(b->at, (int)b->len, NULL);
}

__attribute__((unused)) static EC_POINT *side_point(const struct pace_side  *c,
                                                    const struct side_bytes *b)
{
    EC_POINT *p = EC_POINT_new(c->ec);

    if (b == NULL || b->len == 0)
        EXPECT(EC_POINT_copy(p, EC_GROUP_get0_generator(c->ec)) == 1);
    else
        EXPECT(EC_POINT_oct2point(c->ec, p, b->at, b->len, c->ctx) == 1);
    return p;
}

/* The point as octets; takes it. */
__attribute__((unused)) static void side_octets(const struct pace_side *c, EC_POINT *p,
                                                struct side_bytes *out)
{
    out->len = EC_POINT_point2oct(c->ec, p, POINT_CONVERSION_UNCOMPRESSED, out->at, sizeof out->at,
                                  c->ctx);
    EXPECT(out->len == 1 + 2 * c->len);
    EC_POINT_free(p);
}

/* x * base, base^x; base NULL or empty: the domain's generator. */
__attribute__((unused)) static void side_power(const struct pace_side *c, const BIGNUM *x,
                                               const struct side_bytes *base,
                                               struct side_bytes       *out)
{
    if (c->curve) {
        EC_POINT *p = side_point(c, base), *r = EC_POINT_new(c->ec);

        EXPECT(EC_POINT_mul(c->ec, r, NULL, p, x, c->ctx) == 1);
        EC_POINT_free(p);
        side_octets(c, r, out);
    } else {
        BIGNUM *b = base != NULL && base->len != 0 ? side_bn(base) : BN_dup(c->g), *r = BN_new();

        EXPECT(BN_mod_exp(r, b, x, c->p, c->ctx) == 1);
        side_number(r, c->len, out);
        BN_free(b);
        BN_free(r);
    }
}

/* 1 .. order - 1, near enough. */
__attribute__((unused)) static BIGNUM *side_new_key(struct pace_side *c)
{
    struct side_bytes b = { .len = (size_t)BN_num_bytes(c->order) + 8 };
    BIGNUM           *x;

    side_draw(c, b.at, b.len);
    x = side_bn(&b);
    EXPECT(BN_mod(x, x, c->order, c->ctx) == 1 && !BN_is_zero(x));
    return x;
}

__attribute__((unused)) static void side_load_group(struct pace_side *c)
{
    c->ctx = BN_CTX_new();
    c->curve = strncmp(c->group, "dh_", 3) != 0;
    if (c->curve) {
        c->ec = EC_GROUP_new_by_curve_name(OBJ_txt2nid(c->group));
        EXPECT(c->ec != NULL);
        c->p = BN_new();
        EXPECT(EC_GROUP_get_curve(c->ec, c->p, NULL, NULL, c->ctx) == 1);
        c->order = BN_dup(EC_GROUP_get0_order(c->ec));
    } else {
        char          name[32];
        OSSL_PARAM    params[] = { OSSL_PARAM_construct_utf8_string("group", name, 0),
                                   OSSL_PARAM_construct_end() };
        EVP_PKEY_CTX *make = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
        EVP_PKEY     *domain = NULL;

        strcpy(name, c->group);
        EXPECT(EVP_PKEY_paramgen_init(make) == 1 && EVP_PKEY_CTX_set_params(make, params) == 1);
        EXPECT(EVP_PKEY_paramgen(make, &domain) == 1);
        EXPECT(EVP_PKEY_get_bn_param(domain, "p", &c->p) == 1);
        EXPECT(EVP_PKEY_get_bn_param(domain, "q", &c->order) == 1);
        EXPECT(EVP_PKEY_get_bn_param(domain, "g", &c->g) == 1);
        c->cofactor = BN_new();
        EXPECT(BN_sub(c->cofactor, c->p, BN_value_one()) == 1);
        EXPECT(BN_div(c->cofactor, NULL, c->cofactor, c->order, c->ctx) == 1);
        EVP_PKEY_free(domain);
        EVP_PKEY_CTX_free(make);
    }
    c->len = (size_t)BN_num_bytes(c->p);
}

__attribute__((unused)) static void pace_side_begin(struct pace_side *c)
{
    side_load_group(c);
    c->static_key = side_new_key(c);
}

__attribute__((unused)) static void pace_side_end(struct pace_side *c)
{
    EC_GROUP_free(c->ec);
    BN_free(c->p);
    BN_free(c->g);
    BN_free(c->order);
    BN_free(c->cofactor);
    BN_free(c->key);
    BN_free(c->map_key);
    BN_free(c->static_key);
    BN_CTX_free(c->ctx);
}

/* R(s,t) as a number mod p: 9303-11 clause 4.4.3.3.2. */
__attribute__((unused)) static BIGNUM *side_random_number(const struct pace_side *c, struct view t)
{
    static const char *const c0[] = {
        "A668892A7C41E3CA739F40B057D85904",
        "D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676"
    };
    static const char *const c1[] = {
        "A4E136AC725F738B01C1F60217C188AD",
        "54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517"
    };
    const size_t      l = c->s.len;
    uint8_t           key[32], next[32];
    struct side_bytes r = { 0 };
    BIGNUM           *x;

    side_cipher(c->suite, t.ptr, NULL, 1, view_of(c->s.at, l), key);
    for (int bits = BN_num_bits(c->p) + 64; bits > 0; bits -= (int)(8 * l)) {
        side_cipher(c->suite, key, NULL, 1, HEX(c1[l == 32]), next);
        side_put(&r, next, l);
        side_cipher(c->suite, key, NULL, 1, HEX(c0[l == 32]), next);
        memcpy(key, next, l);
    }
    x = side_bn(&r);
    EXPECT(BN_mod(x, x, c->p, c->ctx) == 1);
    return x;
}

/* Appendix B, by the book: inversions where it has them. */
__attribute__((unused)) static void side_encode(const struct pace_side *c, const BIGNUM *t,
                                                struct side_bytes *out)
{
    BIGNUM *v[9], *const a = v[0] = BN_new(), *const b = v[1] = BN_new();
    BIGNUM *const alpha = v[2] = BN_new(), *const x2 = v[3] = BN_new();
    BIGNUM *const h2 = v[4] = BN_new(), *const w = v[5] = BN_new(), *const x3 = v[6] = BN_new();
    BIGNUM *const e = v[7] = BN_new(), *const y = v[8] = BN_new(), *const p = c->p;
    EC_POINT *point = EC_POINT_new(c->ec);
    BN_CTX   *x = c->ctx;

    EXPECT(EC_GROUP_get_curve(c->ec, NULL, a, b, x) == 1);
    BN_mod_sqr(alpha, t, p, x);
    BN_sub(alpha, p, alpha); /* 1: -t^2 */
    BN_mod_sqr(w, alpha, p, x);
    BN_mod_add(w, w, alpha, p, x);
    EXPECT(BN_mod_inverse(w, w, p, x) != NULL);
    BN_add_word(w, 1);
    EXPECT(BN_mod_inverse(x2, a, p, x) != NULL);
    BN_mod_mul(x2, x2, b, p, x);
    BN_mod_mul(x2, x2, w, p, x);
    BN_sub(x2, p, x2);               /* 2 */
    BN_mod_mul(x3, alpha, x2, p, x); /* 3 */
    BN_mod_sqr(h2, x2, p, x);
    BN_mod_add(h2, h2, a, p, x);
    BN_mod_mul(h2, h2, x2, p, x);
    BN_mod_add(h2, h2, b, p, x); /* 4 */
    BN_copy(e, p);
    BN_add_word(e, 1);
    BN_rshift(e, e, 2);
    BN_sub(e, p, e);
    BN_sub_word(e, 1);          /* p - 1 - (p+1)/4 */
    BN_mod_exp(w, h2, e, p, x); /* 7: A */
    BN_mod_sqr(y, w, p, x);
    BN_mod_mul(y, y, h2, p, x);
    if (BN_is_one(y)) { /* 8 */
        BN_mod_mul(y, w, h2, p, x);
    } else { /* 9: A t^3 h2 */
        BN_copy(x2, x3);
        BN_mod_sqr(y, t, p, x);
        BN_mod_mul(y, y, t, p, x);
        BN_mod_mul(y, y, h2, p, x);
        BN_mod_mul(y, y, w, p, x);
    }
    EXPECT(EC_POINT_set_affine_coordinates(c->ec, point, x2, y, x) == 1); /* checks the curve */
    side_octets(c, point, out);
    for (size_t i = 0; i < COUNT(v); i++)
        BN_free(v[i]);
}

__attribute__((unused)) static void side_map_integrated(struct pace_side *c, struct view t)
{
    BIGNUM *r = side_random_number(c, t);

    if (c->curve) {
        side_encode(c, r, &c->generator);
    } else {
        EXPECT(BN_mod_exp(r, r, c->cofactor, c->p, c->ctx) == 1);
        side_number(r, c->len, &c->generator);
    }
    BN_free(r);
}

__attribute__((unused)) static void side_map_generic(struct pace_side        *c,
                                                     const struct side_bytes *peer)
{
    struct side_bytes h, sg;
    BIGNUM           *s = side_bn(&c->s);

    side_power(c, c->map_key, peer, &h);
    side_power(c, s, NULL, &sg);
    if (c->curve) {
        EC_POINT *a = side_point(c, &h), *b = side_point(c, &sg);

        EXPECT(EC_POINT_add(c->ec, a, a, b, c->ctx) == 1);
        EC_POINT_free(b);
        side_octets(c, a, &c->generator);
    } else {
        BIGNUM *a = side_bn(&h), *b = side_bn(&sg);

        EXPECT(BN_mod_mul(a, a, b, c->p, c->ctx) == 1);
        side_number(a, c->len, &c->generator);
        BN_free(a);
        BN_free(b);
    }
    BN_free(s);
}

/* The value of the one object inside 7C. */
__attribute__((unused)) static struct view side_open(struct view data, uint8_t tag)
{
    for (int level = 0; level < 2; level++) {
        size_t head = 2, len = data.ptr[1];

        EXPECT(data.len >= 2 && data.ptr[0] == (level == 0 ? 0x7C : tag));
        if (len == 0x81) {
            head = 3;
            len = data.ptr[2];
        } else if (len == 0x82) {
            head = 4;
            len = (size_t)data.ptr[2] << 8 | data.ptr[3];
        }
        EXPECT(data.len == head + len);
        data = view_of(data.ptr + head, len);
    }
    return data;
}

/* tag, length, value: append. */
__attribute__((unused)) static void side_object(struct side_bytes *out, unsigned tag,
                                                const void *value, size_t n)
{
    uint8_t head[6];
    size_t  at = 0;

    if (tag > 0xFF)
        head[at++] = (uint8_t)(tag >> 8);
    head[at++] = (uint8_t)tag;
    if (n > 0xFF) {
        head[at++] = 0x82;
        head[at++] = (uint8_t)(n >> 8);
    } else if (n > 0x7F) {
        head[at++] = 0x81;
    }
    head[at++] = (uint8_t)n;
    side_put(out, head, at);
    side_put(out, value, n);
}

__attribute__((unused)) static void side_token(struct pace_side *c, const struct side_bytes *key,
                                               uint8_t out[8])
{
    struct side_bytes inner = { 0 }, data = { 0 };

    side_object(&inner, 0x06, c->oid.at, c->oid.len);
    side_object(&inner, c->curve ? 0x86 : 0x84, key->at, key->len);
    side_object(&data, 0x7F49, inner.at, inner.len);
    if (c->suite == SM_SUITE_3DES) {
        uint8_t padded[SIDE_MAX + 8];

        memcpy(padded, data.at, data.len);
        chip_mac(c->sm.mac, view_of(padded, chip_pad(padded, data.len)), out);
    } else {
        chip_cmac(&c->sm, view_of(data.at, data.len), out);
    }
}

__attribute__((unused)) static struct side_bytes side_answer_nonce(struct pace_side *c)
{
    struct side_bytes a = { 0 };
    uint8_t           k_pi[32], digest[20], z[32];
    const size_t      n = strlen(c->password);

    c->s.len = side_key_len(c->suite) > 16 ? 32 : 16;
    side_draw(c, c->s.at, c->s.len);
    if (c->can) {
        side_kdf(c->suite, (const uint8_t *)c->password, n, 3, k_pi);
    } else {
        EXPECT(EVP_Digest(c->password, n, digest, NULL, EVP_sha1(), NULL) == 1);
        side_kdf(c->suite, digest, 20, 3, k_pi);
    }
    side_cipher(c->suite, k_pi, NULL, 1, view_of(c->s.at, c->s.len), z);
    side_object(&a, 0x80, z, c->s.len);
    return a;
}

__attribute__((unused)) static struct side_bytes side_answer_map(struct pace_side *c,
                                                                 struct view       data)
{
    struct side_bytes a = { 0 }, peer = { 0 };
    const struct view v = side_open(data, 0x81);

    if (c->mapping == MAPPING_IM) {
        EXPECT(v.len == side_key_len(c->suite));
        side_map_integrated(c, v);
        side_object(&a, 0x82, NULL, 0);
        return a;
    }
    side_put(&peer, v.ptr, v.len);
    BN_free(c->map_key);
    c->map_key = side_new_key(c);
    if (c->zero_ca_ic) { /* CA_IC = key / static key; so key = CA_IC * static key */
        EXPECT(BN_rshift(c->map_key, c->map_key, 16) == 1);
        EXPECT(BN_mod_mul(c->map_key, c->map_key, c->static_key, c->order, c->ctx) == 1);
    }
    side_power(c, c->map_key, NULL, &c->own_map);
    side_map_generic(c, &peer);
    side_object(&a, 0x82, c->own_map.at, c->own_map.len);
    return a;
}

__attribute__((unused)) static void side_agree(struct pace_side *c)
{
    struct side_bytes whole;

    side_power(c, c->key, &c->generator, &c->own);
    side_power(c, c->key, &c->peer, &whole);
    c->shared.len = 0;
    side_put(&c->shared, whole.at + (c->curve ? 1 : 0), c->len);
}

__attribute__((unused)) static struct side_bytes side_answer_key(struct pace_side *c,
                                                                 struct view       data)
{
    struct side_bytes a = { 0 };
    const struct view v = side_open(data, 0x83);

    c->peer.len = 0;
    side_put(&c->peer, v.ptr, v.len);
    do {
        BN_free(c->key);
        c->key = side_new_key(c);
        side_agree(c);
    } while ((c->zero_shared && c->shared.at[0] != 0) || (c->zero_public && c->own.at[0] != 0));
    while (c->stripped && c->own.at[0] == 0)
        memmove(c->own.at, c->own.at + 1, --c->own.len);
    c->sm.aes = c->suite == SM_SUITE_3DES ? 0 : side_key_len(c->suite);
    side_kdf(c->suite, c->shared.at, c->shared.len, 1, c->sm.enc);
    side_kdf(c->suite, c->shared.at, c->shared.len, 2, c->sm.mac);
    side_object(&a, 0x84, c->own.at, c->own.len);
    return a;
}

/* A_IC: 9303-11 clause 4.4.3.5. */
__attribute__((unused)) static void side_put_cam(struct pace_side *c, struct side_bytes *out)
{
    static const uint8_t all[16] = { 255, 255, 255, 255, 255, 255, 255, 255,
                                     255, 255, 255, 255, 255, 255, 255, 255 };
    struct side_bytes    ca_ic = { 0 };
    uint8_t              iv[16], sealed[SIDE_MAX];
    BIGNUM              *x = BN_mod_inverse(NULL, c->static_key, c->order, c->ctx);

    EXPECT(BN_mod_mul(x, x, c->map_key, c->order, c->ctx) == 1);
    side_number(x, c->no_ca_ic ? 0 : (size_t)BN_num_bytes(c->order) + c->ca_ic_more, &ca_ic);
    EXPECT(!c->zero_ca_ic || ca_ic.at[0] == 0);
    BN_free(x);
    ca_ic.len = chip_fill(16, ca_ic.at, ca_ic.len);
    memset(ca_ic.at + ca_ic.len, 0, c->pad_more);
    ca_ic.len += c->pad_more;
    side_cipher(c->suite, c->sm.enc, NULL, 1, view_of(all, 16), iv);
    side_cipher(c->suite, c->sm.enc, iv, 1, view_of(ca_ic.at, ca_ic.len), sealed);
    side_object(out, 0x8A, sealed, ca_ic.len);
}

__attribute__((unused)) static struct side_bytes side_answer_token(struct pace_side *c,
                                                                   struct view data, bool *good)
{
    struct side_bytes a = { 0 };
    const struct view v = side_open(data, 0x85);
    uint8_t           token[8];

    side_token(c, &c->own, token);
    *good = v.len == 8 && memcmp(v.ptr, token, 8) == 0;
    side_token(c, &c->peer, token);
    side_object(&a, 0x86, token, 8);
    if (c->mapping == MAPPING_CAM)
        side_put_cam(c, &a);
    return a;
}

/* The static key as EF.CardSecurity gives it, by standardized id. */
__attribute__((unused)) static struct side_bytes side_spki(struct pace_side *c, unsigned id)
{
    const uint8_t     number[] = { (uint8_t)id };
    struct side_bytes key, algorithm = { 0 }, inner = { 0 }, bits = { 0 }, whole = { 0 };

    side_power(c, c->static_key, NULL, &key);
    side_object(&algorithm, 0x06, "\x04\x00\x7F\x00\x07\x01\x02", 7);
    side_object(&algorithm, 0x02, number, 1);
    side_object(&inner, 0x30, algorithm.at, algorithm.len);
    side_put(&bits, "", 1); /* no unused bits */
    side_put(&bits, key.at, key.len);
    side_object(&inner, 0x03, bits.at, bits.len);
    side_object(&whole, 0x30, inner.at, inner.len);
    return whole;
}

/* Answer a command: the data into out (SIDE_ANSWER_MAX bytes), the status word returned. */
__attribute__((unused)) static uint16_t pace_side_answer(struct pace_side *c, const struct capdu *q,
                                                         struct side_bytes *out)
{
    struct side_bytes inner = { 0 };
    bool              good = true;

    out->len = 0;
    if (q->ins == 0x22) {
        EXPECT(q->cla == 0 && q->p1 == 0xC1 && q->p2 == 0xA4 && q->le == 0);
        EXPECT(q->data.ptr[0] == 0x80);
        c->oid.len = 0;
        side_put(&c->oid, q->data.ptr + 2, q->data.ptr[1]);
        EXPECT(q->data.ptr[2 + c->oid.len] == 0x83 &&
               q->data.ptr[4 + c->oid.len] == (c->can ? 2 : 1));
        return 0x9000;
    }
    EXPECT(q->ins == 0x86 && q->p1 == 0 && q->p2 == 0 && q->data.len >= 2);
    const uint8_t tag =
        q->data.len == 2 ? 0 : q->data.ptr[q->data.ptr[1] < 0x80 ? 2 : q->data.ptr[1] - 0x80 + 2];

    EXPECT(q->cla == (tag == 0x85 ? 0x00 : 0x10));
    if (tag == 0)
        inner = side_answer_nonce(c);
    else if (tag == 0x81)
        inner = side_answer_map(c, q->data);
    else if (tag == 0x83)
        inner = side_answer_key(c, q->data);
    else
        inner = side_answer_token(c, q->data, &good);
    if (!good)
        return 0x6300;
    side_object(out, 0x7C, inner.at, inner.len);
    EXPECT(out->len <= q->le); /* or it could not be carried */
    return 0x9000;
}

#endif
