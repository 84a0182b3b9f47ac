/*
 * modular_test: arithmetic modulo a number: the worked example of PACE, small numbers done by
 * hand, and operands of every shape beside OpenSSL's.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix G.2 (DH, generic mapping, RFC 5114 clause 2.1).
 */
#include "crypto/modular.h"

#include <openssl/bn.h>

#include "crypto/group.h"
#include "crypto/hash.h"
#include "expect.h"

typedef struct err mod_fn(struct view, struct view, struct view, struct buf *);

static struct err reduce(struct view m, struct view a, struct view b, struct buf *out)
{
    (void)b;
    return mod_reduce(m, a, out);
}

/* clang-format off */
static const char sk_map_ifd[] = "5265030F751F4AD18B08AC565FC7AC952E41618D",
  s_nonce[] = "FA5B7E3E49753A0DB9178B7B9BD898C8",
  sk_dh_ifd[] = "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA",
  pk_map_ifd[] =
      "23FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEB"
      "CE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0"
      "DF86274B9359BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8B"
      "A166F4311975EC6C",
  pk_map_ic[] =
      "78879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4"
      "DA19E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085"
      "655AF30889DBB845D9E6783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D825"
      "8950A91B44126EE6",
  h_shared[] =
      "5BABEBEF5B74E5BA94B5C063FDA15F1F1CDE94873EE0A5D3A2FCAB49F258D07F544F13CB66658C3A"
      "FEE9E727389BE3F6CBBBD32128A8C21DD6EEA3CF7091CDDFB08B8D007D40318DCCA4FFBF51208790"
      "FB4BD111E5A968ED6B6F08B26CA87C410B3CE0C310CE104EABD16629AA48620C1279270CB0750C0D"
      "37C57FFFE302AE7F",
  g_mapped[] =
      "7C9CBFE98F9FBDDA8D143506FA7D9306F4CB17E3C71707AFF5E1C1A12370249684D64EE37AF44B8D"
      "BD9D45BF6023919CBAA027AB97ACC771666C8E98FF483301BFA4872DEDE9034EDFACB70814166B7F"
      "360676829B826BEA57291B5AD69FBC84EF1E779032A305803F74341793E869742D401325B37EE856"
      "5FFCDEE618342DC5",
  pk_dh_ifd[] =
      "907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A"
      "02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC071"
      "47057871A922212C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5"
      "130551EDBC2EE5D4",
  pk_dh_ic[] =
      "075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C4"
      "2ADC79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3F"
      "A5DC41899238A250767A6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E4"
      "9687FF61BC29AEA1",
  k_shared[] =
      "6BABC7B3A72BCD7EA385E4C62DB2625BD8613B24149E146A629311C4CA6698E38B834B6A9E9CD718"
      "4BA8834AFF5043D436950C4C1E7832367C10CB8C314D40E5990B0DF7013E64B4549E2270923D06F0"
      "8CFF6BD3E977DDE6ABE4C31D55C0FA2E465E553E77BDF75E3193D3834FC26E8EB1EE2FA1E4FC97C1"
      "8C3F6CFFFE2607FD";
/* clang-format on */

static struct view power(struct view base, const char *exponent, uint8_t *room)
{
    struct buf out = buf_of(room, 128);

    EXPECT_CODE(mod_exp(dh_domain(DH_1024_160)->p, base, HEX(exponent), &out), OK);
    return buf_view(&out);
}

static void pace_example_holds(void **state)
{
    const struct dh_domain *d = dh_domain(DH_1024_160);
    uint8_t                 room[128], again[128];
    struct buf              out = BUF(again);

    (void)state;
    ROW("G.2 PK_Map_IFD");
    EXPECT_BYTES(power(d->g, sk_map_ifd, room), HEX(pk_map_ifd));
    ROW("G.2 h");
    EXPECT_BYTES(power(HEX(pk_map_ic), sk_map_ifd, room), HEX(h_shared));
    ROW("G.2 mapped generator");
    EXPECT_CODE(mod_mul(d->p, power(d->g, s_nonce, room), HEX(h_shared), &out), OK);
    EXPECT_BYTES(buf_view(&out), HEX(g_mapped));
    ROW("G.2 PK_DH_IFD");
    EXPECT_BYTES(power(HEX(g_mapped), sk_dh_ifd, room), HEX(pk_dh_ifd));
    ROW("G.2 K");
    EXPECT_BYTES(power(HEX(pk_dh_ic), sk_dh_ifd, room), HEX(k_shared));
}

/* Small enough to be seen at a glance; the result is as long as m is written. */
static void small_numbers_hold(void **state)
{
    static const struct {
        const char *name;
        mod_fn     *fn;
        const char *m, *a, *b, *want;
    } rows[] = {
        /* clang-format off */
        { "reduce 0",                  reduce,  "07", "",       "", "00" },
        { "reduce below m",            reduce,  "07", "05",     "", "05" },
        { "reduce m",                  reduce,  "07", "07",     "", "00" },
        { "reduce by an even number",  reduce,  "06", "00FF",   "", "03" },
        { "reduce, m with zeros",      reduce,  "000007", "0100", "", "000004" },
        { "reduce, a result of zeros", reduce,  "010001", "020003", "", "000001" },
        { "add over m",                mod_add, "07", "05", "06", "04" },
        { "add to m",                  mod_add, "0101", "0100", "01", "0000" },
        { "add numbers over m",        mod_add, "07", "FF", "FF", "06" },
        { "add, even m",               mod_add, "06", "05", "05", "04" },
        { "subtract",                  mod_sub, "07", "05", "03", "02" },
        { "subtract below zero",       mod_sub, "07", "03", "05", "05" },
        { "subtract itself",           mod_sub, "0101", "25", "25", "0000" },
        { "subtract a long number",    mod_sub, "07", "", "FFFF", "06" },
        { "multiply",                  mod_mul, "0D", "05", "06", "04" },
        { "multiply by nothing",       mod_mul, "0101", "55", "", "0000" },
        { "multiply numbers over m",   mod_mul, "07", "FF", "FE", "06" },
        { "power",                     mod_exp, "0D", "02", "06", "0C" },
        { "power, leading zero",       mod_exp, "0101", "02", "03", "0008" },
        { "anything ^ 0",              mod_exp, "0101", "55", "", "0001" },
        { "0 ^ 0",                     mod_exp, "0101", "00", "00", "0001" },
        { "0 ^ 5",                     mod_exp, "0101", "", "05", "0000" },
        { "m ^ 5",                     mod_exp, "0101", "0101", "05", "0000" },
        { "(m-1) ^ 2",                 mod_exp, "0101", "0100", "02", "0001" },
        { "(m-1) ^ 3, zeros in front", mod_exp, "0101", "000100", "000003", "0100" },
        { "base over m",               mod_exp, "0D", "0F", "06", "0C" },
        { "m is no prime",             mod_exp, "0F", "06", "02", "06" },
        /* clang-format on */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view m = HEX(rows[i].m), a = HEX(rows[i].a), b = HEX(rows[i].b);
        uint8_t           room[8];
        struct buf        out = buf_of(room, m.len);

        ROW(rows[i].name);
        EXPECT_CODE(rows[i].fn(m, a, b, &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(rows[i].want));
    }
}

static void what_is_no_modulus_is_refused(void **state)
{
    static const uint8_t ones[MOD_LONG_MAX + 1] = { [0 ... MOD_LONG_MAX] = 1 };
    const struct view    five = HEX("05"), long_m = view_of(ones, MOD_MAX + 1);
    const struct view    too_long = view_of(ones, MOD_LONG_MAX + 1);
    const struct {
        const char *name;
        mod_fn     *fn;
        struct view m, a, b;
    } rows[] = {
        /* clang-format off */
        { "no m",               mod_mul, HEX(""), five, five },
        { "m = 0",              mod_mul, HEX("0000"), five, five },
        { "m = 1",              mod_exp, HEX("0001"), five, five },
        { "reduce by 0",        reduce,  HEX("00"), five, five },
        { "add, m = 1",         mod_add, HEX("01"), five, five },
        { "power, even m",      mod_exp, HEX("0100"), five, five },
        { "power, m = 2",       mod_exp, HEX("02"), five, five },
        { "m too long",         reduce,  long_m, five, five },
        { "m too long, power",  mod_exp, long_m, five, five },
        { "a too long",         reduce,  five, too_long, five },
        { "b too long",         mod_mul, five, five, too_long },
        { "exponent too long",  mod_exp, five, five, long_m },
        /* clang-format on */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t    room[MOD_LONG_MAX] = { 0x77 };
        struct buf out = BUF(room);

        ROW(rows[i].name);
        EXPECT_CODE(rows[i].fn(rows[i].m, rows[i].a, rows[i].b, &out), E_CRYPTO);
        EXPECT(out.len == 0);
    }
}

static void room_is_asked_for(void **state)
{
    static mod_fn *const fns[] = { reduce, mod_add, mod_sub, mod_mul, mod_exp };
    const struct view    m = HEX("0101"), a = HEX("02");

    (void)state;
    for (size_t i = 0; i < COUNT(fns); i++) {
        uint8_t    room[3] = { 0xAA, 0x77, 0x77 };
        struct buf out = { room, 2, 1 };

        EXPECT_CODE(fns[i](m, a, a, &out), E_NO_SPACE);
        EXPECT(out.len == 1 && room[1] == 0x77);
        out.cap = 3; /* appended behind what is there */
        EXPECT_CODE(fns[i](m, a, a, &out), OK);
        EXPECT(out.len == 3 && room[0] == 0xAA && room[1] == 0x00);
    }
}

/* n bytes that look like nothing, the same in every run. */
static struct view noise(unsigned seed, size_t n, uint8_t *room)
{
    uint8_t    all[1024 + HASH_MAX];
    struct buf out = BUF(all);

    for (uint8_t i = 0; out.len < n; i++) {
        const uint8_t     in[] = { (uint8_t)seed, (uint8_t)(seed >> 8), i };
        const struct view part = VIEW(in);

        EXPECT_CODE(hash(HASH_SHA512, &part, 1, &out), OK);
    }
    memcpy(room, all, n);
    return view_of(room, n);
}

static BIGNUM *number(struct view v)
{
    return BN_bin2bn(v.ptr, (int)v.len, NULL);
}

static int bn_reduce(BIGNUM *y, const BIGNUM *a, const BIGNUM *b, const BIGNUM *m, BN_CTX *ctx)
{
    (void)b;
    return BN_nnmod(y, a, m, ctx);
}

static int bn_power(BIGNUM *y, const BIGNUM *a, const BIGNUM *b, const BIGNUM *m, BN_CTX *ctx)
{
    BIGNUM   *base = BN_new();
    const int ok = BN_nnmod(base, a, m, ctx) == 1 && BN_mod_exp_simple(y, base, b, m, ctx) == 1;

    BN_free(base);
    return ok;
}

static void try_lengths(unsigned seed, size_t m_len, size_t a_len, size_t b_len)
{
    static const struct {
        mod_fn *fn;
        int (*bn)(BIGNUM *, const BIGNUM *, const BIGNUM *, const BIGNUM *, BN_CTX *);
    } ops[] = {
        { reduce, bn_reduce },   { mod_add, BN_mod_add }, { mod_sub, BN_mod_sub },
        { mod_mul, BN_mod_mul }, { mod_exp, bn_power },
    };
    uint8_t           m_room[MOD_MAX], a_room[MOD_LONG_MAX], b_room[MOD_LONG_MAX];
    const struct view m = noise(seed, m_len, m_room), a = noise(seed + 1, a_len, a_room);
    const struct view b = noise(seed + 2, b_len, b_room);
    BN_CTX           *ctx = BN_CTX_new();

    m_room[m_len - 1] |= 1;
    BIGNUM *m_bn = number(m), *a_bn = number(a), *b_bn = number(b), *y = BN_new();

    for (size_t i = 0; i < COUNT(ops); i++) {
        uint8_t    got[MOD_MAX], want[MOD_MAX];
        struct buf out = BUF(got);

        EXPECT(ops[i].bn(y, a_bn, b_bn, m_bn, ctx) == 1);
        EXPECT(BN_bn2binpad(y, want, (int)m_len) == (int)m_len);
        EXPECT_CODE(ops[i].fn(m, a, b, &out), OK);
        EXPECT_BYTES(buf_view(&out), view_of(want, m_len));
    }
    BN_free(m_bn);
    BN_free(a_bn);
    BN_free(b_bn);
    BN_free(y);
    BN_CTX_free(ctx);
}

static void all_shapes_are_openssls(void **state)
{
    static const size_t lengths[][3] = {
        /* m, a, b */
        { 20, 20, 20 },   { 20, 80, 1 },     { 24, 23, 48 },  { 66, 80, 66 },    { 128, 128, 20 },
        { 128, 20, 128 }, { 128, 256, 16 },  { 3, 1024, 3 },  { 256, 512, 32 },  { 256, 10, 28 },
        { 384, 384, 32 }, { 512, 1024, 64 }, { 512, 16, 16 }, { 255, 257, 129 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT(lengths); i++) {
        for (unsigned k = 0; k < 3; k++)
            try_lengths(100 * i + 10 * k, lengths[i][0], lengths[i][1], lengths[i][2]);
    }
}

/* Shared secrets that begin with zero octets keep them: some 8 in 2048 do. */
static void zeros_in_front_stay(void **state)
{
    const struct dh_domain *d = dh_domain(DH_1024_160);
    uint8_t                 a[128], b[128];
    struct buf              y = BUF(a);
    size_t                  found = 0;

    (void)state;
    EXPECT_CODE(mod_reduce(d->p, d->g, &y), OK);
    for (uint16_t k = 2; k < 2048; k++) { /* a = g^k, by multiplying */
        const uint8_t exponent[] = { (uint8_t)(k >> 8), (uint8_t)k };
        struct buf    next = BUF(b), again = BUF(b);

        EXPECT_CODE(mod_mul(d->p, view_of(a, 128), d->g, &next), OK);
        memcpy(a, b, sizeof a);
        if (a[0] != 0)
            continue;
        found++;
        EXPECT_CODE(mod_exp(d->p, d->g, VIEW(exponent), &again), OK);
        EXPECT_BYTES(VIEW(b), VIEW(a));
    }
    EXPECT(found > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pace_example_holds),
        cmocka_unit_test(small_numbers_hold),
        cmocka_unit_test(what_is_no_modulus_is_refused),
        cmocka_unit_test(room_is_asked_for),
        cmocka_unit_test(all_shapes_are_openssls),
        cmocka_unit_test(zeros_in_front_stay),
    };

    return cmocka_run_group_tests_name("crypto.modular", tests, NULL, NULL);
}
