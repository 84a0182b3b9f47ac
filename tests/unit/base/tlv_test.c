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

/* What was put is what is read, at every border of the length's form; with one byte
 * less of room nothing is written. */
static void put_is_read_back(void **state)
{
    (void)state;
    static const uint8_t  content[0x10000];
    static uint8_t        room[0x10010];
    static const uint32_t tags[] = { 0x04, 0x30, 0x5F1F, 0x7F61, 0xA0 };
    static const struct {
        size_t      len;
        const char *head;
    } forms[] = { { 0, "00" },          { 1, "01" },
                  { 0x7F, "7F" },       { 0x80, "8180" },
                  { 0xFF, "81FF" },     { 0x100, "820100" },
                  { 0xFFFF, "82FFFF" }, { 0x10000, "83010000" } };

    for (size_t i = 0; i < COUNT(tags) * COUNT(forms); i++) {
        const uint32_t    tag = tags[i % COUNT(tags)];
        const size_t      form = i / COUNT(tags), tag_len = tag > 0xFF ? 2 : 1;
        const struct view value = view_of(content, forms[form].len), head = HEX(forms[form].head);
        struct buf        out = BUF(room);
        struct tlv        t;

        ROW(forms[form].head);
        EXPECT_CODE(tlv_put(&out, tag, value), OK);
        EXPECT_BYTES(view_of(room + tag_len, head.len), head);
        EXPECT(out.len == tag_len + head.len + value.len);
        struct view in = buf_view(&out);

        EXPECT_CODE(tlv_next(&in, &t), OK);
        EXPECT(t.tag == tag && view_eq(t.value, value) && in.len == 0);
        struct buf small = buf_of(room, out.len - 1);

        EXPECT_CODE(tlv_put(&small, tag, value), E_NO_SPACE);
        EXPECT(small.len == 0);
    }
    struct buf out = BUF(room);

    EXPECT_CODE(tlv_put(&out, 0x7F8101, HEX("00")), E_BUG);
    EXPECT_CODE(tlv_put(&out, 0x04, view_of(content, 0x1000000)), E_BUG);
}

static void whole_len_of_a_beginning(void **state)
{
    (void)state;
    size_t total;

    EXPECT_CODE(tlv_whole_len(HEX("7F61830102"), &total), E_TRUNCATED);
    EXPECT_CODE(tlv_whole_len(HEX("7582 4321"), &total), OK);
    EXPECT(total == 4 + 0x4321);
    EXPECT_CODE(tlv_whole_len(HEX("7F61 83 012345"), &total), OK);
    EXPECT(total == 6 + 0x012345);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold),
                                        cmocka_unit_test(put_is_read_back),
                                        cmocka_unit_test(whole_len_of_a_beginning) };

    return cmocka_run_group_tests_name("base.tlv", tests, NULL, NULL);
}
