/*
 * picc_test: blocks from the card's side.  The conversations are drawn after the scenarios of
 * ISO/IEC 14443-4:2018 annex B; the rules' numbers are those of clause 7.5.5.
 */
#include "pn532/picc.h"

#include "paper.h"

#define SELECT "00A4040C07A0000002471001"

/* What is sent, what comes back; "" is silence. */
struct turn {
    const char *name, *frame, *answer;
};

static void converse(struct picc *p, const struct turn *turns, size_t count)
{
    static struct picc_reply r;

    for (size_t i = 0; i < count; i++) {
        ROW(turns[i].name);
        picc_frame(p, HEX(turns[i].frame), &r);
        EXPECT_BYTES(view_of(r.bytes, r.len), HEX(turns[i].answer));
    }
}

/* clang-format off */
static const struct turn simple[] = {
    { "a block before RATS",            "02" SELECT,   "" },
    { "RATS, frames of 16 bytes",       "E000",        "057877B002" },
    { "PPS",                            "D01100",      "D0" },
    { "I-block 0",                      "02" SELECT,   "029000" },
    { "rule 11: R(NAK) of that number", "B2",          "029000" },
    { "rule 12: R(NAK) of the other",   "B3",          "A2" },
    { "I-block 1, chaining: rule 2",    "1300B09E",    "A3" },
    { "I-block 0, last of the chain",   "020002",      "0260149000" },
    { "I-block 1 with CID 0",           "0B0000B09E0001", "0B00609000" },
    { "with CID 1: another card's",     "0A0100B09E0001", "" },
    { "an invalid block",               "F8",          "" },
    { "S(WTX) nobody asked for",        "F201",        "" },
    { "S(DESELECT)",                    "C2",          "C2" },
    { "a block after it",               "02" SELECT,   "" },
};

/* 22 bytes and 9000 in frames of 16: 13 bytes of information each. */
static const struct turn chained[] = {
    { "RATS, frames of 16 bytes", "E000",         "057877B002" },
    { "SELECT",                   "02" SELECT,    "029000" },
    { "the first piece",          "0300B09E0000", "1360145F0104303130365F360630" },
    { "rule 11: once more",       "B3",           "1360145F0104303130365F360630" },
    { "rule 13: R(ACK), go on",   "A2",           "0234303030305C0261759000" },
    { "next command",             "0300B09E0001", "03609000" },
};

static const struct turn slow[] = {
    { "RATS",               "E080",          "057877B002" },
    { "SELECT",             "02" SELECT,     "029000" },
    { "S(WTX), 1 of 2",     "0300B09E0001",  "F201" },
    { "R(NAK): once more",  "B3",            "F201" },
    { "S(WTX), 2 of 2",     "F201",          "F201" },
    { "the answer",         "F201",          "03609000" },
};
/* clang-format on */

static void with_rule(const char *rule, const struct turn *turns, size_t count)
{
    struct paper   paper;
    struct problem why = { "" };
    struct picc   *p = picc_new();
    uint8_t        room[32];
    struct buf     out = BUF(room);

    paper_make(&paper, "[document]\naccess = plain\n[chip]\nuid = 01020304\n", &why);
    if (rule != NULL)
        EXPECT_CODE(folder_add_rule(chip_folder(paper.chip), rule, &why), OK);
    picc_place(p, paper.chip);
    ROW("anticollision");
    EXPECT_CODE(picc_activate_b(p, PICC_REQ, 0, 5, &out), E_TIMEOUT);
    EXPECT_CODE(picc_activate_a(p, PICC_REQ, HEX("99999999"), &out), E_TIMEOUT);
    EXPECT_CODE(picc_activate_a(p, PICC_REQ, view_of(NULL, 0), &out), OK);
    EXPECT_BYTES(buf_view(&out), HEX("0008200401020304"));
    converse(p, turns, count);
    picc_free(p);
    paper_remove(&paper);
}

static void scenarios(void **state)
{
    (void)state;
    with_rule(NULL, simple, COUNT(simple));
    with_rule(NULL, chained, COUNT(chained));
    with_rule("command=00B0*;wtx=2", slow, COUNT(slow));
}

/* A chip slower than its frame waiting time asks for more by itself: 1000 ms at FWI 11. */
static void slow_chips_ask_for_time(void **state)
{
    static struct picc_reply r;
    struct paper             paper;
    struct problem           why = { "" };
    struct picc             *p = picc_new();
    uint8_t                  room[32];
    struct buf               out = BUF(room);
    unsigned long            total;

    (void)state;
    paper_make(&paper, "[document]\naccess = plain\n[chip]\ntype = B\nuid = 01020304\n", &why);
    ROW("type B");
    EXPECT_CODE(folder_add_rule(chip_folder(paper.chip), "command=*;delay_ms=1000", &why), OK);
    picc_place(p, paper.chip);
    EXPECT_CODE(picc_activate_a(p, PICC_REQ, view_of(NULL, 0), &out), E_TIMEOUT);
    EXPECT_CODE(picc_activate_b(p, PICC_REQ, 0x10, 5, &out),
                E_TIMEOUT); /* another application family */
    EXPECT_CODE(picc_activate_b(p, PICC_REQ, 0, 5, &out), OK);
    EXPECT_BYTES(buf_view(&out), HEX("50010203040000000077 81B1"));
    EXPECT(picc_fwt_ms(p) == 619);
    picc_frame(p, HEX("02" SELECT), &r);
    EXPECT_BYTES(view_of(r.bytes, r.len), HEX("F201"));
    EXPECT(r.delay_ms < 619);
    for (total = r.delay_ms; r.bytes[0] == 0xF2; total += r.delay_ms) {
        picc_frame(p, HEX("F201"), &r);
        EXPECT(r.len != 0 && r.delay_ms < 619);
    }
    EXPECT_BYTES(view_of(r.bytes, r.len), HEX("029000"));
    EXPECT(total == 1000);
    picc_free(p);
    paper_remove(&paper);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(scenarios),
                                        cmocka_unit_test(slow_chips_ask_for_time) };

    return cmocka_run_group_tests_name("sim.picc", tests, NULL, NULL);
}
