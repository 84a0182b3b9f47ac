/*
 * keys_test: the KDF against the worked example of the standard.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix D: D.2 derives the document basic access keys,
 * D.3 the session keys; appendix G.1's secret (20 bytes) with the 3DES key that proxmark3
 * publishes for it.
 */
#include "access/keys.h"

#include "expect.h"

static const struct {
    const char  *name, *secret;
    enum key_use use;
    const char  *key;
} rows[] = {
    /* clang-format off */
    { "D.2 K_Enc",  "239AB9CB282DAF66231DC5A4DF6BFBAE", KEY_ENC, "AB94FDECF2674FDFB9B391F85D7F76F2" },
    { "D.2 K_MAC",  "239AB9CB282DAF66231DC5A4DF6BFBAE", KEY_MAC, "7962D9ECE03D1ACD4C76089DCE131543" },
    { "D.3 KS_Enc", "0036D272F5C350ACAC50C3F572D23600", KEY_ENC, "979EC13B1CBFE9DCD01AB0FED307EAE5" },
    { "D.3 KS_MAC", "0036D272F5C350ACAC50C3F572D23600", KEY_MAC, "F1CB1F1FB5ADF208806B89DC579DC1F8" },
    { "G.1 K_pi",   "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD", KEY_PACE_PI, "89DFD0B36725EC1F624C1989312949DC" },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t key[KEY_3DES_LEN];

        ROW(rows[i].name);
        EXPECT_CODE(kdf_3des(HEX(rows[i].secret), rows[i].use, key), OK);
        EXPECT_BYTES(VIEW(key), HEX(rows[i].key));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold) };

    return cmocka_run_group_tests_name("access.keys", tests, NULL, NULL);
}
