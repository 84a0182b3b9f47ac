/*
 * pem_test: text wrappings that are taken and those that are not.
 *
 * Vectors: RFC 4648 clause 10 ("foobar") in the form of RFC 7468 clause 3.
 */
#include "crypto/pem.h"

#include "expect.h"

#define BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define END   "-----END PUBLIC KEY-----\n"

static const struct {
    const char  *name, *text;
    enum outcome outcome;
    const char  *want;
} rows[] = {
    /* clang-format off */
    { "one block",             BEGIN "Zm9vYmFy\n" END, OK, "foobar" },
    { "one octet of padding",  BEGIN "Zm9vYmE=\n" END, OK, "fooba" },
    { "two octets of padding", BEGIN "Zm9vYg==\n" END, OK, "foob" },
    { "two lines",             BEGIN "Zm9v\nYmFy\n" END, OK, "foobar" },
    { "lines end with CR LF",  "-----BEGIN PUBLIC KEY-----\r\nZm9vYmFy\r\n-----END PUBLIC KEY-----\r\n",
      OK, "foobar" },
    { "no end of line at the end", BEGIN "Zm9vYmFy\n-----END PUBLIC KEY-----", OK, "foobar" },
    { "text before and after", "Issuer: x\n" BEGIN "Zm9vYmFy\n" END "bye\n", OK, "foobar" },
    { "the second block",      "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n"
                               BEGIN "Zm9vYmFy\n" END, OK, "foobar" },
    { "the first of two",      BEGIN "Zm9vYmFy\n" END BEGIN "Zm9v\n" END, OK, "foobar" },
    { "DER already",           "0abc", OK, "0abc" },
    { "empty file",            "", E_UNEXPECTED, "" },
    { "no block",              "Zm9vYmFy\n", E_UNEXPECTED, "" },
    { "another label",         "-----BEGIN RSA PUBLIC KEY-----\nZm9v\n-----END RSA PUBLIC KEY-----\n",
      E_UNEXPECTED, "" },
    { "begin alone, cut short", "-----BEGIN PUBLIC KE", E_UNEXPECTED, "" },
    { "no end",                BEGIN "Zm9vYmFy\n", E_MALFORMED, "" },
    { "end of another label",  BEGIN "Zm9vYmFy\n-----END CERTIFICATE-----\n", E_MALFORMED, "" },
    { "no base64",             BEGIN "Zm9v!mFy\n" END, E_MALFORMED, "" },
    { "half a group",          BEGIN "Zm9vYmF\n" END, E_MALFORMED, "" },
    { "padding in the middle", BEGIN "Zm9=\nYmFy\n" END, E_MALFORMED, "" },
    { "RFC 1421 headers",      BEGIN "Proc-Type: 4,ENCRYPTED\n\nZm9vYmFy\n" END, E_MALFORMED, "" },
    { "nothing inside",        BEGIN END, E_MALFORMED, "" },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t      room[64];
        struct buf   der = BUF(room);
        const size_t len = strlen(rows[i].text);
        char        *exact = malloc(len == 0 ? 1 : len); /* without its zero */

        ROW(rows[i].name);
        memcpy(exact, rows[i].text, len);
        EXPECT_CODE(pem_decode(view_of(exact, len), "PUBLIC KEY", &der), rows[i].outcome);
        EXPECT_BYTES(buf_view(&der), view_of(rows[i].want, strlen(rows[i].want)));
        free(exact);
    }
}

static void every_prefix_ends(void **state)
{
    static const char text[] = BEGIN "Zm9vYmFy\n" END;

    (void)state;
    for (size_t len = 0; len < sizeof text - sizeof "-\n"; len++) {
        uint8_t    room[64];
        struct buf der = BUF(room);
        char      *exact = malloc(len == 0 ? 1 : len);

        memcpy(exact, text, len);
        EXPECT(pem_decode(view_of(exact, len), "PUBLIC KEY", &der).code != OK);
        EXPECT(der.len == 0);
        free(exact);
    }
}

static void room_is_asked_for(void **state)
{
    uint8_t           room[6];
    struct buf        der = buf_of(room, 5);
    const struct view file = TEXT(BEGIN "Zm9vYmFy\n" END);

    (void)state;
    EXPECT_CODE(pem_decode(file, "PUBLIC KEY", &der), E_NO_SPACE);
    EXPECT_CODE(pem_decode(TEXT("0abcde"), "PUBLIC KEY", &der), E_NO_SPACE);
    EXPECT(der.len == 0);
    der.cap = 6;
    EXPECT_CODE(pem_decode(file, "PUBLIC KEY", &der), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(every_prefix_ends),
        cmocka_unit_test(room_is_asked_for),
    };

    return cmocka_run_group_tests_name("crypto.pem", tests, NULL, NULL);
}
