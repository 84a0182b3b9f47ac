/*
 * mac_test: Retail-MAC and CMAC on the standards' numbers, the message cut at every place.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendices D.3 and D.4 (padded by hand, method 2);
 * RFC 4493 clause 4 and NIST SP 800-38B D.2, D.3.
 */
#include "crypto/mac.h"

#include "expect.h"

typedef struct err mac_fn(struct view, const struct view *, size_t, struct buf *);

static const struct {
    const char *name;
    mac_fn     *mac;
    const char *key, *message, *want;
} rows[] = {
    /* clang-format off */
    { "9303-11 D.3 M_IFD", mac_retail, "7962D9ECE03D1ACD4C76089DCE131543",
      "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 8000000000000000",
      "5F1448EEA8AD90A7" },
    { "9303-11 D.3 M_IC", mac_retail, "7962D9ECE03D1ACD4C76089DCE131543",
      "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F 8000000000000000",
      "2F2D235D074D7449" },
    { "9303-11 D.4 CC of SELECT", mac_retail, "F1CB1F1FB5ADF208806B89DC579DC1F8",
      "887022120C06C227 0CA4020C80000000 8709016375432908 C044F68000000000",
      "BF8B92D635FF24F8" },
    { "9303-11 D.4 CC of its answer", mac_retail, "F1CB1F1FB5ADF208806B89DC579DC1F8",
      "887022120C06C228 9902900080000000", "FA855A5D4C50A8ED" },
    { "RFC 4493 example 1", mac_cmac, "2B7E151628AED2A6ABF7158809CF4F3C", "",
      "BB1D6929E95937287FA37D129B756746" },
    { "RFC 4493 example 2", mac_cmac, "2B7E151628AED2A6ABF7158809CF4F3C",
      "6BC1BEE22E409F96E93D7E117393172A", "070A16B46B4D4144F79BDD9DD04A287C" },
    { "RFC 4493 example 3", mac_cmac, "2B7E151628AED2A6ABF7158809CF4F3C",
      "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411",
      "DFA66747DE9AE63030CA32611497C827" },
    { "SP 800-38B D.2 example 5", mac_cmac, "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B", "",
      "D17DDF46ADAACDE531CAC483DE7A9367" },
    { "SP 800-38B D.3 example 9", mac_cmac,
      "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4", "",
      "028962F61B7BF89EFC6B551F4667D983" },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view key = HEX(rows[i].key), m = HEX(rows[i].message);
        const struct view want = HEX(rows[i].want);

        ROW(rows[i].name);
        for (size_t cut = 0; cut <= m.len; cut++) {
            const struct view parts[] = { view_of(m.ptr, cut), view_of(m.ptr + cut, m.len - cut) };
            uint8_t           room[MAC_CMAC_LEN];
            struct buf        out = buf_of(room, want.len);

            EXPECT_CODE(rows[i].mac(key, parts, 2, &out), OK);
            EXPECT_BYTES(buf_view(&out), want);
            EXPECT_CODE(rows[i].mac(key, parts, 2, &out), E_NO_SPACE);
        }
    }
}

/* A part longer than what is fed to the cipher at once gives the same as its pieces. */
static void long_parts(void **state)
{
    static uint8_t    message[4096];
    struct view       whole = VIEW(message), pieces[64];
    const struct view key = HEX("7962D9ECE03D1ACD4C76089DCE131543");
    uint8_t           one[8], many[8];
    struct buf        a = BUF(one), b = BUF(many);

    (void)state;
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < COUNT(pieces); i++)
        EXPECT_CODE(view_sub(whole, i * 64, 64, &pieces[i]), OK);
    EXPECT_CODE(mac_retail(key, &whole, 1, &a), OK);
    EXPECT_CODE(mac_retail(key, pieces, COUNT(pieces), &b), OK);
    EXPECT_BYTES(buf_view(&a), buf_view(&b));
}

static void refused(void **state)
{
    static const uint8_t zero[40];
    uint8_t              room[16];
    struct buf           out = BUF(room);
    const struct view half = view_of(zero, 12), none = view_of(zero, 0), block = view_of(zero, 8);

    (void)state;
    EXPECT_CODE(mac_retail(view_of(zero, 16), &half, 1, &out), E_BUG);
    EXPECT_CODE(mac_retail(view_of(zero, 16), &none, 1, &out), E_BUG);
    EXPECT_CODE(mac_retail(view_of(zero, 24), &block, 1, &out), E_BUG);
    EXPECT_CODE(mac_cmac(view_of(zero, 8), &block, 1, &out), E_BUG);
    EXPECT(out.len == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(long_parts),
        cmocka_unit_test(refused),
    };

    return cmocka_run_group_tests_name("crypto.mac", tests, NULL, NULL);
}
