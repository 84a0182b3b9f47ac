/*
 * suite_test: the derivation of keys of Doc 9303-11 (8th ed.) clause 9.7.1 for the password key
 * of Appendix G.1 and H.1; the ciphers and MACs have their vectors in tunnel_test and
 * pace_chip_test.
 */
#include "chip/suite.h"

#include "expect.h"

#define K_OF_G "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"

static const struct {
    const char    *name;
    enum suite     suite;
    const char    *secret;
    enum suite_use use;
    const char    *key;
} keys[] = {
    /* clang-format off */
    { "3des, password",       SUITE_3DES,    K_OF_G, SUITE_USE_PASSWORD, "89DFD0B36725EC1F624C1989312949DC" },
    { "aes-128, encryption",  SUITE_AES_128, K_OF_G, SUITE_USE_ENC,      "3CC5F8872F8B1471B47EEFDDFFC43F46" },
    { "aes-128, MAC",         SUITE_AES_128, K_OF_G, SUITE_USE_MAC,      "BD651C6B2FA9B4704553332007771E84" },
    { "G.1 K_pi",             SUITE_AES_128, K_OF_G, SUITE_USE_PASSWORD, "89DED1B26624EC1E634C1989302849DD" },
    { "H.1 K_pi, CAN 123456", SUITE_AES_128, "313233343536", SUITE_USE_PASSWORD, "591468CDA83D65219CCCB8560233600F" },
    { "aes-192, password",    SUITE_AES_192, K_OF_G, SUITE_USE_PASSWORD, "D79A23C126202AC9051FEBFBC0E8A03B1C6645D85752B4B7" },
    { "aes-256, encryption",  SUITE_AES_256, K_OF_G, SUITE_USE_ENC,
      "11504483F04A10A66A8FCD6D348C75A961809C54EDAA21174726A97FB37DEF52" },
    { "aes-256, password",    SUITE_AES_256, K_OF_G, SUITE_USE_PASSWORD,
      "D79A23C126202AC9051FEBFBC0E8A03B1C6645D85752B4B71408FA229AB6D56B" },
    /* clang-format on */
};

static void keys_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(keys); i++) {
        uint8_t key[SUITE_KEY_MAX];

        ROW(keys[i].name);
        EXPECT_CODE(suite_key(keys[i].suite, HEX(keys[i].secret), keys[i].use, key), OK);
        EXPECT_BYTES(view_of(key, suite_key_len(keys[i].suite)), HEX(keys[i].key));
    }
}

static void names(void **state)
{
    (void)state;
    for (size_t i = 0; i < SUITE_COUNT; i++) {
        ROW(suite_name((enum suite)i));
        EXPECT(suite_named(text_of(suite_name((enum suite)i))) == (enum suite)i);
    }
    EXPECT(suite_named(TEXT("aes-12")) == SUITE_COUNT);
    EXPECT(suite_named(TEXT("aes-1280")) == SUITE_COUNT);
}

static const struct {
    const char *name, *padded, *text; /* text NULL: refused */
} paddings[] = {
    /* clang-format off */
    { "one byte of it",     "00112233445566778899AABBCCDDEE80", "00112233445566778899AABBCCDDEE" },
    { "a whole block",      "80000000000000000000000000000000", "" },
    { "zeros before it",    "00000000000000000000000000008000", "0000000000000000000000000000" },
    { "no 80",              "00112233445566778899AABBCCDDEEFF", NULL },
    { "a block of zeros",   "8000000000000000000000000000000000", NULL },
    { "nothing",            "",                                 NULL },
    /* clang-format on */
};

static void paddings_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(paddings); i++) {
        struct view text = HEX(paddings[i].padded);

        ROW(paddings[i].name);
        EXPECT_CODE(suite_unpad(SUITE_AES_128, &text), paddings[i].text != NULL ? OK : E_MALFORMED);
        if (paddings[i].text != NULL)
            EXPECT_BYTES(text, HEX(paddings[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(keys_hold), cmocka_unit_test(names),
                                        cmocka_unit_test(paddings_hold) };

    return cmocka_run_group_tests_name("sim.suite", tests, NULL, NULL);
}
