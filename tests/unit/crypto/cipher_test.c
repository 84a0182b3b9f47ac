/*
 * cipher_test: CBC both ways on the standards' numbers.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix D.3 (3DES), NIST SP 800-38A F.2.1 to F.2.6 (AES).
 */
#include "crypto/cipher.h"

#include "expect.h"

#define PLAIN                                                                                      \
    "6BC1BEE22E409F96E93D7E117393172A AE2D8A571E03AC9C9EB76FAC45AF8E51"                            \
    "30C81C46A35CE411E5FBC1191A0A52EF F69F2445DF4F9B17AD2B417BE66C3710"
#define COUNTING "000102030405060708090A0B0C0D0E0F"

static const struct {
    const char     *name;
    enum cipher_alg alg;
    const char     *key, *iv, *plain, *secret;
} rows[] = {
    /* clang-format off */
    { "9303-11 D.3 E_IFD", CIPHER_3DES, "AB94FDECF2674FDFB9B391F85D7F76F2", "0000000000000000",
      "781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B",
      "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2" },
    { "SP 800-38A F.2.1", CIPHER_AES, "2B7E151628AED2A6ABF7158809CF4F3C", COUNTING, PLAIN,
      "7649ABAC8119B246CEE98E9B12E9197D 5086CB9B507219EE95DB113A917678B2"
      "73BED6B8E3C1743B7116E69E22229516 3FF1CAA1681FAC09120ECA307586E1A7" },
    { "SP 800-38A F.2.3", CIPHER_AES, "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B", COUNTING,
      PLAIN, "4F021DB243BC633D7178183A9FA071E8 B4D9ADA9AD7DEDF4E5E738763F69145A"
      "571B242012FB7AE07FA9BAAC3DF102E0 08B0E27988598881D920A9E64F5615CD" },
    { "SP 800-38A F.2.5", CIPHER_AES,
      "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4", COUNTING, PLAIN,
      "F58C4C04D6E5F1BA779EABFB5F7BFBD6 9CFC4E967EDB808D679F777BC6702C7D"
      "39F23369A9D9BACFA530E26304231461 B2EB05E2C39BE9FCDA6C19078C6A9D1B" },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct cipher c = { rows[i].alg, HEX(rows[i].key), HEX(rows[i].iv) };
        const struct view   plain = HEX(rows[i].plain), secret = HEX(rows[i].secret);
        uint8_t             room[64];
        struct buf          out = buf_of(room, plain.len);

        ROW(rows[i].name);
        EXPECT_CODE(cipher_cbc(&c, CIPHER_ENCRYPT, plain, &out), OK);
        EXPECT_BYTES(buf_view(&out), secret);
        out.len = 0;
        EXPECT_CODE(cipher_cbc(&c, CIPHER_DECRYPT, secret, &out), OK);
        EXPECT_BYTES(buf_view(&out), plain);
        EXPECT_CODE(cipher_cbc(&c, CIPHER_DECRYPT, secret, &out), E_NO_SPACE);
        EXPECT_CODE(cipher_cbc(&c, CIPHER_DECRYPT, view_of(NULL, 0), &out), OK);
        EXPECT(out.len == plain.len);
    }
}

static void refused(void **state)
{
    static const uint8_t zero[64];
    static const struct {
        const char     *name;
        enum cipher_alg alg;
        size_t          key, iv, in;
    } bad[] = {
        /* clang-format off */
        { "3DES, one key",      CIPHER_3DES, 8,  8,  16 },
        { "3DES, three keys",   CIPHER_3DES, 24, 8,  16 },
        { "3DES, IV of 16",     CIPHER_3DES, 16, 16, 16 },
        { "3DES, half a block", CIPHER_3DES, 16, 8,  12 },
        { "AES, key of 20",     CIPHER_AES,  20, 16, 16 },
        { "AES, IV of 8",       CIPHER_AES,  16, 8,  16 },
        { "AES, half a block",  CIPHER_AES,  16, 16, 24 },
        /* clang-format on */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct cipher c = { bad[i].alg, view_of(zero, bad[i].key), view_of(zero, bad[i].iv) };
        uint8_t             room[64];
        struct buf          out = BUF(room);

        ROW(bad[i].name);
        EXPECT_CODE(cipher_cbc(&c, CIPHER_ENCRYPT, view_of(zero, bad[i].in), &out), E_BUG);
        EXPECT(out.len == 0);
    }
    EXPECT(cipher_block(CIPHER_3DES) == 8 && cipher_block(CIPHER_AES) == 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold), cmocka_unit_test(refused) };

    return cmocka_run_group_tests_name("crypto.cipher", tests, NULL, NULL);
}
