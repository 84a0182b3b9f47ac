/* apdu_test: the four cases of ISO/IEC 7816-4 clause 5.2, short and extended; answers. */
#include "iso7816/apdu.h"

#include "expect.h"

static const struct {
    const char  *name;
    uint8_t      cla, ins, p1, p2;
    const char  *data;  /* hex */
    size_t       zeros; /* bytes of zero instead */
    uint32_t     le;
    enum outcome want;
    const char  *start; /* of the encoding */
    size_t       len;
    bool         extended; /* asked for */
} rows[] = {
    /* clang-format off */
    { "case 1",                   0x00, 0xA4, 0x00, 0x0C, "",     0,     0,     OK, "00A4000C",         4, false },
    { "case 2, short",            0x00, 0x84, 0x00, 0x00, "",     0,     8,     OK, "0084000008",       5, false },
    { "case 2, 256 bytes",        0x00, 0xB0, 0x9E, 0x00, "",     0,     256,   OK, "00B09E0000",       5, false },
    { "case 2, extended",         0x00, 0xB0, 0x00, 0x00, "",     0,     257,   OK, "00B00000000101",   7, false },
    { "case 2, 65536 bytes",      0x00, 0xB0, 0x00, 0x00, "",     0,     65536, OK, "00B00000000000",   7, false },
    { "case 3, short",            0x00, 0xA4, 0x02, 0x0C, "011E", 0,     0,     OK, "00A4020C02011E",   7, false },
    { "case 3, 255 bytes",        0x00, 0xD6, 0x00, 0x00, "",     255,   0,     OK, "00D60000FF00",     260, false },
    { "case 3, extended",         0x00, 0xD6, 0x00, 0x00, "",     256,   0,     OK, "00D60000000100",   263, false },
    { "case 4, short",            0x00, 0x86, 0x00, 0x00, "7C00", 0,     256,   OK, "00860000027C0000", 8, false },
    { "case 4, extended by Lc",   0x00, 0x86, 0x00, 0x00, "",     256,   256,   OK, "00860000000100",   265, false },
    { "case 4, extended by Le",   0x00, 0x88, 0x00, 0x00, "7C00", 0,     257,   OK, "0088000000 0002 7C00 0101", 11, false },
    { "case 4, the longest",      0x00, 0x88, 0x00, 0x00, "",     65535, 65536, OK, "0088000000FFFF",   65544, false },
    { "case 4, all there is",     0x10, 0x86, 0x00, 0x00, "",     264,   256,   OK, "10860000000108",   273, false },
    { "case 1, extended",         0x00, 0xA4, 0x00, 0x0C, "",     0,     0,     OK, "00A4000C",         4,  true },
    { "case 2, extended, 256",    0x00, 0xB0, 0x00, 0x00, "",     0,     256,   OK, "00B00000000100",   7,  true },
    { "case 2, extended, 240",    0x00, 0xB0, 0x00, 0x00, "",     0,     240,   OK, "00B000000000F0",   7,  true },
    { "case 3, extended, short",  0x00, 0xA4, 0x02, 0x0C, "011E", 0,     0,     OK, "00A4020C000002011E", 9, true },
    { "case 4, extended, all",    0x00, 0x88, 0x00, 0x00, "7C00", 0,     65536, OK, "0088000000 0002 7C00 0000", 11, true },
    { "over the longest Lc",      0x00, 0x88, 0x00, 0x00, "",     65536, 0,     E_BUG, NULL, 0, false },
    { "over the longest Le",      0x00, 0x88, 0x00, 0x00, "",     0,     65537, E_BUG, NULL, 0, false },
    /* clang-format on */
};

static uint8_t zeros[65536], room[65544];

static void encodings_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct capdu c = {
            .cla = rows[i].cla,
            .ins = rows[i].ins,
            .p1 = rows[i].p1,
            .p2 = rows[i].p2,
            .data = rows[i].zeros != 0 ? view_of(zeros, rows[i].zeros) : HEX(rows[i].data),
            .le = rows[i].le,
            .extended = rows[i].extended,
        };
        struct buf  out = BUF(room);
        struct view start;

        ROW(rows[i].name);
        EXPECT_CODE(capdu_encode(&c, &out), rows[i].want);
        EXPECT(out.len == rows[i].len);
        if (rows[i].want != OK)
            continue;
        EXPECT(capdu_len(&c) == out.len);
        EXPECT(capdu_extended(&c) == (rows[i].extended || c.data.len > 255 || c.le > 256));
        start = HEX(rows[i].start);
        EXPECT_BYTES(view_of(room, start.len), start);
        if (c.le == 256 && c.data.len > 255) /* as many as there are, in either form */
            EXPECT(room[out.len - 2] == 0 && room[out.len - 1] == 0);
        for (size_t cap = 0; cap < rows[i].len; cap += 1 + cap / 64) {
            struct buf small = buf_of(room, cap);

            EXPECT_CODE(capdu_encode(&c, &small), E_NO_SPACE);
            EXPECT(small.len == 0);
        }
    }
}

static void answers_split(void **state)
{
    (void)state;
    const struct rapdu lost = { .sw = SW_OK, .lost = { .code = E_SM_BROKEN, .sw = SW_OK } };
    const struct view  whole = HEX("6002 4142 9000");
    struct rapdu       r = { .sw = 0x1234 };

    ROW("data and status word");
    EXPECT_CODE(rapdu_decode(whole, &r), OK);
    EXPECT_BYTES(r.data, HEX("60024142"));
    EXPECT(r.sw == SW_OK && r.lost.code == OK);
    EXPECT_CODE(rapdu_ok(r), OK);
    ROW("status word alone");
    EXPECT_CODE(rapdu_decode(HEX("6A82"), &r), OK);
    EXPECT(r.data.len == 0 && r.sw == 0x6A82);
    EXPECT_CODE(rapdu_ok(r), E_REFUSED);
    EXPECT(rapdu_ok(r).sw == 0x6A82);
    ROW("under two bytes");
    EXPECT_CODE(rapdu_decode(HEX("90"), &r), E_TRUNCATED);
    EXPECT_CODE(rapdu_decode(HEX(""), &r), E_TRUNCATED);
    EXPECT(r.sw == 0x6A82); /* unchanged */
    ROW("9000 in the clear after the session was lost");
    EXPECT_CODE(rapdu_ok(lost), E_SM_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_hold),
        cmocka_unit_test(answers_split),
    };

    return cmocka_run_group_tests_name("iso7816.apdu", tests, NULL, NULL);
}
