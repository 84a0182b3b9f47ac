/*
 * chip_test: the whole of Doc 9303-11 (8th ed.) Appendix D.3 and D.4 at the chip's door, who
 * may read what, reading in all forms, and each trait of [chip].
 *
 * Status words: ISO/IEC 7816-4:2020 clause 5.6; Doc 9303-10 clause 3.6.
 */
#include "paper.h"

#define BAC_INI   "[document]\n" PAPER_MRZ "access = bac\n"
#define PLAIN_INI "[document]\naccess = plain\n"

/* RND.IC, then K.IC of Appendix D. */
static unsigned drawn;

static void draw_of_d(uint8_t *out, size_t len)
{
    static const char *const values[] = { "4608F91988702212", "0B4F80323EB3191CB04970CB4052790B" };
    const struct view        v = HEX(values[drawn++ % 2]);

    EXPECT(v.len == len);
    memcpy(out, v.ptr, len);
}

static void begin(struct paper *p, const char *ini)
{
    struct problem why = { "" };

    drawn = 0;
    paper_make(p, ini, &why);
    if (p->chip == NULL)
        fail_msg("refused: %s", why.text);
    chip_draw_from(p->chip, draw_of_d);
}

/* clang-format off */
static const struct paper_line appendix_d[] = {
    { "SELECT application",     "00A4040C07A0000002471001", "9000" },
    { "SELECT before BAC",      "00A4020C02011E",           "6982" },
    { "READ by SFI before BAC", "00B09E0000",               "6982" },
    { "D.3 GET CHALLENGE",      "0084000008",               "4608F919887022129000" },
    { "D.3 EXTERNAL AUTHENTICATE",
      "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
      "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000" },
    { "D.4 SELECT EF.COM", "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
      "990290008E08FA855A5D4C50A8ED9000" },
    { "D.4 READ BINARY, 4 bytes", "0CB000000D9701048E08ED6705417E96BA5500",
      "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000" },
    { "D.4 READ BINARY, 18 bytes", "0CB000040D9701128E082EA28A70F3C7B53500",
      "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000" },
};
/* clang-format on */

static void appendix_d_holds(void **state)
{
    struct paper p;

    (void)state;
    begin(&p, BAC_INI);
    paper_talk(&p, appendix_d, COUNT(appendix_d));
    paper_remove(&p);
}

/* After the last line of D.4 each of these ends the session, and no file can be read. */
static void sessions_end(void **state)
{
    /* clang-format off */
    static const struct paper_line enders[] = {
        { "replayed command",      "0CB000040D9701128E082EA28A70F3C7B53500", "6988" },
        { "MAC missing",           "0CB0000003970104",                       "6987" },
        { "plain command",         "00B0000004",                             "6986" },
        { "plain SELECT",          "00A4020C02011E",                         "6982" },
    };
    static const struct paper_line after[] = {
        { "protected afterwards",  "0CB000000D9701048E08ED6705417E96BA5500", "6988" },
        { "READ afterwards",       "00B09E0000",                             "6982" },
        { "answer without challenge", "008200000400000000",                  "6985" },
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < COUNT(enders); i++) {
        struct paper p;

        begin(&p, BAC_INI);
        paper_talk(&p, appendix_d, COUNT(appendix_d));
        paper_talk(&p, &enders[i], 1);
        paper_talk(&p, after, COUNT(after));
        paper_remove(&p);
    }
}

static void wrong_key_stays_out(void **state)
{
    /* clang-format off */
    static const struct paper_line lines[] = {
        { "SELECT application", "00A4040C07A0000002471001", "9000" },
        { "challenge",          "0084000008", "4608F919887022129000" },
        { "one bit of D.3's answer turned",
          "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A628", "6300" },
        { "the right answer, but the challenge is spent",
          "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728", "6985" },
        { "READ", "00B09E0000", "6982" },
    };
    /* clang-format on */
    struct paper p;

    (void)state;
    begin(&p, BAC_INI);
    paper_talk(&p, lines, COUNT(lines));
    paper_remove(&p);
}

/* clang-format off */
static const struct paper_line open_lines[] = {
    { "CardAccess by FID in MF",  "00A4020C02011C",           "9000" },
    { "and read",                 "00B0000000",               "310205009000" },
    { "CardAccess by SFI",        "00B09C0000",               "310205009000" },
    { "DG1 is not in MF",         "00A4020C020101",           "6A82" },
    { "no EF.DIR here",           "00A4020C022F00",           "6A82" },
    { "another application",      "00A4040C07A0000002472001", "6A82" },
    { "application, with FCI",    "00A4040007A000000247100100", "6F098407A00000024710019000" },
    { "nothing is current",       "00B0000001",               "6986" },
    { "EF.COM with FCP",          "00A4020402011E00",         "6208800200168302011E9000" },
    { "whole, Le 00",             "00B0000000",               PAPER_EF_COM "9000" },
    { "exactly to the end",       "00B0001402",               "61759000" },
    { "one beyond the end",       "00B0001403",               "61756282" },
    { "from the end on",          "00B0001601",               "6B00" },
    { "by SFI, offset 20",        "00B09E1402",               "61759000" },
    { "SFI 0",                    "00B0800001",               "6A86" },
    { "RFU bits beside SFI",      "00B0FE0001",               "6A86" },
    { "no Le",                    "00B00000",                 "6700" },
    { "SFI of no file",           "00B0850001",               "6A82" },
    { "DG3 is denied",            "00A4020C020103",           "6982" },
    { "DG3 by SFI too",           "00B0830001",               "6982" },
    { "odd, offset 2, Le 4",      "00B100000354010204",       "53025F019000" },
    { "odd, no Le",               "00B1000003540102",         "6700" },
    { "odd, SFI 1E, offset 18",   "00B1001E0354011206",       "53045C0261759000" },
    { "odd, current, to the end", "00B10000045402001400",     "530261759000" },
    { "odd, FID 0101",            "00B10101035401000A",       "53066103414243006282" },
    { "odd, no DO'54'",           "00B100000355010000",       "6A80" },
    { "odd, five bytes offset",   "00B1000007540500000000 0000", "6A80" },
    { "no BAC on this chip",      "0084000008",               "6D00" },
    { "unknown instruction",      "00CA000000",               "6D00" },
    { "another class",            "80B0000001",               "6E00" },
    { "secure messaging, no key", "0CB0000003970104",         "6988" },
    { "half a command",           "00B000",                   "6700" },
    { "MF again",                 "00A4000C023F00",           "9000" },
    { "EF.COM is not there",      "00A4020C02011E",           "6A82" },
    { "MF without data",          "00A4000C",                 "9000" },
    { "P1 of no kind",            "00A4080C023F00",           "6A86" },
    { "AID in pieces, first",     "10A4040C03A00000",         "9000" },
    { "second",                   "10A4040C020247",           "9000" },
    { "last",                     "00A4040C021001",           "9000" },
    { "and selected",             "00B09E0004",               "60145F019000" },
    { "a piece",                  "10A4040C03A00000",         "9000" },
    { "then another command",     "00B09E0004",               "6883" },
    { "the piece is forgotten",   "00B09E0004",               "60145F019000" },
    { "GET RESPONSE of nothing",  "00C0000000",               "6D00" },
};
/* clang-format on */

static void plain_document(void **state)
{
    struct paper p;

    (void)state;
    begin(&p, PLAIN_INI);
    paper_talk(&p, open_lines, COUNT(open_lines));
    paper_remove(&p);
}

/* The 600 bytes of DG2: 256 in a short answer, all of them in a long one. */
static void lengths_of_answers(void **state)
{
    struct paper       p;
    struct chip_answer a;

    (void)state;
    begin(&p, PLAIN_INI);
    paper_ask(&p, HEX("00A4040C07A0000002471001"), &a);
    ROW("short");
    EXPECT(paper_ask(&p, HEX("00B0820000"), &a).len == 256 + 2);
    ROW("extended");
    EXPECT(paper_ask(&p, HEX("00B08200000000"), &a).len == 600 + 2);
    ROW("extended, 300");
    EXPECT(paper_ask(&p, HEX("00B0820000012C"), &a).len == 300 + 2);
    ROW("odd, short: 53 81 FD and 253 bytes");
    EXPECT(paper_ask(&p, HEX("00B100020354010000"), &a).len == 256 + 2);
    ROW("odd, extended");
    EXPECT(paper_ask(&p, HEX("00B1000200000354010000 00"), &a).len == 4 + 600 + 2);
    paper_remove(&p);
}

/* One trait, what is asked, what is answered instead. */
static const struct {
    const char *trait, *command, *answer;
} traits[] = {
    /* clang-format off */
    { "sfi = no",                          "00B09E0004",       "6A82" },
    { "sfi = no\nsw_no_file = 6A88",       "00B09E0004",       "6A88" },
    { "odd_ins = no",                      "00B1001E0354011200", "6D00" },
    { "extended = no",                     "00B09E00000004",   "6700" },
    { "chaining = no",                     "10A4040C03A00000", "6884" },
    { "select_le = no",                    "00A4020C02011E00", "6700" },
    { "max_read = 4",                      "00B09E0004",       "60145F019000" },
    { "max_read = 4",                      "00B09E0005",       "6700" },
    { "max_read = 4\nover_max = short",    "00B09E0005",       "60145F019000" },
    { "max_read = 4\nover_max = tell",     "00B09E0005",       "6C04" },
    { "max_read = 4",                      "00B09E0000",       "60145F019000" },
    { "sw_eof = 9000",                     "00B09E1403",       "61759000" },
    { "sw_past_end = 6282",                "00B09E1601",       "6282" },
    { "sw_denied = 6A82",                  "00B0830001",       "6A82" },
    { "sw_select_mf = 6A86",               "00A4000C023F00",   "6A86" },
    { "sw_no_session = 6E00",              "0CB0000003970104", "6E00" },
    /* clang-format on */
};

static void traits_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(traits); i++) {
        struct paper       p;
        struct chip_answer a;
        char               ini[256];

        snprintf(ini, sizeof ini, PLAIN_INI "[chip]\n%s\n", traits[i].trait);
        begin(&p, ini);
        ROW(traits[i].trait);
        EXPECT_BYTES(paper_ask(&p, HEX("00A4040C07A0000002471001"), &a), HEX("9000"));
        EXPECT_BYTES(paper_ask(&p, HEX(traits[i].command), &a), HEX(traits[i].answer));
        paper_remove(&p);
    }
}

/* In the session: traits whose price is the session, by the status word and by what follows. */
static void traits_in_the_session(void **state)
{
    /* clang-format off */
    static const struct {
        const char *trait, *answer;
    } rows[] = {
        { "max_read = 3\nover_max = lose",   "6700" },
        { "max_read = 3\nerrors = plain",    "6700" },
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct paper       p;
        struct chip_answer a;
        char               ini[256];

        snprintf(ini, sizeof ini, BAC_INI "[chip]\n%s\n", rows[i].trait);
        begin(&p, ini);
        paper_talk(&p, appendix_d, 6); /* up to SELECT EF.COM */
        ROW(rows[i].trait);
        EXPECT_BYTES(paper_ask(&p, HEX(appendix_d[6].command), &a), HEX(rows[i].answer));
        paper_remove(&p);
    }
}

static const struct {
    const char *name, *ini;
} refused[] = {
    /* clang-format off */
    { "no access rule",       "[document]\n" PAPER_MRZ },
    { "unknown access",       "[document]\naccess = open\n" },
    { "BAC without MRZ",      "[document]\naccess = bac\n" },
    { "deny names no file",   PLAIN_INI "deny = DG17\n" },
    { "type C",               PLAIN_INI "[chip]\ntype = C\n" },
    { "uid of 5 bytes",       PLAIN_INI "[chip]\nuid = 0102030405\n" },
    { "uid of 7, type B",     PLAIN_INI "[chip]\ntype = B\nuid = 01020304050607\n" },
    { "fsci 9",               PLAIN_INI "[chip]\nfsci = 9\n" },
    { "fwi 15",               PLAIN_INI "[chip]\nfwi = 15\n" },
    { "sfi maybe",            PLAIN_INI "[chip]\nsfi = maybe\n" },
    { "status word of words", PLAIN_INI "[chip]\nsw_eof = end\n" },
    { "rule without command", PLAIN_INI "[rule.x]\nsilence = yes\n" },
    { "rule that does nothing", PLAIN_INI "[rule.x]\ncommand = *\n" },
    { "not ini",              "access = plain\n" },
    /* clang-format on */
};

static void others_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct paper   p;
        struct problem why = { "" };

        ROW(refused[i].name);
        paper_make(&p, refused[i].ini, &why);
        EXPECT(p.chip == NULL && why.text[0] != '\0');
        paper_remove(&p);
    }
}

static void deny_is_the_documents_choice(void **state)
{
    struct paper       p;
    struct chip_answer a;

    (void)state;
    begin(&p, PLAIN_INI "deny = DG1\n");
    ROW("deny");
    paper_ask(&p, HEX("00A4040C07A0000002471001"), &a);
    EXPECT_BYTES(paper_ask(&p, HEX("00B0830000"), &a), HEX("6301009000"));
    EXPECT_BYTES(paper_ask(&p, HEX("00B0810000"), &a), HEX("6982"));
    paper_remove(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appendix_d_holds),
        cmocka_unit_test(sessions_end),
        cmocka_unit_test(wrong_key_stays_out),
        cmocka_unit_test(plain_document),
        cmocka_unit_test(lengths_of_answers),
        cmocka_unit_test(traits_hold),
        cmocka_unit_test(traits_in_the_session),
        cmocka_unit_test(others_are_refused),
        cmocka_unit_test(deny_is_the_documents_choice),
    };

    return cmocka_run_group_tests_name("sim.chip", tests, NULL, NULL);
}
