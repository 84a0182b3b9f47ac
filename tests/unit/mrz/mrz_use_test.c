/*
 * mrz_use_test: key input, expiry with its century, comparison of page and chip.
 *
 * Vectors: Doc 9303-11 Appendix D.2 (L898902C<369080619406236) and the other specimens;
 * centuries and comparison by TR-03135-1 v2.5 clauses 5.7.1, 5.7.2.
 */
#include "mrz/mrz.h"

#include "expect.h"

#define TD3_1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define TD3_2 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define TD1                                                                                        \
    "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"

static struct mrz read_all(const char *text)
{
    struct mrz m = { 0 };

    EXPECT_CODE(mrz_read(text_of(text), &m, NULL), OK);
    return m;
}

static const struct {
    const char *name, *text, *info;
} infos[] = {
    /* clang-format off */
    { "D.2 MRZ information, TD2", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<L898902C<3UTO6908061F9406236<<<<<<<2",
      "L898902C<369080619406236" },
    { "TD3", TD3_1 TD3_2, "L898902C3674081221204159" },
    { "TD1", TD1, "D23145890774081221204159" },
    { "long number, TD1, D.2", "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<",
      "D23145890734934071279507122" },
    { "long number, TD2, D.2", "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<D23145890<UTO3407127M95071227349<<<8",
      "D23145890734934071279507122" },
    { "longest number there can be", "I<UTOABCDEFGHI<JKLMNOPQRSTUVW5" "7408122F1204159UTO<<<<<<<<<<<6" "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
      "ABCDEFGHIJKLMNOPQRSTUVW574081221204159" },
    { "as printed, a wrong digit too", TD3_1 "L898902C37UTO7408122F1204159ZE184226B<<<<<17",
      "L898902C3774081221204159" },
    /* clang-format on */
};

static void information_is_as_printed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(infos); i++) {
        const struct mrz m = read_all(infos[i].text);
        uint8_t          room[MRZ_INFO_MAX];
        struct buf       out = BUF(room);

        ROW(infos[i].name);
        EXPECT_CODE(mrz_info(&m, &out), OK);
        EXPECT_BYTES(buf_view(&out), text_of(infos[i].info));
        for (size_t cap = 0; cap < strlen(infos[i].info); cap++) {
            struct buf small = buf_of(room, cap);

            EXPECT_CODE(mrz_info(&m, &small), E_NO_SPACE);
            EXPECT(small.len == 0);
        }
    }
}

static void numbers_keep_to_their_room(void **state)
{
    const struct mrz long_one = read_all(infos[3].text), short_one = read_all(TD1);
    uint8_t          room[MRZ_NUMBER_MAX];

    (void)state;
    for (size_t cap = 0; cap < 12; cap++) {
        struct buf small = buf_of(room, cap);

        EXPECT_CODE(mrz_number(&long_one, &small), E_NO_SPACE);
        EXPECT(small.len == 0);
        EXPECT_CODE(mrz_number(&short_one, &small), cap < 9 ? E_NO_SPACE : OK);
    }
}

static const struct {
    const char  *name, *printed;
    struct date  today;
    enum outcome want;
    struct date  expiry;
} expiries[] = {
    /* clang-format off */
    { "today",                          "261121", { 2026, 11, 21 }, OK,          { 2026, 11, 21 } },
    { "this year, gone by",             "260101", { 2026, 11, 21 }, OK,          { 2026, 1, 1 } },
    { "next year",                      "270101", { 2026, 11, 21 }, OK,          { 2027, 1, 1 } },
    { "fifteen years on",               "411231", { 2026, 11, 21 }, OK,          { 2041, 12, 31 } },
    { "sixteen years on was 84 ago",    "420101", { 2026, 11, 21 }, OK,          { 1942, 1, 1 } },
    { "last year",                      "251231", { 2026, 11, 21 }, OK,          { 2025, 12, 31 } },
    { "last century",                   "991231", { 2026, 11, 21 }, OK,          { 1999, 12, 31 } },
    { "over the turn of a century",     "050228", { 2095, 6, 1 },   OK,          { 2105, 2, 28 } },
    { "29 February, leap year",         "280229", { 2026, 11, 21 }, OK,          { 2028, 2, 29 } },
    { "29 February, no leap year",      "270229", { 2026, 11, 21 }, E_MALFORMED, { 0 } },
    { "unknown",                        "<<<<<<", { 2026, 11, 21 }, E_MALFORMED, { 0 } },
    { "unknown day",                    "2712<<", { 2026, 11, 21 }, E_MALFORMED, { 0 } },
    { "letters in the month",           "27O112", { 2026, 11, 21 }, E_MALFORMED, { 0 } },
    { "no clock",                       "270101", { 0, 0, 0 },      E_BUG,       { 0 } },
    /* clang-format on */
};

static void expiry_finds_its_century(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(expiries); i++) {
        char text[] = TD3_1 TD3_2;
        struct date         d = { 0 };

        ROW(expiries[i].name);
        memcpy(text + 44 + 21, expiries[i].printed, 6);
        const struct mrz m = read_all(text);
        EXPECT_CODE(mrz_expiry(&m, expiries[i].today, &d), expiries[i].want);
        EXPECT(date_order(d, expiries[i].expiry) == 0);
    }
}

/* The TD3 specimen against itself with one place overwritten. */
static const struct {
    const char *name;
    size_t      at;
    const char *with;
    uint32_t    differ;
} pairs[] = {
    /* clang-format off */
    { "the same",                          0, "P<",         0 },
    { "document code",                     0, "PD",         1U << MRZ_CODE },
    { "issuing state",                     2, "XXA",        1U << MRZ_ISSUER },
    { "LDS_B_11 name",                     5, "ERIXSSON",   1U << MRZ_NAME },
    { "LDS_B_12 document number",         44, "L898902D3",  1U << MRZ_NUMBER },
    { "digit of the number",              53, "7",          1U << MRZ_NUMBER },
    { "nationality",                      54, "D<<",        1U << MRZ_NATIONALITY },
    { "birth",                            57, "740813",     1U << MRZ_BIRTH },
    { "fillers for the day of birth",     57, "7408<<",     0 },
    { "fillers for all of it, its digit", 57, "<<<<<<0",    0 },
    { "fillers, and another month",       57, "7409<<",     1U << MRZ_BIRTH },
    { "digit of the birth date",          63, "3",          1U << MRZ_BIRTH },
    { "sex",                              64, "M",          1U << MRZ_SEX },
    { "expiry",                           65, "220415",     1U << MRZ_EXPIRY },
    { "fillers in the expiry",            65, "1204<<",     1U << MRZ_EXPIRY },
    { "optional data",                    72, "ZE184226C",  1U << MRZ_OPTIONAL_1 },
    { "optional data, digit, composite",  72, "<<<<<<<<<<<<<<08", 1U << MRZ_OPTIONAL_1 },
    { "digit of the optional data",       86, "2",          1U << MRZ_OPTIONAL_1 },
    { "composite digit alone",            87, "1",          MRZ_DIFFER_COMPOSITE },
    { "sex and optional data",            64, "M1204159ZE184226C", 1U << MRZ_SEX | 1U << MRZ_OPTIONAL_1 },
    /* clang-format on */
};

static void differences_are_named(void **state)
{
    const struct mrz chip = read_all(TD3_1 TD3_2), card = read_all(TD1);

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        char text[] = TD3_1 TD3_2;

        ROW(pairs[i].name);
        memcpy(text + pairs[i].at, pairs[i].with, strlen(pairs[i].with));
        const struct mrz printed = read_all(text);
        EXPECT(mrz_differences(&printed, &chip) == pairs[i].differ);
        EXPECT(mrz_differences(&chip, &printed) == pairs[i].differ);
    }
    EXPECT(mrz_differences(&card, &chip) == MRZ_DIFFER_FORMAT);
    EXPECT((MRZ_DIFFER_OPTIONAL & MRZ_DIFFER_COMPOSITE) == 0);
}

static void long_numbers_differ_in_their_rest(void **state)
{
    const struct mrz a = read_all(infos[3].text);
    const struct mrz b = read_all("I<UTOD23145890<7359<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2"
                                  "STEVENSON<<PETER<JOHN<<<<<<<<<");
    const struct mrz c = read_all("I<UTOD23145890<7349<X<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2"
                                  "STEVENSON<<PETER<JOHN<<<<<<<<<");
    const struct mrz d = read_all("I<UTOD2314589077349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2"
                                  "STEVENSON<<PETER<JOHN<<<<<<<<<");

    (void)state;
    EXPECT(mrz_differences(&a, &b) == 1U << MRZ_NUMBER);
    EXPECT(mrz_differences(&a, &c) == 1U << MRZ_OPTIONAL_1);
    EXPECT(mrz_differences(&a, &d) == (1U << MRZ_NUMBER | 1U << MRZ_OPTIONAL_1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(information_is_as_printed),
        cmocka_unit_test(numbers_keep_to_their_room),
        cmocka_unit_test(expiry_finds_its_century),
        cmocka_unit_test(differences_are_named),
        cmocka_unit_test(long_numbers_differ_in_their_rest),
    };

    return cmocka_run_group_tests_name("mrz.mrz_use", tests, NULL, NULL);
}
