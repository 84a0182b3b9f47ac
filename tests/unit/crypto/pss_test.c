/*
 * pss_test: RSASSA-PSS verification finds every way in which an encoding is none.
 *
 * OpenSSL makes the keys and the good signatures, and signs what is spoiled: the encoded
 * message with each of its bits turned in turn.  None of those is an encoding of any digest
 * of that length and salt, so none may pass.  RFC 8017 clause 9.1.2.
 */
#include <openssl/core_names.h>

#include "crypto/verify.h"
#include "signer.h"

enum { MODULUS_MAX = 160 }; /* bytes */

static const struct row {
    const char       *name;
    unsigned          bits;
    struct signer_way way;
    struct pss        pss;
} rows[] = {
    /* clang-format off */
    { "1024 bit",             1024, { "SHA256", 6, 32, "SHA256" }, { HASH_SHA256, HASH_SHA256, 32 } },
    { "1025 bit: the encoding is an octet shorter",
                              1025, { "SHA1", 6, 20, "SHA1" },     { HASH_SHA1, HASH_SHA1, 20 } },
    { "1030 bit, two digests, no salt",
                              1030, { "SHA384", 6, 0, "SHA1" },    { HASH_SHA384, HASH_SHA1, 0 } },
    { "1024 bit, full: no zeros before the separator",
                              1024, { "SHA512", 6, 62, "SHA512" }, { HASH_SHA512, HASH_SHA512, 62 } },
    /* clang-format on */
};

struct subject {
    EVP_PKEY         *pkey;
    uint8_t           n_bytes[MODULUS_MAX], em[MODULUS_MAX], digest_bytes[HASH_MAX];
    struct rsa_key    key;
    struct view       digest;
    const struct pss *pss;
};

static void set_up(const struct row *r, struct subject *u, struct signed_by *by)
{
    static const uint8_t e[] = { 1, 0, 1 };
    const struct view    message = TEXT("abc");
    BIGNUM              *n = NULL;
    struct buf           digest = BUF(u->digest_bytes), em = BUF(u->em);

    u->pkey = signer_rsa(r->bits, 65537);
    u->pss = &r->pss;
    EXPECT(EVP_PKEY_get_bn_param(u->pkey, OSSL_PKEY_PARAM_RSA_N, &n) == 1);
    u->key.n = view_of(u->n_bytes, (size_t)BN_bn2bin(n, u->n_bytes));
    u->key.e = VIEW(e);
    BN_free(n);
    signer_sign(u->pkey, &r->way, message, by);
    EXPECT_CODE(hash(r->pss.hash, &message, 1, &digest), OK);
    u->digest = buf_view(&digest);
    EXPECT_CODE(rsa_public(&u->key, by->sig, &em), OK);
}

static bool verifies(const struct subject *u, struct view sig)
{
    bool good = false;

    EXPECT_CODE(rsa_pss_verify(&u->key, u->pss, u->digest, sig, &good), OK);
    return good;
}

/* em ^ d mod n, whatever em is; it is below n */
static struct view sign_raw(const struct subject *u, const uint8_t *em, uint8_t *room)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, u->pkey, NULL);
    size_t        len = MODULUS_MAX;

    EXPECT(EVP_PKEY_sign_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1);
    EXPECT(EVP_PKEY_sign(ctx, room, &len, em, u->key.n.len) == 1);
    EVP_PKEY_CTX_free(ctx);
    return view_of(room, len);
}

static void turn_every_bit(const struct row *r, struct subject *u)
{
    const size_t len = u->key.n.len;
    size_t       tried = 0;
    uint8_t      em[MODULUS_MAX], sig[MODULUS_MAX];

    for (size_t bit = 0; bit < 8 * len; bit += EXPECT_STRIDE) {
        memcpy(em, u->em, len);
        em[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        if (view_order(view_of(em, len), u->key.n) >= 0)
            continue; /* no number that could be signed */
        tried++;
        if (verifies(u, sign_raw(u, em, sig)))
            fail_msg("[%s] bit %zu turned, and it verifies", r->name, bit);
    }
    EXPECT(tried >= (8 * len - 16) / EXPECT_STRIDE);
}

static void every_bit_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        static struct subject   u;
        static struct signed_by by;
        uint8_t                 sig[MODULUS_MAX];

        ROW(rows[i].name);
        set_up(&rows[i], &u, &by);
        EXPECT(verifies(&u, by.sig));
        EXPECT_BYTES(sign_raw(&u, u.em, sig), by.sig);
        turn_every_bit(&rows[i], &u);
        EVP_PKEY_free(u.pkey);
    }
}

/* The salt's length is the algorithm's word, not what the encoding happens to hold. */
static void parameters_count(void **state)
{
    static const struct pss others[] = {
        { HASH_SHA256, HASH_SHA256, 31 }, { HASH_SHA256, HASH_SHA256, 33 },
        { HASH_SHA256, HASH_SHA256, 0 },  { HASH_SHA256, HASH_SHA256, 94 },
        { HASH_SHA256, HASH_SHA256, 95 }, { HASH_SHA256, HASH_SHA256, 1000 },
        { HASH_SHA256, HASH_SHA1, 32 },   { HASH_SHA256, HASH_SHA512, 32 },
    };
    static struct subject   u;
    static struct signed_by by;

    (void)state;
    set_up(&rows[0], &u, &by);
    for (size_t i = 0; i < COUNT(others); i++) {
        u.pss = &others[i];
        EXPECT(!verifies(&u, by.sig));
    }
    u.digest_bytes[31] ^= 1;
    u.pss = &rows[0].pss;
    EXPECT(!verifies(&u, by.sig));
    EVP_PKEY_free(u.pkey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(parameters_count),
    };

    return cmocka_run_group_tests_name("crypto.pss", tests, NULL, NULL);
}
