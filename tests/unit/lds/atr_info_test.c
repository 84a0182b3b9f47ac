/*
 * atr_info_test: the cases LDS_K of TR-03105-5.1, the forms of ISO/IEC 7816-4, and a chip's
 * historical bytes.
 */
#include "lds/atr_info.h"

#include "parse.h"

enum { CHAIN = 1, EXTENDED = 2, KNOWN = 4 };

static const struct {
    const char  *name, *file;
    enum outcome want;
    unsigned     can;
    uint32_t     command_max, answer_max;
    enum note_id notes[NOTES_EXPECTED];
} rows[] = {
    /* clang-format off */
    { "LDS_K_01 sizes in two bytes",    "47{0000E0} 7F66{02{0780} 02{0780}}", OK, KNOWN | CHAIN | EXTENDED, 1920, 1920, { 0 } },
    { "LDS_K_02 sizes in three bytes",  "47{0000E0} 7F66{02{000780} 02{000780}}", OK, KNOWN | CHAIN | EXTENDED, 1920, 1920, { 0 } },
    { "LDS_K_03 one size",              "47{0000E0} 7F66{02{0780}}", OK, KNOWN | CHAIN, 0, 0, { NOTE_ATR_SIZES } },
    { "LDS_K_04 tag 7F65",              "47{0000E0} 7F65{02{0780} 02{0780}}", OK, KNOWN | CHAIN, 0, 0, { NOTE_ATR_SIZES } },
    { "another order",                  "7F66{02{0780} 02{0900}} 47{000060}", OK, KNOWN | EXTENDED, 1920, 2304, { 0 } },
    { "chaining alone",                 "47{000080}", OK, KNOWN | CHAIN, 0, 0, { 0 } },
    { "extended, sizes not said",       "47{000040}", OK, KNOWN | EXTENDED, 0, 0, { 0 } },
    { "sizes, and no promise of them",  "47{000040} 7F66{02{0780} 02{0780}}", OK, KNOWN | EXTENDED, 1920, 1920, { 0 } },
    { "sizes, and no capabilities",     "7F66{02{0780} 02{0780}}", OK, 0, 1920, 1920, { 0 } },
    { "first two tables alone",         "47{FFFF}", OK, KNOWN, 0, 0, { 0 } },
    { "first table alone",              "47{FF}", OK, KNOWN, 0, 0, { 0 } },
    { "capabilities empty",             "47{}", OK, 0, 0, 0, { 0 } },
    { "capabilities twice: the first",  "47{000080} 47{000040}", OK, KNOWN | CHAIN, 0, 0, { 0 } },
    { "among others",                   "43{01} 46{0102} 47{0000C0} 4F{A0000002471001} 5F52{8073} 78{06{2A}}", OK, KNOWN | CHAIN | EXTENDED, 0, 0, { 0 } },
    { "size as large as two bytes say", "47{0000E0} 7F66{02{FFFF} 02{FFFF}}", OK, KNOWN | CHAIN | EXTENDED, 65535, 65535, { 0 } },
    { "size in four bytes",             "47{0000E0} 7F66{02{00010000} 02{00010000}}", OK, KNOWN | CHAIN | EXTENDED, 65536, 65536, { 0 } },
    { "size in five bytes",             "47{0000E0} 7F66{02{0000010000} 02{0780}}", OK, KNOWN | CHAIN, 0, 0, { NOTE_ATR_SIZES } },
    { "size in no byte",                "47{0000E0} 7F66{02{} 02{0780}}", OK, KNOWN | CHAIN, 0, 0, { NOTE_ATR_SIZES } },
    { "size zero",                      "47{0000E0} 7F66{02{0780} 02{0000}}", OK, KNOWN | CHAIN, 0, 0, { NOTE_ATR_SIZES } },
    { "three sizes",                    "47{0000E0} 7F66{02{0780} 02{0780} 02{0780}}", OK, KNOWN | CHAIN, 0, 0, { NOTE_ATR_SIZES } },
    { "sizes in another tag",           "47{0000E0} 7F66{04{0780} 02{0780}}", OK, KNOWN | CHAIN, 0, 0, { NOTE_ATR_SIZES } },
    { "sizes muddled, not promised",    "47{000040} 7F66{02{0780}}", OK, KNOWN, 0, 0, { NOTE_ATR_SIZES } },
    { "filled up with zeros",           "47{000080} 000000", OK, KNOWN | CHAIN, 0, 0, { 0 } },
    { "filled up with FF",              "47{000080} FFFFFF", OK, KNOWN | CHAIN, 0, 0, { 0 } },
    { "zeros between and before",       "00 47{000080} 0000 47{000040} 00", OK, KNOWN | CHAIN, 0, 0, { 0 } },
    { "nothing",                        "", OK, 0, 0, 0, { 0 } },
    { "nothing but zeros",              "00000000", OK, 0, 0, 0, { 0 } },
    { "FF, and something behind",       "47{000080} FFFF01", E_UNSUPPORTED, 0, 0, 0, { 0 } },
    { "cut",                            "47{000080} 7F66 0802020780", E_TRUNCATED, 0, 0, 0, { 0 } },
    { "indefinite length",              "4780 0000", E_UNSUPPORTED, 0, 0, 0, { 0 } },
    /* clang-format on */
};

static unsigned can(struct atr_info i)
{
    return (i.known ? KNOWN : 0U) | (i.chaining ? CHAIN : 0U) | (i.extended ? EXTENDED : 0U);
}

static struct err parse(struct view in)
{
    struct atr_info info;

    return atr_info_read(in, &info, NULL);
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view     file = NEST(rows[i].file);
        struct notes    notes = { 0 };
        struct atr_info info = { .answer_max = 77 };

        ROW(rows[i].name);
        EXPECT_CODE(atr_info_read(file, &info, &notes), rows[i].want);
        expect_notes(&notes, rows[i].notes);
        if (rows[i].want != OK) {
            EXPECT(info.answer_max == 77 && can(info) == 0); /* unchanged */
            continue;
        }
        EXPECT(can(info) == rows[i].can);
        EXPECT(info.command_max == rows[i].command_max && info.answer_max == rows[i].answer_max);
        every_flip_ends(file, parse);
    }
}

/* A prefix is whole where it ends with a data object, and nowhere else. */
static void prefixes_end_between_elements(void **state)
{
    const struct view whole = NEST("47{0000E0} 7F66{02{0780} 02{0780}}");

    (void)state;
    for (size_t n = 0; n <= whole.len; n++) {
        uint8_t         *exact = malloc(n != 0 ? n : 1);
        struct atr_info  info = { 0 };
        const bool       good = n == 0 || n == 5 || n == whole.len;
        const struct err e =
            atr_info_read((memcpy(exact, whole.ptr, n), view_of(exact, n)), &info, NULL);

        EXPECT((e.code == OK) == good);
        EXPECT(info.extended == (n == whole.len)); /* promised sizes that are missing */
        free(exact);
    }
}

static const struct {
    const char *name, *bytes;
    unsigned    can;
} historical[] = {
    /* clang-format off */
    { "none",                              "",                         0 },
    { "compact, all three tables",         "80 73 C821C0",             KNOWN | CHAIN | EXTENDED },
    { "compact, chaining alone",           "80 31 80 73 000080",       KNOWN | CHAIN },
    { "compact, two tables",               "80 72 C821",               KNOWN },
    { "compact, no capabilities",          "80 31 80 65 B085030100",   0 },
    { "compact, status inside",            "80 73 000040 82 9000",     KNOWN | EXTENDED },
    { "status at the end",                 "00 73 0000C0 00 9000",     KNOWN | CHAIN | EXTENDED },
    { "status at the end and cut",         "00 73 0000",               0 },
    { "shorter than a status",             "00 9000",                  0 },
    { "in a form of the maker's own",      "C1 73 0000C0",             0 },
    { "no such form: a length that lies",  "80 73 0000C0 7F 00",       0 },
    { "DIR reference",                     "10 73 0000C0",             0 },
    /* clang-format on */
};

static void historical_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(historical); i++) {
        const struct view bytes = HEX(historical[i].bytes);

        ROW(historical[i].name);
        for (size_t n = 0; n <= bytes.len; n++) {
            uint8_t *exact = malloc(n != 0 ? n : 1);

            if (n != 0)
                memcpy(exact, bytes.ptr, n);
            const struct atr_info info = atr_info_of_historical(view_of(exact, n));

            EXPECT(n < bytes.len || can(info) == historical[i].can);
            EXPECT(info.command_max == 0 && info.answer_max == 0);
            free(exact);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(prefixes_end_between_elements),
        cmocka_unit_test(historical_bytes),
    };

    return cmocka_run_group_tests_name("lds.atr_info", tests, NULL, NULL);
}
