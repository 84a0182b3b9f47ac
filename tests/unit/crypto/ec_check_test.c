/* ec_check_test: every way not to be a point, on every curve of the table. */
#include "crypto/ec.h"

#include "curves.h"

/* No function takes it, and outputs stay as they were. */
static void expect_no_point(const struct curve *c, struct view point)
{
    uint8_t    room[EC_POINT_MAX];
    struct buf out = BUF(room);
    bool       good = true;

    EXPECT_CODE(ec_check(c->group, point, &good), OK);
    EXPECT(!good);
    if (point.len != 0) /* which means the generator here */
        EXPECT_CODE(ec_multiply(c->group, HEX("02"), point, &out), E_UNEXPECTED);
    EXPECT_CODE(ec_add(c->group, point, c->g, &out), E_UNEXPECTED);
    EXPECT_CODE(ec_add(c->group, c->g, point, &out), E_UNEXPECTED);
    EXPECT(out.len == 0);
}

static void try_forms(const struct curve *c)
{
    uint8_t bytes[EC_POINT_MAX + 1] = { 0 };
    bool    good = false;

    EXPECT_CODE(ec_check(c->group, c->g, &good), OK);
    EXPECT(good);
    for (size_t len = 0; len < c->len; len++) { /* an allocation of exactly that length */
        uint8_t *prefix = malloc(len == 0 ? 1 : len);

        memcpy(prefix, c->g.ptr, len);
        expect_no_point(c, view_of(prefix, len));
        free(prefix);
    }
    memcpy(bytes, c->g.ptr, c->len);
    expect_no_point(c, view_of(bytes, c->len + 1)); /* one octet too many */
    for (unsigned form = 0; form < 256; form++) {   /* hybrid and compressed among them */
        bytes[0] = (uint8_t)form;
        if (form != 4)
            expect_no_point(c, view_of(bytes, c->len));
    }
    for (uint8_t form = 2; form < 4; form++) { /* compressed, of its own length */
        bytes[0] = form;
        expect_no_point(c, view_of(bytes, 1 + c->d->p.len));
    }
    memset(bytes, 0, sizeof bytes); /* infinity, short and long */
    expect_no_point(c, view_of(bytes, 1));
    expect_no_point(c, view_of(bytes, c->len));
}

/* The generator with coordinates replaced. */
static void expect_no_coordinates(const struct curve *c, struct view x, struct view y)
{
    uint8_t    bytes[EC_POINT_MAX];
    struct buf p = BUF(bytes);

    EXPECT_CODE(buf_u8(&p, 4), OK);
    EXPECT_CODE(buf_put(&p, x), OK);
    EXPECT_CODE(buf_put(&p, y), OK);
    expect_no_point(c, buf_view(&p));
}

static void try_coordinates(const struct curve *c)
{
    const size_t len = c->d->p.len;
    uint8_t      bytes[EC_FIELD_MAX], zero[EC_FIELD_MAX] = { 0 };

    expect_no_coordinates(c, view_of(zero, len), view_of(zero, len)); /* b is not 0 */
    expect_no_coordinates(c, c->d->p, c->d->y);
    expect_no_coordinates(c, c->d->x, c->d->p);
    expect_no_coordinates(c, c->d->y, c->d->x);
    expect_no_coordinates(c, c->d->x, view_of(zero, len));
    memset(bytes, 0xFF, len);
    expect_no_coordinates(c, view_of(bytes, len), c->d->y);
    expect_no_coordinates(c, c->d->x, view_of(bytes, len));
    for (size_t bit = 0; bit < 8 * len; bit++) { /* a bit of y: never p - y, which is far off */
        memcpy(bytes, c->d->y.ptr, len);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        expect_no_coordinates(c, c->d->x, view_of(bytes, len));
    }
}

/* x + p where that still fits the length: the same number modulo p, and yet no coordinate. */
static void try_unreduced(const struct curve *c)
{
    uint8_t    a[EC_POINT_MAX], b[EC_POINT_MAX], x[EC_FIELD_MAX];
    BIGNUM    *p = BN_bin2bn(c->d->p.ptr, (int)c->d->p.len, NULL), *n = BN_new();
    struct buf first = BUF(a);
    bool       seen = false;

    EXPECT_CODE(ec_multiply(c->group, HEX("01"), generator, &first), OK);
    for (unsigned i = 0; i < 40 && !seen; i++) {
        struct buf next = BUF(b);

        EXPECT(BN_bin2bn(a + 1, (int)c->d->p.len, n) != NULL && BN_add(n, n, p) == 1);
        seen = (size_t)BN_num_bytes(n) == c->d->p.len;
        if (seen) {
            EXPECT(BN_bn2binpad(n, x, (int)c->d->p.len) > 0);
            expect_no_coordinates(c, view_of(x, c->d->p.len),
                                  view_of(a + 1 + c->d->p.len, c->d->p.len));
        }
        EXPECT_CODE(ec_add(c->group, view_of(a, c->len), HEX(""), &next), E_UNEXPECTED);
        EXPECT_CODE(ec_multiply(c->group, HEX("03"), view_of(a, c->len), &next), OK);
        memcpy(a, b, c->len);
    }
    /* All but the NIST primes of full words leave room above p. */
    EXPECT(seen || view_at(c->d->p, 0) == 0xFF);
    BN_free(p);
    BN_free(n);
}

static void what_is_no_point_is_refused(void **state)
{
    (void)state;
    each_curve(try_forms);
    each_curve(try_coordinates);
    each_curve(try_unreduced);
}

/* The generators of curves as long: brainpoolP256r1's on P-256 and back, and so on. */
static void points_of_other_curves_are_refused(void **state)
{
    size_t pairs = 0;

    (void)state;
    for (unsigned i = EC_NONE + 1; i < EC_GROUP_COUNT; i++) {
        for (unsigned k = EC_NONE + 1; k < EC_GROUP_COUNT; k++) {
            const struct ec_domain *a = ec_domain((enum ec_group)i),
                                   *b = ec_domain((enum ec_group)k);
            uint8_t    room[EC_POINT_MAX];
            struct buf point = BUF(room);
            bool       good = false;

            EXPECT_CODE(ec_multiply((enum ec_group)k, HEX("07"), generator, &point), OK);
            EXPECT_CODE(ec_check((enum ec_group)i, buf_view(&point), &good), OK);
            EXPECT(good == (i == k));
            pairs += i != k && a->p.len == b->p.len;
        }
    }
    EXPECT(pairs >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_point_is_refused),
        cmocka_unit_test(points_of_other_curves_are_refused),
    };

    return cmocka_run_group_tests_name("crypto.ec_check", tests, NULL, NULL);
}
