/*
 * keys_test: the KDF of every suite against worked examples.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix D: D.2 derives the document basic access keys,
 * D.3 the session keys; G.1, G.2, H.1 the password and session keys of PACE; appendix G.1's
 * secret (20 bytes) under the other suites: the keys that proxmark3 publishes for it.
 */
#include "access/keys.h"

#include "expect.h"

#define G1   "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"
#define G1_K "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925"

static const struct {
    const char   *name;
    enum sm_suite suite;
    const char   *secret;
    enum key_use  use;
    const char   *key;
} rows[] = {
    /* clang-format off */
    { "D.2 K_Enc",    SM_SUITE_3DES, "239AB9CB282DAF66231DC5A4DF6BFBAE", KEY_ENC, "AB94FDECF2674FDFB9B391F85D7F76F2" },
    { "D.2 K_MAC",    SM_SUITE_3DES, "239AB9CB282DAF66231DC5A4DF6BFBAE", KEY_MAC, "7962D9ECE03D1ACD4C76089DCE131543" },
    { "D.3 KS_Enc",   SM_SUITE_3DES, "0036D272F5C350ACAC50C3F572D23600", KEY_ENC, "979EC13B1CBFE9DCD01AB0FED307EAE5" },
    { "D.3 KS_MAC",   SM_SUITE_3DES, "0036D272F5C350ACAC50C3F572D23600", KEY_MAC, "F1CB1F1FB5ADF208806B89DC579DC1F8" },
    { "3DES K_pi",    SM_SUITE_3DES, G1, KEY_PACE_PI, "89DFD0B36725EC1F624C1989312949DC" },
    { "G.1 K_pi",     SM_SUITE_AES_128, G1, KEY_PACE_PI, "89DED1B26624EC1E634C1989302849DD" },
    { "AES-128 enc",  SM_SUITE_AES_128, G1, KEY_ENC, "3CC5F8872F8B1471B47EEFDDFFC43F46" },
    { "AES-128 mac",  SM_SUITE_AES_128, G1, KEY_MAC, "BD651C6B2FA9B4704553332007771E84" },
    { "AES-192 enc",  SM_SUITE_AES_192, G1, KEY_ENC, "11504483F04A10A66A8FCD6D348C75A961809C54EDAA2117" },
    { "AES-192 mac",  SM_SUITE_AES_192, G1, KEY_MAC, "1F35D576CE54BA775A391F9749E388C48215B7D544D62D96" },
    { "AES-192 K_pi", SM_SUITE_AES_192, G1, KEY_PACE_PI, "D79A23C126202AC9051FEBFBC0E8A03B1C6645D85752B4B7" },
    { "AES-256 enc",  SM_SUITE_AES_256, G1, KEY_ENC,
      "11504483F04A10A66A8FCD6D348C75A961809C54EDAA21174726A97FB37DEF52" },
    { "AES-256 mac",  SM_SUITE_AES_256, G1, KEY_MAC,
      "1F35D576CE54BA775A391F9749E388C48215B7D544D62D96470ABA7B19F051A3" },
    { "AES-256 K_pi", SM_SUITE_AES_256, G1, KEY_PACE_PI,
      "D79A23C126202AC9051FEBFBC0E8A03B1C6645D85752B4B71408FA229AB6D56B" },
    { "H.1 K_pi",     SM_SUITE_AES_128, "313233343536", KEY_PACE_PI, "591468CDA83D65219CCCB8560233600F" },
    { "G.1 KS_Enc",   SM_SUITE_AES_128, G1_K, KEY_ENC, "F5F0E35C0D7161EE6724EE513A0D9A7F" },
    { "G.1 KS_MAC",   SM_SUITE_AES_128, G1_K, KEY_MAC, "FE251C7858B356B24514B3BD5F4297D1" },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t    bytes[SM_KEY_MAX];
        struct buf key = BUF(bytes);

        ROW(rows[i].name);
        EXPECT_CODE(kdf(rows[i].suite, HEX(rows[i].secret), rows[i].use, &key), OK);
        EXPECT_BYTES(buf_view(&key), HEX(rows[i].key));
        EXPECT(key.len == kdf_len(rows[i].suite));
    }
}

static void no_suite_no_key(void **state)
{
    (void)state;
    uint8_t    bytes[SM_KEY_MAX], few[15];
    struct buf key = BUF(bytes), small = BUF(few);
    struct sm  sm = { 0 };

    EXPECT(kdf_len(SM_SUITE_NONE) == 0 && kdf_len(SM_SUITE_COUNT) == 0);
    EXPECT_CODE(kdf(SM_SUITE_NONE, HEX(G1), KEY_ENC, &key), E_BUG);
    EXPECT_CODE(kdf(SM_SUITE_COUNT, HEX(G1), KEY_ENC, &key), E_BUG);
    EXPECT_CODE(kdf(SM_SUITE_AES_128, HEX(G1), KEY_ENC, &small), E_NO_SPACE);
    EXPECT(key.len == 0 && small.len == 0);
    EXPECT_CODE(session_begin(&sm, SM_SUITE_NONE, HEX(G1)), E_BUG);
    EXPECT(sm.state == SM_OFF);
}

static void ciphers_have_suites(void **state)
{
    (void)state;
    EXPECT(suite_of(INFO_CIPHER_NONE) == SM_SUITE_NONE);
    EXPECT(suite_of(INFO_CIPHER_3DES) == SM_SUITE_3DES);
    EXPECT(suite_of(INFO_CIPHER_AES_128) == SM_SUITE_AES_128);
    EXPECT(suite_of(INFO_CIPHER_AES_192) == SM_SUITE_AES_192);
    EXPECT(suite_of(INFO_CIPHER_AES_256) == SM_SUITE_AES_256);
}

static void sessions_begin_at_zero(void **state)
{
    (void)state;
    struct sm sm = { 0 };

    EXPECT_CODE(session_begin(&sm, SM_SUITE_3DES, HEX("0036D272F5C350ACAC50C3F572D23600")), OK);
    EXPECT(sm.state == SM_LIVE && sm.suite == SM_SUITE_3DES);
    EXPECT_BYTES(view_of(sm.ks_enc, 16), HEX("979EC13B1CBFE9DCD01AB0FED307EAE5"));
    EXPECT_BYTES(view_of(sm.ks_mac, 16), HEX("F1CB1F1FB5ADF208806B89DC579DC1F8"));
    EXPECT_BYTES(VIEW(sm.ssc.bytes), HEX("00000000000000000000000000000000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(no_suite_no_key),
        cmocka_unit_test(ciphers_have_suites),
        cmocka_unit_test(sessions_begin_at_zero),
    };

    return cmocka_run_group_tests_name("access.keys", tests, NULL, NULL);
}
