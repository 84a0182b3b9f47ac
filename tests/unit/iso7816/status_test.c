/* status_test: ISO/IEC 7816-4 table 6 and the field's additions; every word has one meaning. */
#include "iso7816/status.h"

#include "expect.h"

static const struct {
    const char *name;
    uint16_t    first, last;
    enum status want;
} rows[] = {
    /* clang-format off */
    { "normal",                       0x9000, 0x9000, STATUS_OK },
    { "not 9000",                     0x9001, 0x9FFF, STATUS_OTHER },
    { "more bytes waiting",           0x6100, 0x61FF, STATUS_PART },
    { "part of data may be corrupt",  0x6281, 0x6281, STATUS_OTHER },
    { "end of file",                  0x6282, 0x6282, STATUS_PART },
    { "A7 deactivated",               0x6283, 0x6283, STATUS_ABSENT },
    { "wrong length",                 0x6700, 0x6700, STATUS_LENGTH },
    { "wrong length, others",         0x6701, 0x67FF, STATUS_OTHER },
    { "security status",              0x6982, 0x6982, STATUS_DENIED },
    { "conditions of use",            0x6985, 0x6985, STATUS_DENIED },
    { "SM objects missing, wrong",    0x6987, 0x6988, STATUS_OTHER },
    { "A3 not supported",             0x6A81, 0x6A81, STATUS_OTHER },
    { "not found",                    0x6A82, 0x6A83, STATUS_ABSENT },
    { "A3 incorrect P1-P2",           0x6A86, 0x6A87, STATUS_OTHER },
    { "A8 reference not found",       0x6A88, 0x6A88, STATUS_ABSENT },
    { "C_04 wrong offset",            0x6B00, 0x6B00, STATUS_LENGTH },
    { "C_06 exact length",            0x6C00, 0x6CFF, STATUS_EXACT },
    { "instruction, class, unknown",  0x6D00, 0x6FFF, STATUS_OTHER },
    { "no status word at all",        0x0000, 0x5FFF, STATUS_OTHER },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(rows[i].name);
        for (uint32_t sw = rows[i].first; sw <= rows[i].last; sw++)
            EXPECT(status_of((uint16_t)sw) == rows[i].want);
    }
}

static void names_differ(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STATUS_COUNT; i++) {
        for (unsigned k = 0; k < i; k++)
            EXPECT(strcmp(status_name(i), status_name(k)) != 0);
    }
    EXPECT(strcmp(status_name(STATUS_COUNT), status_name(STATUS_OTHER)) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(names_differ),
    };

    return cmocka_run_group_tests_name("iso7816.status", tests, NULL, NULL);
}
