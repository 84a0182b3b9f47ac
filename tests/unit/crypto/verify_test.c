/*
 * verify_test: the primitives at the edges, where keys and signatures are made to trip them.
 *
 * Good signatures of every algorithm are in keys.signature and keys.wycheproof; here are
 * numbers that no signer makes.  Expected values are OpenSSL's, or follow from the equation.
 */
#include "crypto/verify.h"

#include <openssl/bn.h>

#include "signer.h"

static struct view of_bn(const BIGNUM *n, uint8_t *room, size_t len)
{
    EXPECT(BN_bn2binpad(n, room, (int)len) == (int)len);
    return view_of(room, len);
}

/* s^e mod n for exponents that OpenSSL's RSA refuses as well as those it takes. */
static void rsa_public_is_a_power(void **state)
{
    static const struct {
        const char *name;
        int         bits;
        const char *e;
    } rows[] = {
        /* clang-format off */
        { "e 3",           1024, "03" },
        { "e 5",           2048, "05" },
        { "F4",            2048, "010001" },
        { "random e",      2041, "953F" },
        { "e of 64 bits",  4096, "8000000000000001" },
        { "e of 65 bits, over OpenSSL's cap", 4096, "010000000000000001" },
        { "e of 256 bits", 6144,
          "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" },
        { "8192 bits",     8192, "010001" },
        /* clang-format on */
    };
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *n = BN_new(), *s = BN_new(), *want = BN_new();

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t           nb[RSA_MAX], sb[RSA_MAX], wb[RSA_MAX], ob[RSA_MAX];
        const size_t      len = (size_t)(rows[i].bits + 7) / 8;
        const struct view e = HEX(rows[i].e);
        BIGNUM           *exponent = BN_bin2bn(e.ptr, (int)e.len, NULL);
        struct buf        out = buf_of(ob, len);

        ROW(rows[i].name);
        for (int round = 0; round < 4; round++) {
            EXPECT(BN_rand(n, rows[i].bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) == 1);
            EXPECT(BN_rand_range(s, n) == 1);
            if (round == 1)
                BN_zero(s);
            if (round == 2)
                EXPECT(BN_one(s) == 1);
            if (round == 3)
                EXPECT(BN_sub(s, n, BN_value_one()) == 1);
            EXPECT(BN_mod_exp(want, s, exponent, n, ctx) == 1);
            const struct rsa_key key = { of_bn(n, nb, len), e };

            out.len = 0;
            EXPECT_CODE(rsa_public(&key, of_bn(s, sb, len), &out), OK);
            EXPECT_BYTES(buf_view(&out), of_bn(want, wb, len));
            out.len = 0;
            EXPECT_CODE(rsa_public(&key, key.n, &out), E_CRYPTO); /* not below n */
            out.cap = len - 1;
            EXPECT_CODE(rsa_public(&key, of_bn(s, sb, len), &out), E_NO_SPACE);
            out.cap = len;
        }
        BN_free(exponent);
    }
    BN_free(n);
    BN_free(s);
    BN_free(want);
    BN_CTX_free(ctx);
}

static void rsa_keys_that_are_none(void **state)
{
    static const struct {
        const char *name;
        size_t      n_len;
        uint8_t     n_high, n_low;
        const char *e;
    } rows[] = {
        /* clang-format off */
        { "n even",        128,  0x80, 0x02, "010001" },
        { "n 1023 bits",   128,  0x40, 0x01, "010001" },
        { "n 8193 bits",   1025, 0x01, 0x01, "010001" },
        { "n empty",       0,    0x00, 0x00, "010001" },
        { "e 1",           128,  0x80, 0x01, "01" },
        { "e 0",           128,  0x80, 0x01, "00" },
        { "e even",        128,  0x80, 0x01, "010000" },
        { "e of 257 bits", 128,  0x80, 0x01,
          "010000000000000000000000000000000000000000000000000000000000000001" },
        /* clang-format on */
    };
    uint8_t out_bytes[RSA_MAX + 1];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t        n[RSA_MAX + 2] = { 0 };
        struct buf     out = BUF(out_bytes);
        struct rsa_key key = { view_of(n, rows[i].n_len), HEX(rows[i].e) };

        ROW(rows[i].name);
        n[0] = rows[i].n_high;
        if (rows[i].n_len != 0)
            n[rows[i].n_len - 1] |= rows[i].n_low;
        EXPECT_CODE(rsa_public(&key, HEX("02"), &out), E_CRYPTO);
        EXPECT(out.len == 0);
    }
}

static void pss_is_asked_rightly(void **state)
{
    static const uint8_t digest[32], sig[256] = { 1 };
    uint8_t              n[256] = { 0x80 };
    const struct rsa_key key = { VIEW(n), HEX("010001") };
    struct pss           pss = { HASH_SHA256, HASH_SHA256, 32 };
    bool                 good = true;

    (void)state;
    n[255] = 1;
    EXPECT_CODE(rsa_pss_verify(&key, &pss, VIEW(digest), VIEW(sig), &good), OK);
    EXPECT(!good);
    pss.salt_len = 65535; /* longer than any encoding: no signature, and no overflow */
    EXPECT_CODE(rsa_pss_verify(&key, &pss, VIEW(digest), VIEW(sig), &good), OK);
    EXPECT(!good);
    EXPECT_CODE(rsa_pss_verify(&key, &pss, view_of(digest, 20), VIEW(sig), &good), E_BUG);
    pss.mgf_hash = HASH_NONE;
    EXPECT_CODE(rsa_pss_verify(&key, &pss, VIEW(digest), VIEW(sig), &good), E_BUG);
    n[255] = 2;
    pss.mgf_hash = HASH_SHA1;
    EXPECT_CODE(rsa_pss_verify(&key, &pss, VIEW(digest), VIEW(sig), &good), E_CRYPTO);
}

/* The signature (r, s) for digest z under the public key Q = k*G with a small k. */
struct attempt {
    const char *name;
    enum { R_ZERO, S_ZERO, R_ORDER, S_ORDER, OFF_CURVE, FORM_2, SHORT_POINT, INFINITY_SUM } what;
};

static const struct attempt attempts[] = {
    /* clang-format off */
    { "r 0",                           R_ZERO },
    { "s 0",                           S_ZERO },
    { "r n",                           R_ORDER },
    { "s n",                           S_ORDER },
    { "Q off the curve",               OFF_CURVE },
    { "Q with another first octet",    FORM_2 },
    { "Q cut off",                     SHORT_POINT },
    { "u1 G + u2 Q at infinity",       INFINITY_SUM },
    /* clang-format on */
};

/* Q = G, so u1 + u2 = 0 mod n where z + r = 0 mod n: then the sum is at infinity. */
static void sum_at_infinity(const struct ec_domain *d, struct view digest, uint8_t *r)
{
    BIGNUM *n = BN_bin2bn(d->n.ptr, (int)d->n.len, NULL);
    BIGNUM *z = BN_bin2bn(digest.ptr, (int)digest.len, NULL);

    EXPECT(BN_sub(z, n, z) == 1 && !BN_is_negative(z) && !BN_is_zero(z));
    EXPECT(BN_bn2binpad(z, r, (int)d->n.len) == (int)d->n.len);
    BN_free(n);
    BN_free(z);
}

static void try_attempt(const struct attempt *a, enum ec_group g)
{
    const struct ec_domain *d = ec_domain(g);
    const size_t            len = d->n.len;
    uint8_t                 point[EC_POINT_MAX] = { 4 }, r[EC_FIELD_MAX] = { 0 }, s[EC_FIELD_MAX];
    uint8_t                 digest[20] = { 0, 1, 2, 3 };
    struct ec_key           key = { g, view_of(point, 1 + 2 * len) };
    const struct rs         rs = { view_of(r, len), view_of(s, len) };
    bool                    good = true;

    memcpy(point + 1, d->x.ptr, len);
    memcpy(point + 1 + len, d->y.ptr, len);
    memset(s, 0, sizeof s);
    r[len - 1] = s[len - 1] = 1;
    if (a->what == R_ZERO)
        r[len - 1] = 0;
    if (a->what == S_ZERO)
        s[len - 1] = 0;
    if (a->what == R_ORDER)
        memcpy(r, d->n.ptr, len);
    if (a->what == S_ORDER)
        memcpy(s, d->n.ptr, len);
    if (a->what == OFF_CURVE)
        point[2 * len] ^= 1;
    if (a->what == FORM_2)
        point[0] = 2;
    if (a->what == SHORT_POINT)
        key.point.len--;
    if (a->what == INFINITY_SUM)
        sum_at_infinity(d, VIEW(digest), r);
    EXPECT_CODE(ecdsa_verify(&key, VIEW(digest), &rs, &good), OK);
    EXPECT(!good);
}

static void ecdsa_finds_them_bad(void **state)
{
    (void)state;
    for (enum ec_group g = EC_NONE + 1; g < EC_GROUP_COUNT; g++) {
        for (size_t i = 0; i < COUNT(attempts); i++) {
            ROW(attempts[i].name);
            try_attempt(&attempts[i], g);
        }
    }
}

static void ecdsa_is_asked_rightly(void **state)
{
    static const uint8_t zero[200];
    const struct rs      rs = { view_of(zero, 200), view_of(zero, 200) };
    struct ec_key        key = { EC_NONE, view_of(zero, 65) };
    bool                 good = true;

    (void)state;
    EXPECT_CODE(ecdsa_verify(&key, view_of(zero, 32), &rs, &good), E_BUG);
    key.group = EC_P256;
    EXPECT_CODE(ecdsa_verify(&key, view_of(zero, HASH_MAX + 1), &rs, &good), E_BUG);
    EXPECT(good);
    EXPECT_CODE(ecdsa_verify(&key, view_of(zero, 32), &rs, &good), OK); /* r, s of 200 octets */
    EXPECT(!good);
}

static void dsa_edges(void **state)
{
    uint8_t        p[DSA_MAX + 1], q[32], g[DSA_MAX], y[DSA_MAX], one[] = { 1 }, long_q[40];
    EVP_PKEY      *pkey = signer_dsa("dh_2048_256");
    BIGNUM        *n = NULL;
    struct dsa_key key;
    bool           good = true;

    (void)state;
    EXPECT(EVP_PKEY_get_bn_param(pkey, "p", &n) == 1);
    key.p = of_bn(n, p, 256);
    EXPECT(EVP_PKEY_get_bn_param(pkey, "q", &n) == 1);
    key.q = of_bn(n, q, 32);
    EXPECT(EVP_PKEY_get_bn_param(pkey, "g", &n) == 1);
    key.g = of_bn(n, g, 256);
    EXPECT(EVP_PKEY_get_bn_param(pkey, "pub", &n) == 1);
    key.y = of_bn(n, y, 256);
    memset(long_q, 0xFF, sizeof long_q);
    const struct view digest = view_of(p, 32);
    const struct rs   bad[] = {
          { VIEW(one), VIEW(one) },       { key.q, VIEW(one) },        { VIEW(one), key.q },
          { view_of(one, 0), VIEW(one) }, { VIEW(long_q), VIEW(one) }, { VIEW(p), VIEW(p) },
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        good = true;
        EXPECT_CODE(dsa_verify(&key, digest, &bad[i], &good), OK);
        EXPECT(!good);
    }
    EXPECT_CODE(dsa_verify(&key, view_of(p, HASH_MAX + 1), &bad[0], &good), E_BUG);
    key.q.len = 31; /* 248 bits */
    EXPECT_CODE(dsa_verify(&key, digest, &bad[0], &good), E_CRYPTO);
    key.q = VIEW(p); /* longer than any */
    EXPECT_CODE(dsa_verify(&key, digest, &bad[0], &good), E_CRYPTO);
    BN_free(n);
    EVP_PKEY_free(pkey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsa_public_is_a_power),  cmocka_unit_test(rsa_keys_that_are_none),
        cmocka_unit_test(pss_is_asked_rightly),   cmocka_unit_test(ecdsa_finds_them_bad),
        cmocka_unit_test(ecdsa_is_asked_rightly), cmocka_unit_test(dsa_edges),
    };

    return cmocka_run_group_tests_name("crypto.verify", tests, NULL, NULL);
}
