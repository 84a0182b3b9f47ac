/*
 * command_test: the seven cases of ISO/IEC 7816-4:2020 clause 5.2, what is none of them,
 * and every prefix.
 */
#include "chip/command.h"

#include "expect.h"

static const struct {
    const char  *name, *wire;
    size_t       data;
    bool         wants, extended;
    uint32_t     le;
    enum outcome want;
} rows[] = {
    /* clang-format off */
    { "case 1",                 "00A40000",                   0, false, false, 0,     OK },
    { "case 2S",                "00B0000004",                 0, true,  false, 4,     OK },
    { "case 2S, all",           "00B0000000",                 0, true,  false, 256,   OK },
    { "case 3S",                "00A4020C020101",             2, false, false, 0,     OK },
    { "case 4S",                "00B1000003540100 00",        3, true,  false, 256,   OK },
    { "case 2E",                "00B00000000100",             0, true,  true,  256,   OK },
    { "case 2E, all",           "00B00000000000",             0, true,  true,  65536, OK },
    { "case 3E",                "00A4020C0000020101",         2, false, true,  0,     OK },
    { "case 4E",                "00B1000000000354010000FF",   3, true,  true,  255,   OK },
    { "case 4E, all",           "00B100000000035401000000",   3, true,  true,  65536, OK },
    { "empty",                  "",                           0, false, false, 0,     E_MALFORMED },
    { "no P2",                  "00B000",                     0, false, false, 0,     E_MALFORMED },
    { "data missing",           "00A4020C0201",               0, false, false, 0,     E_MALFORMED },
    { "two bytes of Le, short", "00A4020C0201010000",         0, false, false, 0,     E_MALFORMED },
    { "extended, half a length","00B000000001",               0, false, false, 0,     E_MALFORMED },
    { "extended, data missing", "00A4020C00000201",           0, false, false, 0,     E_MALFORMED },
    { "extended, one Le byte",  "00A4020C000002010100",       0, false, false, 0,     E_MALFORMED },
    { "extended, Lc zero",      "00A4020C00000001",           0, false, false, 0,     E_MALFORMED },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view wire = HEX(rows[i].wire);
        struct command    c = { .cla = 0xEE };
        uint8_t           room[64];
        struct buf        again = BUF(room);

        ROW(rows[i].name);
        EXPECT_CODE(command_split(wire, &c), rows[i].want);
        if (rows[i].want != OK) {
            EXPECT(c.cla == 0xEE); /* a failure changes nothing */
            continue;
        }
        EXPECT(c.data.len == rows[i].data && c.wants == rows[i].wants);
        EXPECT(c.le == rows[i].le && c.extended == rows[i].extended);
        EXPECT_CODE(command_join(&c, &again), OK);
        EXPECT_BYTES(buf_view(&again), wire);
    }
}

static void every_prefix(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view whole = HEX(rows[i].wire);

        for (size_t n = 0; n < whole.len; n++) {
            uint8_t       *exact = malloc(n ? n : 1);
            struct command c;
            struct err     e;

            memcpy(exact, whole.ptr, n);
            e = command_split(view_of(exact, n), &c);
            EXPECT(e.code == OK || e.code == E_MALFORMED);
            EXPECT(e.code != OK || c.data.len == 0 || c.data.ptr + c.data.len <= exact + n);
            free(exact);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold),
                                        cmocka_unit_test(every_prefix) };

    return cmocka_run_group_tests_name("sim.command", tests, NULL, NULL);
}
