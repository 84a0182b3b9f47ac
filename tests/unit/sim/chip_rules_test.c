/*
 * chip_rules_test: what each action of a [rule.*] does to an answer, in plain and in the
 * session of Doc 9303-11 Appendix D.
 */
#include "chip/des2.h"

#include "paper.h"

#define PLAIN_INI  "[document]\naccess = plain\n"
#define SELECT_LDS "00A4040C07A0000002471001"

static const struct {
    const char *rule, *command, *answer;
} rows[] = {
    /* clang-format off */
    { "command=00B0*;reply=6A82",                   "00B09E0004", "6A82" },
    { "command=00B09E0004;reply=AABB9000",          "00B09E0004", "AABB9000" },
    { "command=00B09E0005;reply=AABB9000",          "00B09E0004", "60145F019000" },
    { "command=00B0*;mutate=0:FF",                  "00B09E0004", "9F145F019000" },
    { "command=00B0*;mutate=-2:0A",                 "00B09E0004", "60145F019A00" },
    { "command=00B0*;mutate=1:01 2:01",             "00B09E0004", "60155E019000" },
    { "command=00B0*;cut=3",                        "00B09E0004", "60145F" },
    { "command=00B0*;cut=0",                        "00B09E0004", "" },
    { "command=00B0*;cut=0;append=6F00",            "00B09E0004", "6F00" },
    { "command=00B0*;append=9000",                  "00B09E0004", "60145F0190009000" },
    { "command=00B0*;wire=0:01",                    "00B09E0004", "61145F019000" },
    { "command=00B0*;wire_cut=1",                   "00B09E0004", "60" },
    { "command=*;nth=2;reply=6985",                 "00B09E0004", "6985" },
    { "command=*;nth=3;reply=6985",                 "00B09E0004", "60145F019000" },
    /* clang-format on */
};

static void in_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct paper       p;
        struct problem     why = { "" };
        struct chip_answer a;

        paper_make(&p, PLAIN_INI, &why);
        ROW(rows[i].rule);
        EXPECT_CODE(folder_add_rule(chip_folder(p.chip), rows[i].rule, &why), OK);
        EXPECT_BYTES(paper_ask(&p, HEX(SELECT_LDS), &a), HEX("9000"));
        EXPECT_BYTES(paper_ask(&p, HEX(rows[i].command), &a), HEX(rows[i].answer));
        EXPECT(a.fate == CHIP_ANSWERS);
        paper_remove(&p);
    }
}

static unsigned drawn;

static void draw_of_d(uint8_t *out, size_t len)
{
    static const char *const values[] = { "4608F91988702212", "0B4F80323EB3191CB04970CB4052790B" };

    memcpy(out, HEX(values[drawn++ % 2]).ptr, len);
}

/* Appendix D up to the protected SELECT EF.COM, whose answer the rule changes. */
static const struct {
    const char *rule, *answer;
} shielded[] = {
    /* clang-format off */
    { "command=00A4020C02011E;sm=nomac",   "990290009000" },
    { "command=00A4020C02011E;sm=badmac",  "990290008E08EA855A5D4C50A8ED9000" },
    { "command=00A4020C02011E;sm=plain",   "9000" },
    { "command=00A4020C02011E;wire=0:01",  "980290008E08FA855A5D4C50A8ED9000" },
    { "command=00A4020C02011E;wire_cut=4", "99029000" },
    { "command=00A4020C02011E;cut=1",      "90" },
    { "command=00A4020C02011E;reply=",     "" },
    /* clang-format on */
};

static const char *const way_in[] = {
    SELECT_LDS,
    "0084000008",
    "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
};

#define SELECT_COM "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"

static void go_in(struct paper *p, const char *rule)
{
    struct problem     why = { "" };
    struct chip_answer a;

    drawn = 0;
    paper_make(p, "[document]\n" PAPER_MRZ "access = bac\n", &why);
    chip_draw_from(p->chip, draw_of_d);
    EXPECT_CODE(folder_add_rule(chip_folder(p->chip), rule, &why), OK);
    for (size_t i = 0; i < COUNT(way_in); i++)
        paper_ask(p, HEX(way_in[i]), &a);
}

static void in_the_session(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(shielded); i++) {
        struct paper       p;
        struct chip_answer a;

        ROW(shielded[i].rule);
        go_in(&p, shielded[i].rule);
        EXPECT_BYTES(paper_ask(&p, HEX(SELECT_COM), &a), HEX(shielded[i].answer));
        paper_remove(&p);
    }
}

/* DO'99' left out or wrong, under a MAC that is right for what is sent: computed here over
 * SSC 887022120C06C228 with D's KS_MAC, from the padded input of clause 9.8.6. */
static void statuses_under_a_right_mac(void **state)
{
    static const struct {
        const char *rule, *objects;
    } cases[] = { { "command=00A4020C02011E;sm=no99", "" },
                  { "command=00A4020C02011E;sm=other99", "99029001" } };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct paper       p;
        struct chip_answer a;
        const struct view  objects = HEX(cases[i].objects);
        uint8_t            mac[8];
        struct view        got, head;

        ROW(cases[i].rule);
        go_in(&p, cases[i].rule);
        got = paper_ask(&p, HEX(SELECT_COM), &a);
        EXPECT_CODE(des2_mac(HEX("F1CB1F1FB5ADF208806B89DC579DC1F8").ptr,
                             (struct view[]){ HEX("887022120C06C228"), objects }, 2, mac),
                    OK);
        EXPECT_CODE(view_take(&got, objects.len, &head), OK);
        EXPECT_BYTES(head, objects);
        EXPECT_CODE(view_take(&got, 2, &head), OK);
        EXPECT_BYTES(head, HEX("8E08"));
        EXPECT_CODE(view_take(&got, 8, &head), OK);
        EXPECT_BYTES(head, VIEW(mac));
        EXPECT_BYTES(got, HEX("9000"));
        paper_remove(&p);
    }
}

static void silence_delay_and_loss(void **state)
{
    struct paper       p;
    struct chip_answer a;

    (void)state;
    ROW("silence");
    go_in(&p, "command=00A4020C02011E;silence=yes");
    EXPECT(paper_ask(&p, HEX(SELECT_COM), &a).len == 0 && a.fate == CHIP_SILENT);
    paper_remove(&p);
    ROW("delay and waiting time");
    go_in(&p, "command=00A4020C02011E;delay_ms=70;wtx=2");
    EXPECT(paper_ask(&p, HEX(SELECT_COM), &a).len == 16 && a.delay_ms == 70 && a.wtx == 2);
    paper_remove(&p);
    ROW("lose: this answer is still protected, then the session is gone");
    go_in(&p, "command=00A4020C02011E;lose=yes");
    EXPECT(paper_ask(&p, HEX(SELECT_COM), &a).len == 16);
    EXPECT_BYTES(paper_ask(&p, HEX("0CB000000D9701048E08ED6705417E96BA5500"), &a), HEX("6988"));
    paper_remove(&p);
}

static void vanishing(void **state)
{
    struct paper       p;
    struct chip_answer a;

    (void)state;
    ROW("before");
    go_in(&p, "command=00A4020C02011E;vanish=before");
    EXPECT(chip_present(p.chip));
    EXPECT(paper_ask(&p, HEX(SELECT_COM), &a).len == 0 && a.fate == CHIP_LEFT);
    EXPECT(!chip_present(p.chip));
    paper_remove(&p);
    ROW("after");
    go_in(&p, "command=00A4020C02011E;vanish=after");
    EXPECT(paper_ask(&p, HEX(SELECT_COM), &a).len == 16 && a.fate == CHIP_ANSWERS);
    EXPECT(!chip_present(p.chip));
    paper_remove(&p);
    ROW("and back");
    go_in(&p, "command=00A4020C02011E;vanish=before;return_ms=0");
    paper_ask(&p, HEX(SELECT_COM), &a);
    EXPECT(chip_present(p.chip));
    EXPECT_BYTES(paper_ask(&p, HEX(SELECT_LDS), &a), HEX("9000")); /* it forgot the session */
    paper_remove(&p);
    ROW("taken after the second command from now");
    go_in(&p, "command=FF;silence=yes");
    chip_leave_after(p.chip, 2);
    EXPECT(paper_ask(&p, HEX(SELECT_COM), &a).len == 16 && chip_present(p.chip));
    paper_ask(&p, HEX("0CB000000D9701048E08ED6705417E96BA5500"), &a);
    EXPECT(a.fate == CHIP_ANSWERS && !chip_present(p.chip));
    EXPECT(chip_commands(p.chip) == COUNT(way_in) + 2);
    paper_remove(&p);
}

/* The transcript tells of the plain bytes, of the rule, and with which number. */
static void transcripts(void **state)
{
    struct paper       p;
    struct chip_answer a;
    char               text[1024] = { 0 };
    FILE              *out = tmpfile();

    (void)state;
    ROW("transcript");
    go_in(&p, "command=00A4020C02011E;wire=0:01");
    chip_transcript(p.chip, out);
    paper_ask(&p, HEX(SELECT_COM), &a);
    rewind(out);
    EXPECT(fread(text, 1, sizeof text - 1, out) != 0);
    EXPECT(strcmp(text, "4 > 00A4020C02011E\n# rule option\n4 < 9000\n") == 0);
    fclose(out);
    chip_transcript(p.chip, NULL);
    paper_remove(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_plain),
        cmocka_unit_test(in_the_session),
        cmocka_unit_test(statuses_under_a_right_mac),
        cmocka_unit_test(silence_delay_and_loss),
        cmocka_unit_test(vanishing),
        cmocka_unit_test(transcripts),
    };

    return cmocka_run_group_tests_name("sim.chip_rules", tests, NULL, NULL);
}
