/*
 * group_test: every number of the table is that of OpenSSL's curve of the same name.
 */
#include "crypto/group.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
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
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_openssls),
        cmocka_unit_test(names_are_openssls),
        cmocka_unit_test(beyond_is_null),
    };

    return cmocka_run_group_tests_name("crypto.group", tests, NULL, NULL);
}
