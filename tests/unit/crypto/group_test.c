/*
 * group_test: every number of the table is that of OpenSSL's curve or group of the same name,
 * and the MODP groups are what RFC 5114 says of them: p and q prime, g of order q.
 */
#include "crypto/group.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

#include "expect.h"

static int nid_of(const struct ec_domain *d)
{
    return OBJ_txt2nid(oid_dotted(d->oid));
}

static void expect_number(const BIGNUM *want, struct view got, size_t len)
{
    uint8_t bytes[EC_FIELD_MAX];

    EXPECT(len <= sizeof bytes && BN_bn2binpad(want, bytes, (int)len) == (int)len);
    EXPECT_BYTES(got, view_of(bytes, len));
}

static void numbers_are_openssls(void **state)
{
    (void)state;
    BIGNUM *p = BN_new(), *a = BN_new(), *b = BN_new(), *x = BN_new(), *y = BN_new();

    for (unsigned i = EC_NONE + 1; i < EC_GROUP_COUNT; i++) {
        const struct ec_domain *d = ec_domain((enum ec_group)i);

        EXPECT(d != NULL);
        ROW(d->name);
        EC_GROUP    *g = EC_GROUP_new_by_curve_name(nid_of(d));
        const size_t len = d->p.len;

        EXPECT(g != NULL);
        EXPECT(EC_GROUP_get_curve(g, p, a, b, NULL) == 1);
        EXPECT(EC_POINT_get_affine_coordinates(g, EC_GROUP_get0_generator(g), x, y, NULL) == 1);
        EXPECT(BN_num_bits(p) == d->bits && len == (size_t)BN_num_bytes(p));
        expect_number(p, d->p, len);
        expect_number(a, d->a, len);
        expect_number(b, d->b, len);
        expect_number(x, d->x, len);
        expect_number(y, d->y, len);
        expect_number(EC_GROUP_get0_order(g), d->n, len);
        EXPECT(BN_is_one(EC_GROUP_get0_cofactor(g)));
        EC_GROUP_free(g);
    }
    BN_free(p);
    BN_free(a);
    BN_free(b);
    BN_free(x);
    BN_free(y);
}

/* OpenSSL calls P-192 and P-256 by X9.62's names. */
static void names_are_openssls(void **state)
{
    (void)state;
    for (unsigned i = EC_NONE + 1; i < EC_GROUP_COUNT; i++) {
        const struct ec_domain *d = ec_domain((enum ec_group)i);
        const char             *name = OBJ_nid2sn(nid_of(d));

        ROW(d->name);
        if (strcmp(name, "prime192v1") == 0)
            name = "secp192r1";
        if (strcmp(name, "prime256v1") == 0)
            name = "secp256r1";
        EXPECT(strcmp(d->name, name) == 0);
    }
}

static void beyond_is_null(void **state)
{
    (void)state;
    EXPECT(ec_domain(EC_NONE) == NULL);
    EXPECT(ec_domain(EC_GROUP_COUNT) == NULL);
    EXPECT(dh_domain(DH_NONE) == NULL);
    EXPECT(dh_domain(DH_GROUP_COUNT) == NULL);
}

/* A number of OpenSSL's named group, made through a key because parameters alone give none. */
static BIGNUM *dh_number(const char *group, const char *what)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
    EVP_PKEY     *key = NULL;
    BIGNUM       *n = NULL;

    EXPECT(EVP_PKEY_paramgen_init(ctx) == 1 && EVP_PKEY_CTX_set_group_name(ctx, group) == 1);
    EXPECT(EVP_PKEY_generate(ctx, &key) == 1 && EVP_PKEY_get_bn_param(key, what, &n) == 1);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
    return n;
}

static BIGNUM *number(struct view v)
{
    return BN_bin2bn(v.ptr, (int)v.len, NULL);
}

static void modp_numbers_are_openssls(void **state)
{
    static const struct {
        enum dh_group group;
        const char   *name;
        int           q_bits;
    } rows[] = {
        { DH_1024_160, "dh_1024_160", 160 },
        { DH_2048_224, "dh_2048_224", 224 },
        { DH_2048_256, "dh_2048_256", 256 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct dh_domain *d = dh_domain(rows[i].group);
        BIGNUM                 *p = dh_number(rows[i].name, OSSL_PKEY_PARAM_FFC_P);
        BIGNUM                 *q = dh_number(rows[i].name, OSSL_PKEY_PARAM_FFC_Q);
        BIGNUM                 *g = dh_number(rows[i].name, OSSL_PKEY_PARAM_FFC_G);
        BIGNUM                 *ours[] = { number(d->p), number(d->q), number(d->g) };

        ROW(d->name);
        EXPECT(BN_cmp(p, ours[0]) == 0 && BN_cmp(q, ours[1]) == 0 && BN_cmp(g, ours[2]) == 0);
        EXPECT(BN_num_bits(p) == d->bits && BN_num_bits(q) == rows[i].q_bits);
        EXPECT(d->p.len == (size_t)d->bits / 8 && d->g.len == d->p.len);
        BN_free(p);
        BN_free(q);
        BN_free(g);
        for (size_t k = 0; k < COUNT(ours); k++)
            BN_free(ours[k]);
    }
}

static void modp_groups_are_groups(void **state)
{
    BN_CTX *ctx = BN_CTX_new();

    (void)state;
    for (unsigned i = DH_NONE + 1; i < DH_GROUP_COUNT; i++) {
        const struct dh_domain *d = dh_domain((enum dh_group)i);
        BIGNUM                 *p = number(d->p), *q = number(d->q), *g = number(d->g);
        BIGNUM                 *y = BN_new();

        ROW(d->name);
        EXPECT(BN_check_prime(p, ctx, NULL) == 1 && BN_check_prime(q, ctx, NULL) == 1);
        EXPECT(!BN_is_one(g) && BN_cmp(g, p) < 0);
        EXPECT(BN_mod_exp(y, g, q, p, ctx) == 1 && BN_is_one(y)); /* q is prime: its order */
        BN_free(p);
        BN_free(q);
        BN_free(g);
        BN_free(y);
    }
    BN_CTX_free(ctx);
}

/* Doc 9303-11 clause 9.5.1, the whole table; the reserved ids have no row. */
static void ids_are_the_standards(void **state)
{
    static const struct {
        unsigned    id;
        const char *name;
    } rows[] = {
        { 0, "modp1024-160" },     { 1, "modp2048-224" },    { 2, "modp2048-256" },
        { 8, "secp192r1" },        { 9, "brainpoolP192r1" }, { 10, "secp224r1" },
        { 11, "brainpoolP224r1" }, { 12, "secp256r1" },      { 13, "brainpoolP256r1" },
        { 14, "brainpoolP320r1" }, { 15, "secp384r1" },      { 16, "brainpoolP384r1" },
        { 17, "brainpoolP512r1" }, { 18, "secp521r1" },
    };
    size_t next = 0;

    (void)state;
    for (unsigned id = 0; id < 300; id++) {
        const struct dh_domain *dh = dh_domain(dh_group_of_id(id));
        const struct ec_domain *ec = ec_domain(ec_group_of_id(id));

        if (next == COUNT(rows) || rows[next].id != id) {
            EXPECT(dh == NULL && ec == NULL);
            continue;
        }
        ROW(rows[next].name);
        EXPECT((dh == NULL) != (ec == NULL));
        EXPECT(strcmp(dh != NULL ? dh->name : ec->name, rows[next].name) == 0);
        next++;
    }
    EXPECT(next == COUNT(rows));
    EXPECT(dh_group_of_id(UINT32_MAX) == DH_NONE && ec_group_of_id(UINT32_MAX) == EC_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_openssls),   cmocka_unit_test(names_are_openssls),
        cmocka_unit_test(beyond_is_null),         cmocka_unit_test(modp_numbers_are_openssls),
        cmocka_unit_test(modp_groups_are_groups), cmocka_unit_test(ids_are_the_standards),
    };

    return cmocka_run_group_tests_name("crypto.group", tests, NULL, NULL);
}
