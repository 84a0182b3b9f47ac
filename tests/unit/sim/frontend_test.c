/*
 * frontend_test: a PN532's answers after the user manual (UM0701-02 clause 7), and each fault.
 */
#include "pn532_host.h"

/* clang-format off */
static const struct exchange type_a[] = {
    { "GetFirmwareVersion",      "02",               "D50332010607" },
    { "Diagnose, line",          "00006C69626E6663", "D501006C69626E6663" },
    { "GetGeneralStatus",        "04",               "D50500000080" },
    { "SetParameters",           "1214",             "D513" },
    { "SAMConfiguration",        "1401",             "D515" },
    { "WriteRegister",           "08630580",         "D509" },
    { "ReadRegister",            "0663056306",       "D5078000" },
    { "RFConfiguration, field",  "320101",           "D533" },
    { "RFConfiguration, tries",  "3205FFFF00",       "D533" },
    { "no target yet",           "400100A4",         "D54127" },
    { "type B: nobody",          "4A010300",         "D54B00" },
    { "type A",                  "4A0100",           "D54B01010008200401020304057877B002" },
    { "GetGeneralStatus",        "04",               "D505000101010000 0080" },
    { "Diagnose, attention",     "0006",             "D50100" },
    { "InDataExchange",          "400100A4040C07A0000002471001", "D541009000" },
    { "InDataExchange, MI",      "404100B09E",       "D54100" },
    { "and the rest",            "40010004",         "D5410060145F019000" },
    { "target 2",                "400200B09E0004",   "D54127" },
    { "InDeselect",              "4401",             "D54500" },
    { "asleep",                  "400100B09E0004",   "D54127" },
    { "InSelect",                "5401",             "D55500" },
    { "it forgot the selection", "400100B0000004",   "D541006986" },
    { "InCommunicateThru",       "420200A4040C07A0000002471001", "D54300029000" },
    { "a card in the protocol does not hear it", "6001010310", "D56100" },
    { "RFConfiguration, off",    "320100",           "D533" },
    { "InAutoPoll, B and A",     "6001010310",       "D5610110" "0E" "010008200401020304057877B002" },
    { "RFConfiguration, off",    "320100",           "D533" },
    { "field off",               "400100B0000004",   "D54127" },
    { "InRelease",               "5200",             "D55300" },
};
/* clang-format on */

static void commands_hold(void **state)
{
    struct paper     p;
    struct frontend *f;

    (void)state;
    begin(&p, &f, "");
    converse(f, type_a, COUNT(type_a));
    end(&p, f);
}

static void type_b(void **state)
{
    /* clang-format off */
    static const struct exchange lines[] = {
        { "tries",         "3205FFFF00", "D533" },
        { "type A: nobody", "4A0100",    "D54B00" },
        { "type B",        "4A010300",   "D54B0101" "50010203040000000077 81B1" "0100" },
        { "exchange",      "400100A4040C07A0000002471001", "D541009000" },
        { "no InPSL",      "4E010202",   "D54F01" },
    };
    /* clang-format on */
    struct paper     p;
    struct frontend *f;

    (void)state;
    begin(&p, &f, "type = B\n");
    converse(f, lines, COUNT(lines));
    end(&p, f);
}

/* 600 bytes and a status word: 262, 262 and 78, with the bit that says more is to come. */
static void answers_in_parts(void **state)
{
    static const size_t parts[] = { 262, 262, 78 };
    struct paper        p;
    struct frontend    *f;
    struct view         v;

    (void)state;
    begin(&p, &f, "");
    ROW("in parts");
    ask(f, "4A0100");
    ask(f, "400100A4040C07A0000002471001");
    ask(f, "400100B08200000000");
    for (size_t i = 0; i < COUNT(parts); i++) {
        v = told();
        EXPECT(v.len == 3 + parts[i] && view_at(v, 2) == (i < 2 ? 0x40 : 0x00));
        ask(f, "4001");
    }
    end(&p, f);
}

/* Raw frames with the CRC left to the host: CRC_A of RATS is BC A5 (14443-3 annex B). */
static void crc_by_the_host(void **state)
{
    /* clang-format off */
    static const struct exchange lines[] = {
        { "no RATS by itself",     "1204",         "D513" },
        { "type A, no ATS",        "4A0100",       "D54B0101000820 0401020304" },
        { "CRC off, both ways",    "08630200630300", "D509" },
        { "RATS with CRC_A",       "42E050BCA5",   "D54300057877B002" },
    };
    /* clang-format on */
    struct paper     p;
    struct frontend *f;

    (void)state;
    begin(&p, &f, "");
    converse(f, lines, 3);
    ROW("a wrong CRC is not heard");
    ask(f, "42E050BCA6");
    EXPECT_BYTES(told(), HEX("D54301"));
    ROW(lines[3].name);
    ask(f, lines[3].command);
    EXPECT_BYTES(view_of(told().ptr, 8), HEX(lines[3].answer)); /* and two bytes of CRC */
    EXPECT(told().len == 10);
    ROW("type B framing is not heard by a type A card");
    ask(f, "08630283630383");
    ask(f, "42C2");
    EXPECT_BYTES(told(), HEX("D54301"));
    end(&p, f);
}

/* Silence costs the time that the host configured, or the card's own. */
static void times(void **state)
{
    struct paper     p;
    struct frontend *f;

    (void)state;
    begin(&p, &f,
          "[rule.x]\ncommand = 00B0*\nsilence = yes\n[rule.y]\ncommand=00A4*\ndelay_ms = 30\n");
    ROW("delay");
    ask(f, "4A0100");
    ask(f, "400100A4040C07A0000002471001");
    EXPECT_BYTES(told(), HEX("D541009000"));
    EXPECT(heard.delay_ms == 30 && !heard.late);
    ROW("silence, own framing");
    ask(f, "400100B09E0004");
    EXPECT_BYTES(told(), HEX("D54101"));
    EXPECT(heard.delay_ms == 619);
    ROW("silence, raw, 51.2 ms");
    ask(f, "420200B09E0004");
    EXPECT_BYTES(told(), HEX("D54301"));
    EXPECT(heard.delay_ms == 52);
    ROW("silence, raw, 819.2 ms");
    ask(f, "3202000B0E");
    ask(f, "420300B09E0004");
    EXPECT_BYTES(told(), HEX("D54301"));
    EXPECT(heard.delay_ms == 820);
    end(&p, f);
}

static void waiting_for_a_card(void **state)
{
    struct paper     p;
    struct frontend *f;

    (void)state;
    begin(&p, &f, "");
    frontend_place(f, NULL);
    ROW("tries without end");
    ask(f, "4A0100");
    EXPECT(heard.len == 6 && frontend_waits(f));
    frontend_look(f);
    EXPECT(heard.len == 6);
    frontend_place(f, p.chip);
    frontend_look(f);
    EXPECT_BYTES(told(), HEX("D54B01010008200401020304057877B002"));
    EXPECT(!frontend_waits(f));
    ROW("given up by an ACK");
    frontend_place(f, NULL);
    ask(f, "4A0100");
    frontend_bytes(f, VIEW(hsu_ack));
    EXPECT(!frontend_waits(f) && heard.cancels == 2);
    ROW("NAK: the last answer once more");
    ask(f, "02");
    memset(&heard, 0, sizeof heard);
    frontend_bytes(f, VIEW(hsu_nak));
    EXPECT_BYTES(view_of(heard.bytes, heard.len), HEX("0000FF06FAD50332010607E800"));
    ROW("asleep until woken");
    ask(f, "1600");
    EXPECT_BYTES(told(), HEX("D51700"));
    ask(f, "02");
    EXPECT(heard.len == 0);
    frontend_bytes(f, HEX("5555000000000000000000000000000000"));
    ask(f, "02");
    EXPECT_BYTES(told(), HEX("D50332010607"));
    ROW("not a command");
    ask(f, "99");
    EXPECT_BYTES(view_of(heard.bytes, heard.len), HEX("0000FF00FF00"
                                                      "0000FF01FF7F8100"));
    end(&p, f);
}

/* GetFirmwareVersion, whose answer is 0000FF06FAD50332010607E800, with each fault. */
static const struct {
    const char *fault, *heard;
    unsigned    unplugs;
} faults[] = {
    /* clang-format off */
    { "command=02;nak=yes",        "0000FFFF0000",                              0 },
    { "command=02;ignore=yes",     "",                                          0 },
    { "command=02;silence=yes",    "0000FF00FF00",                              0 },
    { "command=02;error=yes",      "0000FF00FF00" "0000FF01FF7F8100",           0 },
    { "command=02;garbage=DEAD",   "0000FF00FF00" "DEAD",                       0 },
    { "command=02;before=AA55",    "0000FF00FF00" "AA55" "0000FF06FAD50332010607E800", 0 },
    { "command=02;truncate=5",     "0000FF00FF00" "0000FF06FA",                 0 },
    { "command=02;checksum=yes",   "0000FF00FF00" "0000FF06FAD50332010607E900", 0 },
    { "command=02;header=yes",     "0000FF00FF00" "0000FF06FBD50332010607E800", 0 },
    { "command=02;flip=5:07",      "0000FF00FF00" "0000FF06FAD20332010607E800", 0 },
    { "command=02;status=80",      "0000FF00FF00" "0000FF06FAD503800106079A00", 0 },
    { "command=02;answer=80",      "0000FF00FF00" "0000FF03FDD50380A800",       0 },
    { "command=02;close=before",   "",                                          1 },
    { "command=02;close=after",    "0000FF00FF00" "0000FF06FAD50332010607E800", 1 },
    { "command=03;nak=yes",        "0000FF00FF00" "0000FF06FAD50332010607E800", 0 },
    { "command=*;nth=2;nak=yes",   "0000FF00FF00" "0000FF06FAD50332010607E800", 0 },
    /* clang-format on */
};

static void faults_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct frontend *f = frontend_new(hooks);
        struct problem   why = { "" };

        ROW(faults[i].fault);
        EXPECT_CODE(frontend_add_fault(f, faults[i].fault, &why), OK);
        ask(f, "02");
        EXPECT_BYTES(view_of(heard.bytes, heard.len), HEX(faults[i].heard));
        EXPECT(heard.unplugs == faults[i].unplugs);
        frontend_free(f);
    }
}

static void late_and_slow(void **state)
{
    struct frontend *f = frontend_new(hooks);
    struct problem   why = { "" };

    (void)state;
    ROW("late");
    EXPECT_CODE(frontend_add_fault(f, "command=02;nth=1;delay_ms=2500", &why), OK);
    EXPECT_CODE(frontend_add_fault(f, "command=02;nth=2;bytewise=yes", &why), OK);
    ask(f, "02");
    EXPECT(heard.delay_ms == 2500 && heard.late);
    ROW("byte by byte");
    ask(f, "02");
    EXPECT_BYTES(told(), HEX("D50332010607"));
    EXPECT(heard.pieces == 1 + 13 && heard.delay_ms == 12);
    frontend_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_hold),
        cmocka_unit_test(type_b),
        cmocka_unit_test(answers_in_parts),
        cmocka_unit_test(crc_by_the_host),
        cmocka_unit_test(times),
        cmocka_unit_test(waiting_for_a_card),
        cmocka_unit_test(faults_hold),
        cmocka_unit_test(late_and_slow),
    };

    return cmocka_run_group_tests_name("sim.frontend", tests, NULL, NULL);
}
