/*
 * hsu_test: frames as the PN532 user manual (UM0701-02 clause 6.2.1) draws them, in both
 * directions, cut at every byte.
 */
#include "pn532/hsu.h"

#include "expect.h"

static const struct {
    const char    *name, *bytes;
    enum hsu_event last; /* what the last byte but the postamble brings */
    const char    *data;
} rows[] = {
    /* clang-format off */
    { "GetFirmwareVersion",          "0000FF02FED4022A",              HSU_FRAME,   "D402" },
    { "SAMConfiguration",            "0000FF03FDD4140117",            HSU_FRAME,   "D41401" },
    { "wake-up, then a frame",       "5555000000000000000000000000000000FF03FDD4140117", HSU_FRAME, "D41401" },
    { "extended form of a short one","0000FFFFFF0002FED4022A",        HSU_FRAME,   "D402" },
    { "ACK",                         "0000FF00FF",                    HSU_ACK,     NULL },
    { "NAK",                         "0000FFFF00",                    HSU_NAK,     NULL },
    { "wrong DCS",                   "0000FF02FED4022B",              HSU_WRONG,   NULL },
    { "wrong LCS",                   "0000FF02FF",                    HSU_WRONG,   NULL },
    { "extended, wrong LCS",         "0000FFFFFF0002FF",              HSU_WRONG,   NULL },
    { "extended, too long",          "0000FFFFFF0140BF",              HSU_WRONG,   NULL },
    { "extended, no data",           "0000FFFFFF000000",              HSU_WRONG,   NULL },
    { "rubbish",                     "010203FF04FE00",                HSU_NOTHING, NULL },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view bytes = HEX(rows[i].bytes);
        struct hsu        h = { 0 };
        enum hsu_event    last = HSU_NOTHING;

        ROW(rows[i].name);
        for (size_t k = 0; k < bytes.len; k++) {
            EXPECT(last == HSU_NOTHING); /* nothing comes before its last byte */
            last = hsu_take(&h, bytes.ptr[k]);
        }
        EXPECT(last == rows[i].last);
        if (rows[i].data != NULL)
            EXPECT_BYTES(h.data, HEX(rows[i].data));
        EXPECT(hsu_take(&h, 0x00) == HSU_NOTHING);
        for (size_t k = 0; k < 8; k++) /* and the next frame is found again */
            last = hsu_take(&h, HEX("0000FF02FED4022A").ptr[k]);
        EXPECT(last == HSU_FRAME);
    }
}

static void put(void **state)
{
    static uint8_t long_data[HSU_DATA_MAX + 1];
    uint8_t        room[HSU_FRAME_MAX];
    struct buf     out = BUF(room);
    struct hsu     h = { 0 };
    enum hsu_event last = HSU_NOTHING;

    (void)state;
    ROW("answer to GetFirmwareVersion");
    EXPECT_CODE(hsu_put(HEX("D50332010607"), &out), OK);
    EXPECT_BYTES(buf_view(&out), HEX("0000FF06FAD50332010607E800"));
    ROW("answer to SAMConfiguration");
    out.len = 0;
    EXPECT_CODE(hsu_put(HEX("D515"), &out), OK);
    EXPECT_BYTES(buf_view(&out), HEX("0000FF02FED5151600"));
    ROW("the longest");
    out.len = 0;
    long_data[0] = HSU_TO_CHIP;
    EXPECT_CODE(hsu_put(view_of(long_data, HSU_DATA_MAX), &out), OK);
    EXPECT_BYTES(view_of(room, 8), HEX("0000FFFFFF0109F6"));
    for (size_t i = 0; i + 1 < out.len; i++)
        last = hsu_take(&h, room[i]);
    EXPECT(last == HSU_FRAME);
    EXPECT_BYTES(h.data, view_of(long_data, HSU_DATA_MAX));
    ROW("one more");
    out.len = 0;
    EXPECT_CODE(hsu_put(VIEW(long_data), &out), E_TOO_LONG);
    EXPECT(out.len == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold), cmocka_unit_test(put) };

    return cmocka_run_group_tests_name("sim.hsu", tests, NULL, NULL);
}
