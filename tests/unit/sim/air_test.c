/*
 * air_test: what happens between the PN532 and cards: rates, two cards at once, frames that do
 * not come through.  After ISO/IEC 14443-3:2018, 14443-4:2018 and UM0701-02 clause 7.3.
 */
#include "pn532_host.h"

#define SELECT "00A4040C07A0000002471001"

/* PPS and rates: 14443-4 §5.3; TA's bits 7 to 5 are the card's 848, 424, 212, 3 to 1 ours. */
static const struct {
    const char *name, *rates, *psl, *want, *status;
} rate_rows[] = {
    /* clang-format off */
    { "424 both ways",             "77", "4E010202", "D54F00", "D50500010101 0202 0080" },
    { "212 both ways",             "11", "4E010101", "D54F00", "D50500010101 0101 0080" },
    { "424 there, 106 back",       "02", "4E010200", "D54F00", "D50500010101 0002 0080" },
    { "106",                       "00", "4E010000", "D54F00", "D50500010101 0000 0080" },
    { "not offered",               "11", "4E010202", "D54F01", "D50500010101 0000 0080" },
    { "offered one way",           "20", "4E010202", "D54F01", "D50500010101 0000 0080" },
    { "only the same both ways",   "F7", "4E010201", "D54F01", "D50500010101 0000 0080" },
    { "and so it is",              "F7", "4E010101", "D54F00", "D50500010101 0101 0080" },
    /* clang-format on */
};

static void rates_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rate_rows); i++) {
        struct paper     p;
        struct frontend *f;
        char             ini[32];

        ROW(rate_rows[i].name);
        snprintf(ini, sizeof ini, "rates = %s\n", rate_rows[i].rates);
        begin(&p, &f, ini);
        ask(f, "4A0100");
        ask(f, rate_rows[i].psl);
        EXPECT_BYTES(told(), HEX(rate_rows[i].want));
        ask(f, "04");
        EXPECT_BYTES(told(), HEX(rate_rows[i].status));
        ask(f, "4202" SELECT); /* both ends are at that rate */
        EXPECT_BYTES(told(), HEX("D54300029000"));
        end(&p, f);
    }
}

static void rates_bind(void **state)
{
    static const struct exchange lines[] = {
        /* clang-format off */
        { "no RATS of its own: no InPSL", "1204",            "D513" },
        { "the card",                     "4A0100",          "D54B010100082004 01020304" },
        { "RATS by the host",             "42E080",          "D543000578 77B002" },
        { "InPSL",                        "4E010202",        "D54F01" },
        { "PPS by the host, 212",         "42D01105",        "D54300D0" },
        { "the PN532 is at 106",          "4202" SELECT,     "D54301" },
        { "at 212",                       "08630290630390",  "D509" },
        { "they understand each other",   "4202" SELECT,     "D54300029000" },
        { "field off: 106 again",         "320100",          "D533" },
        { "the card",                     "4A0100",          "D54B010100082004 01020304" },
        { "RATS",                         "42E080",          "D543000578 77B002" },
        { "a PPS1 kept for later",        "42D01115",        "D54301" },
        { "a PPS without PPS1",           "42D001",          "D54300D0" },
        { "RATS once more is a block",    "42E080",          "D54301" },
        /* clang-format on */
    };
    struct paper     p;
    struct frontend *f;

    (void)state;
    begin(&p, &f, "");
    converse(f, lines, COUNT(lines));
    end(&p, f);
}

/* Two cards; type A unless told. */
static void two_cards(const char *first, const char *second, const struct exchange *lines,
                      size_t count)
{
    struct paper     p, q;
    struct problem   why = { "" };
    struct frontend *f;
    char             ini[256];

    begin(&p, &f, first);
    snprintf(ini, sizeof ini, "[document]\naccess = plain\n[chip]\n%s", second);
    paper_make(&q, ini, &why);
    EXPECT(q.chip != NULL);
    frontend_place_beside(f, q.chip);
    ask(f, "3205FFFF00");
    converse(f, lines, count);
    end(&p, f);
    paper_remove(&q);
}

static const struct exchange both_a[] = {
    /* clang-format off */
    { "the first is found first",       "4A0100", "D54B01010008200401020304057877B002" },
    { "it answers",                     "4202" SELECT, "D54300029000" },
    { "S(DESELECT)",                    "42C2",   "D54300C2" },
    { "then the second",                "4A0100", "D54B010100082004 0A0B0C0D 057877B002" },
    { "it answers",                     "4202" SELECT, "D54300029000" },
    { "the first is at rest, the second busy", "4A0100", "D54B00" },
    { "S(DESELECT)",                    "42C2",   "D54300C2" },
    { "both are at rest",               "4A0100", "D54B00" },
    { "field off",                      "320100", "D533" },
    { "the first again",                "4A0100", "D54B01010008200401020304057877B002" },
    { "InDeselect",                     "4401",   "D54500" },
    { "the second by its identifier",   "4A01000A0B0C0D", "D54B010100082004 0A0B0C0D 057877B002" },
    { "two in the protocol",            "42E080", "D54301" },
    /* clang-format on */
};

static const struct exchange both_answer[] = {
    /* clang-format off */
    { "no RATS by itself",   "1204",   "D513" },
    { "the first",           "4A0100", "D54B0101000820 0401020304" },
    { "RATS",                "42E080", "D54300057877B002" },
    { "the second",          "4A0100", "D54B0101000820 040A0B0C0D" },
    { "RATS",                "42E080", "D54300057877B002" },
    { "both answer: no CRC", "4202" SELECT, "D54302" },
    /* clang-format on */
};

static const struct exchange mixed[] = {
    /* clang-format off */
    { "no ISO 14443-4: no ATS",  "4A0100",   "D54B0101000808 0401020304" },
    { "HLTA",                    "4401",     "D54500" },
    { "nobody of type A",        "4A0100",   "D54B00" },
    { "type B",                  "4A010300", "D54B0101" "50 0A0B0C0D 00000000 7781B1" "0100" },
    /* clang-format on */
};

static void two_cards_are_told_apart(void **state)
{
    (void)state;
    two_cards("", "uid = 0A0B0C0D\n", both_a, COUNT(both_a));
    two_cards("", "uid = 0A0B0C0D\n", both_answer, COUNT(both_answer));
    two_cards("sak = 08\n", "type = B\nuid = 0A0B0C0D\n", mixed, COUNT(mixed));
}

/* SELECT, whose answer is 029000, then READ BINARY of two bytes, 0360149000. */
static const struct {
    const char *rule, *select, *read;
} faults[] = {
    /* clang-format off */
    { "command=99*;lose=there",              "D54300029000", "D543000360149000" },
    { "command=02*;lose=there",              "D54301",       "D54300026A82" }, /* rule D: its own number */
    { "command=02*;lose=back",               "D54301",       "D543000360149000" },
    { "command=02*;status=02",               "D54302",       "D543000360149000" },
    { "command=02*;answer=F201",             "D54300F201",   "D54300026A82" },
    { "command=03*;again=yes",               "D54300029000", "D54300029000" },
    { "command=03*;flip=0:01",               "D54300029000", "D543000260149000" },
    { "command=03*;flip=0:10 -1:01",         "D54300029000", "D543001360149001" },
    { "command=03*;cut=3",                   "D54300029000", "D54300036014" },
    { "command=03*;cut=0",                   "D54300029000", "D54301" },
    { "command=0?00*;nth=2;lose=back",       "D54300029000", "D54301" },
    { "command=*;nth=2;status=05",           "D54305",       "D543000360149000" },
    /* clang-format on */
};

static void faults_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct paper     p;
        struct problem   why = { "" };
        struct frontend *f;

        ROW(faults[i].rule);
        begin(&p, &f, "");
        EXPECT_CODE(frontend_add_air_fault(f, faults[i].rule, &why), OK);
        ask(f, "1204");
        ask(f, "4A0100");
        ask(f, "42E080");
        ask(f, "4202" SELECT);
        EXPECT_BYTES(told(), HEX(faults[i].select));
        ask(f, "420300B09E0002");
        EXPECT_BYTES(told(), HEX(faults[i].read));
        end(&p, f);
    }
}

static void slow_frames(void **state)
{
    struct paper     p;
    struct problem   why = { "" };
    struct frontend *f;

    (void)state;
    begin(&p, &f, "");
    EXPECT_CODE(frontend_add_air_fault(f, "command=02*;delay_ms=40", &why), OK);
    EXPECT_CODE(frontend_add_air_fault(f, "command=03*;delay_ms=60", &why), OK);
    EXPECT_CODE(frontend_add_air_fault(f, "command=02*;nothing=1", &why), E_MALFORMED);
    ask(f, "4A0100");
    ROW("within the patience of 51 ms");
    ask(f, "4202" SELECT);
    EXPECT_BYTES(told(), HEX("D54300029000"));
    EXPECT(heard.delay_ms == 40);
    ROW("beyond it");
    ask(f, "420300B09E0002");
    EXPECT_BYTES(told(), HEX("D54301"));
    EXPECT(heard.delay_ms == 52);
    ROW("a PPS that is lost");
    EXPECT_CODE(frontend_add_air_fault(f, "command=D0*;lose=there", &why), OK);
    ask(f, "320100");
    ask(f, "4A0100");
    ask(f, "4E010202");
    EXPECT_BYTES(told(), HEX("D54F01"));
    end(&p, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_hold),
        cmocka_unit_test(rates_bind),
        cmocka_unit_test(two_cards_are_told_apart),
        cmocka_unit_test(faults_hold),
        cmocka_unit_test(slow_frames),
    };

    return cmocka_run_group_tests_name("sim.air", tests, NULL, NULL);
}
