/*
 * ec_test: points on every curve of the table: the worked example of PACE, and every scalar at
 * the edges beside OpenSSL's.  What is no point: ec_check_test.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix G.1 (ECDH, generic mapping, brainpoolP256r1).
 */
#include "crypto/ec.h"

#include "crypto/hash.h"
#include "crypto/modular.h"
#include "curves.h"

/* clang-format off */
static const struct {
    const char *name, *scalar, *point, *want;
} rows[] = {
    { "G.1 PK_Map_IFD",
      "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
      "",
      "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB67252"
      "18799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D" },
    { "G.1 PK_Map_IC",
      "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560",
      "",
      "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9"
      "F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54" },
    { "G.1 H",
      "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
      "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9"
      "F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54",
      "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD50840CA7415BAF3"
      "E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181" },
    { "G.1 H, the chip's side",
      "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560",
      "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB67252"
      "18799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D",
      "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD50840CA7415BAF3"
      "E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181" },
    { "G.1 PK_DH_IFD",
      "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
      "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E28C879506743F86"
      "11AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522",
      "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF"
      "10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462" },
    { "G.1 PK_DH_IC",
      "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A",
      "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E28C879506743F86"
      "11AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522",
      "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2ED"
      "DC3C265A9F018F9CB852E111B768B326904B59A0193776F094" },
};

static const char s_nonce[] = "3F00C4D39D153F2B2A214A078D899B22", g_mapped[] =
    "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E28C879506743F86"
    "11AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522",
    h_shared[] =
    "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD50840CA7415BAF3"
    "E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181",
    sk_dh_ifd[] = "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
    pk_dh_ic[] =
    "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2ED"
    "DC3C265A9F018F9CB852E111B768B326904B59A0193776F094",
    k_shared[] = "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925";
/* clang-format on */

static void pace_example_holds(void **state)
{
    uint8_t           room[EC_POINT_MAX];
    const struct view mapped = HEX(g_mapped);
    struct buf        out = BUF(room);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        out.len = 0;
        ROW(rows[i].name);
        EXPECT_CODE(ec_multiply(EC_BP256, HEX(rows[i].scalar), HEX(rows[i].point), &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(rows[i].want));
    }
    ROW("G.1 mapped generator");
    out.len = 0;
    EXPECT_CODE(ec_multiply(EC_BP256, HEX(s_nonce), generator, &out), OK);
    uint8_t    sum[EC_POINT_MAX];
    struct buf g = BUF(sum);

    EXPECT_CODE(ec_add(EC_BP256, buf_view(&out), HEX(h_shared), &g), OK);
    EXPECT_BYTES(buf_view(&g), mapped);
    ROW("G.1 K");
    out.len = 0;
    EXPECT_CODE(ec_multiply(EC_BP256, HEX(sk_dh_ifd), HEX(pk_dh_ic), &out), OK);
    EXPECT_BYTES(view_of(room + 1, 32), HEX(k_shared));
}

static struct view openssls(const struct curve *c, const BIGNUM *k, struct view base, uint8_t *room)
{
    EC_POINT *p = EC_POINT_new(c->openssl), *r = EC_POINT_new(c->openssl);

    EXPECT(EC_POINT_oct2point(c->openssl, p, base.ptr, base.len, NULL) == 1);
    EXPECT(EC_POINT_mul(c->openssl, r, NULL, p, k, NULL) == 1);
    EXPECT(EC_POINT_point2oct(c->openssl, r, POINT_CONVERSION_UNCOMPRESSED, room, c->len, NULL) ==
           c->len);
    EC_POINT_free(p);
    EC_POINT_free(r);
    return view_of(room, c->len);
}

/* k * G and k * (5G), the generator named and not. */
static void try_scalar(const struct curve *c, const BIGNUM *k, size_t width)
{
    uint8_t           scalar[EC_SCALAR_MAX], want[EC_POINT_MAX], got[EC_POINT_MAX];
    uint8_t           five_bytes[EC_POINT_MAX];
    struct buf        out = BUF(got), five = BUF(five_bytes);
    const struct view s = view_of(scalar, width);

    EXPECT(BN_bn2binpad(k, scalar, (int)width) == (int)width);
    EXPECT_CODE(ec_multiply(c->group, s, generator, &out), OK);
    EXPECT_BYTES(buf_view(&out), openssls(c, k, c->g, want));
    out.len = 0;
    EXPECT_CODE(ec_multiply(c->group, s, c->g, &out), OK);
    EXPECT_BYTES(buf_view(&out), view_of(want, c->len));
    EXPECT_CODE(ec_multiply(c->group, HEX("05"), generator, &five), OK);
    out.len = 0;
    EXPECT_CODE(ec_multiply(c->group, s, buf_view(&five), &out), OK);
    EXPECT_BYTES(buf_view(&out), openssls(c, k, buf_view(&five), want));
}

static void noise(BIGNUM *k, unsigned seed, size_t n)
{
    uint8_t       bytes[2 * HASH_MAX];
    struct buf    out = BUF(bytes);
    const uint8_t in[] = { (uint8_t)seed, 0 }, more[] = { (uint8_t)seed, 1 };

    EXPECT_CODE(hash(HASH_SHA512, (struct view[]){ VIEW(in) }, 1, &out), OK);
    EXPECT_CODE(hash(HASH_SHA512, (struct view[]){ VIEW(more) }, 1, &out), OK);
    EXPECT(n <= sizeof bytes && BN_bin2bn(bytes, (int)n, k) != NULL);
}

static void try_scalars(const struct curve *c)
{
    const BIGNUM *n = EC_GROUP_get0_order(c->openssl);
    const size_t  len = c->d->p.len;
    BIGNUM       *k = BN_new();

    for (unsigned i = 1; i <= 20; i += EXPECT_STRIDE) { /* small, and small from the end */
        EXPECT(BN_set_word(k, i) == 1);
        try_scalar(c, k, len);
        try_scalar(c, k, i & 1 ? 1 : EC_SCALAR_MAX);
        EXPECT(BN_sub(k, n, k) == 1);
        try_scalar(c, k, len);
    }
    EXPECT(BN_rshift1(k, n) == 1); /* (n-1)/2 and (n+1)/2 */
    try_scalar(c, k, len);
    EXPECT(BN_add_word(k, 1) == 1);
    try_scalar(c, k, len);
    EXPECT(BN_copy(k, n) != NULL && BN_add_word(k, 1) == 1); /* over n */
    try_scalar(c, k, len);
    for (int bit = 7; bit < BN_num_bits(n); bit += 37 * EXPECT_STRIDE) {
        BN_zero(k);
        EXPECT(BN_set_bit(k, bit) == 1);
        try_scalar(c, k, len);
    }
    for (unsigned seed = 0; seed < 8; seed += EXPECT_STRIDE) {
        noise(k, seed, len - 1);
        try_scalar(c, k, len);
        noise(k, seed + 8, 80); /* longer than any n */
        try_scalar(c, k, EC_SCALAR_MAX);
    }
    BN_free(k);
}

static void scalars_are_openssls(void **state)
{
    (void)state;
    each_curve(try_scalars);
}

/* 0, n, 2n, with any number of zeros in front. */
static void try_infinity(const struct curve *c)
{
    BIGNUM *k = BN_new();

    for (unsigned i = 0; i < 3; i++) {
        for (size_t width = c->d->p.len + 1; width < EC_SCALAR_MAX; width += 20 * EXPECT_STRIDE) {
            uint8_t    scalar[EC_SCALAR_MAX], room[EC_POINT_MAX];
            struct buf out = BUF(room);

            EXPECT(BN_bn2binpad(k, scalar, (int)width) == (int)width);
            EXPECT_CODE(ec_multiply(c->group, view_of(scalar, width), generator, &out),
                        E_UNEXPECTED);
            EXPECT_CODE(ec_multiply(c->group, view_of(scalar, width), c->g, &out), E_UNEXPECTED);
            EXPECT(out.len == 0);
        }
        EXPECT(BN_add(k, k, EC_GROUP_get0_order(c->openssl)) == 1);
    }
    BN_free(k);
}

static void infinity_is_refused(void **state)
{
    uint8_t    room[EC_POINT_MAX];
    struct buf out = BUF(room);

    (void)state;
    each_curve(try_infinity);
    EXPECT_CODE(ec_multiply(EC_P256, view_of(NULL, 0), generator, &out), E_UNEXPECTED);
}

/* kG + lG = (k+l)G for every small k, l: doubling, neighbours, both orders. */
static void try_sums(const struct curve *c)
{
    uint8_t    multiple[17][EC_POINT_MAX], room[EC_POINT_MAX];
    struct buf out;

    for (uint8_t k = 1; k < 17; k++) {
        out = buf_of(multiple[k], EC_POINT_MAX);
        EXPECT_CODE(ec_multiply(c->group, view_of(&k, 1), generator, &out), OK);
    }
    for (size_t k = 1; k < 9; k++) {
        for (size_t l = EXPECT_STRIDE > 1 ? k : 1; l < 9; l += EXPECT_STRIDE) {
            out = BUF(room);
            EXPECT_CODE(
                ec_add(c->group, view_of(multiple[k], c->len), view_of(multiple[l], c->len), &out),
                OK);
            EXPECT_BYTES(buf_view(&out), view_of(multiple[k + l], c->len));
        }
    }
    /* P + (-P), -P = (x, p - y) */
    struct buf y = buf_of(multiple[2] + 1 + c->d->p.len, c->d->p.len);

    EXPECT_CODE(
        mod_sub(c->d->p, view_of(NULL, 0), view_of(multiple[1] + 1 + c->d->p.len, c->d->p.len), &y),
        OK);
    memcpy(multiple[2], multiple[1], 1 + c->d->p.len);
    out = BUF(room);
    EXPECT_CODE(ec_add(c->group, view_of(multiple[1], c->len), view_of(multiple[2], c->len), &out),
                E_UNEXPECTED);
    EXPECT(out.len == 0);
}

static void sums_hold(void **state)
{
    (void)state;
    each_curve(try_sums);
}

/* Walk the multiples of G until both coordinates have begun with a zero octet; those points
 * keep it, and are points. */
static void try_zeros(const struct curve *c)
{
    uint8_t    a[EC_POINT_MAX], b[EC_POINT_MAX], want[EC_POINT_MAX];
    bool       x_seen = false, y_seen = false, good = false;
    BIGNUM    *k = BN_new();
    struct buf first = BUF(a);

    EXPECT_CODE(ec_multiply(c->group, HEX("02"), generator, &first), OK);
    for (unsigned i = 3; i < 4000 && !(x_seen && y_seen); i++) {
        const uint8_t scalar[] = { (uint8_t)(i >> 8), (uint8_t)i };
        struct buf    next = BUF(b), again = BUF(b);

        EXPECT_CODE(ec_add(c->group, view_of(a, c->len), c->g, &next), OK);
        memcpy(a, b, c->len);
        if (a[1] != 0 && a[1 + c->d->p.len] != 0)
            continue;
        x_seen = x_seen || a[1] == 0;
        y_seen = y_seen || a[1 + c->d->p.len] == 0;
        EXPECT(BN_set_word(k, i) == 1);
        EXPECT_BYTES(view_of(a, c->len), openssls(c, k, c->g, want));
        EXPECT_CODE(ec_multiply(c->group, VIEW(scalar), generator, &again), OK);
        EXPECT_BYTES(view_of(b, c->len), view_of(want, c->len));
        EXPECT_CODE(ec_check(c->group, view_of(a, c->len), &good), OK);
        EXPECT(good);
    }
    EXPECT(x_seen && y_seen);
    BN_free(k);
}

static void zeros_in_front_stay(void **state)
{
    (void)state;
    each_curve(try_zeros);
}

static void misuse_is_a_bug(void **state)
{
    static const uint8_t zeros[EC_SCALAR_MAX + 1];
    uint8_t              room[EC_POINT_MAX];
    struct buf           out = BUF(room);
    bool                 good = false;

    (void)state;
    EXPECT_CODE(ec_multiply(EC_NONE, HEX("02"), generator, &out), E_BUG);
    EXPECT_CODE(ec_multiply(EC_GROUP_COUNT, HEX("02"), generator, &out), E_BUG);
    EXPECT_CODE(ec_multiply(EC_P256, VIEW(zeros), generator, &out), E_BUG);
    EXPECT_CODE(ec_add(EC_NONE, generator, generator, &out), E_BUG);
    EXPECT_CODE(ec_check(EC_NONE, generator, &good), E_BUG);
    EXPECT(!good);
    out.cap = 64;
    EXPECT_CODE(ec_multiply(EC_P256, HEX("02"), generator, &out), E_NO_SPACE);
    EXPECT_CODE(ec_add(EC_P256, generator, generator, &out), E_NO_SPACE);
    out.cap = 65;
    EXPECT_CODE(ec_multiply(EC_P256, HEX("02"), generator, &out), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pace_example_holds),  cmocka_unit_test(scalars_are_openssls),
        cmocka_unit_test(infinity_is_refused), cmocka_unit_test(sums_hold),
        cmocka_unit_test(zeros_in_front_stay), cmocka_unit_test(misuse_is_a_bug),
    };

    return cmocka_run_group_tests_name("crypto.ec", tests, NULL, NULL);
}
