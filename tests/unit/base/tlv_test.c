/*
 * tlv_test: every accepted form, every refused form, and every prefix of both.
 */
#include "base/tlv.h"

#include "expect.h"

static const struct {
    const char  *name, *input;
    uint32_t     tag;
    size_t       value_len;
    enum outcome want;
} rows[] = {
    /* clang-format off */
    { "one tag octet, empty",    "0400",           0x04,   0,    OK },
    { "two tag octets",          "5F1F0141",       0x5F1F, 1,    OK },
    { "long form, one octet",    "0481024142",     0x04,   2,    OK },
    { "long form, three octets", "048300000141",   0x04,   1,    OK },
    { "EF.COM of D.4",           "60145F0104303130365F36063034303030305C026175", 0x60, 0x14, OK },
    { "content missing",         "3081 80",        0,      0,    E_TRUNCATED },
    { "four length octets",      "04840000000141", 0,      0,    E_TOO_LONG },
    { "indefinite length",       "30800000",       0,      0,    E_UNSUPPORTED },
    { "three tag octets",        "7F8101 00",      0,      0,    E_UNSUPPORTED },
    /* clang-format on */
};

/* Each prefix is parsed from an allocation of exactly its length, so that a
 * sanitizer sees the first byte read beyond it. */
static void every_prefix(struct view whole)
{
    for (size_t n = 0; n < whole.len; n++) {
        uint8_t    *exact = malloc(n ? n : 1);
        struct view in = view_of(exact, n);
        struct tlv  t;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(tlv_next(&in, &t), E_TRUNCATED);
        EXPECT(in.ptr == exact && in.len == n); /* a failure consumes nothing */
        free(exact);
    }
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view in = HEX(rows[i].input), whole = in;
        struct tlv  t;

        ROW(rows[i].name);
        EXPECT_CODE(tlv_next(&in, &t), rows[i].want);
        if (rows[i].want != OK)
            continue;
        EXPECT(t.tag == rows[i].tag);
        EXPECT(t.value.len == rows[i].value_len);
        EXPECT(view_eq(t.whole, whole));
        EXPECT_CODE(tlv_end(in), OK);
        every_prefix(whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold) };

    return cmocka_run_group_tests_name("base.tlv", tests, NULL, NULL);
}
