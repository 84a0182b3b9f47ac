/*
 * rule_test: which command a rule fits, whose turn it is, and what it says.
 */
#include "chip/rule.h"

#include "expect.h"

enum { FLAG = 1, NUMBER, BYTES, XOR, WORD };

static const struct rule_key keys[] = {
    { "flag", FLAG, RULE_FLAG, NULL },         { "number", NUMBER, RULE_NUMBER, NULL },
    { "bytes", BYTES, RULE_HEX, NULL },        { "xor", XOR, RULE_XOR, NULL },
    { "word", WORD, RULE_WORD, "one two tw" }, { NULL, 0, RULE_FLAG, NULL },
};

static const struct {
    const char *name, *pattern, *command;
    bool        fits;
} patterns[] = {
    /* clang-format off */
    { "the same",            "00B00000",  "00B00000",   true },
    { "another byte",        "00B00000",  "00B00001",   false },
    { "any nibble",          "00B0?1??",  "00B0F1AA",   true },
    { "not that nibble",     "00B0?1??",  "00B0F2AA",   false },
    { "longer, closed",      "00B0",      "00B000",     false },
    { "longer, open",        "00B0*",     "00B000",     true },
    { "as long, open",       "00B0*",     "00B0",       true },
    { "shorter",             "00B000*",   "00B0",       false },
    { "all",                 "*",         "00",         true },
    { "blanks and case",     "00 b0 *",   "00B00004",   true },
    /* clang-format on */
};

static void patterns_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(patterns); i++) {
        struct rules   r = { 0 };
        struct problem why = { "" };
        char           line[128];

        ROW(patterns[i].name);
        snprintf(line, sizeof line, "command=%s;flag=yes", patterns[i].pattern);
        EXPECT_CODE(rules_read_line(&r, line, keys, &why), OK);
        EXPECT((rules_match(&r, HEX(patterns[i].command)) != NULL) == patterns[i].fits);
        rules_free(&r);
    }
}

static const char *const refused[] = {
    "flag=yes",
    "command=0;flag=yes",
    "command=0G;flag=yes",
    "command=00*00;flag=yes",
    "command=00",
    "command=00;flag=maybe",
    "command=00;flag=no",
    "command=00;number=x",
    "command=00;number=-1",
    "command=00;bytes=123",
    "command=00;bytes=XY",
    "command=00;xor=01",
    "command=00;xor=1:",
    "command=00;xor=a:01",
    "command=00;xor=1:01 2",
    "command=00;word=three",
    "command=00;word=t",
    "command=00;word=",
    "command=00;nth=-1;flag=yes",
    "command=00;nth=one;flag=yes",
    "command=00;other=1;flag=yes",
    "command=00;flag=yes;flag=yes",
    "",
};

static void others_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct rules   r = { 0 };
        struct problem why = { "" };
        struct err     e;

        ROW(refused[i]);
        e = rules_read_line(&r, refused[i], keys, &why);
        EXPECT(e.code == E_MALFORMED || e.code == E_UNEXPECTED);
        EXPECT(why.text[0] != '\0');
        rules_free(&r);
    }
}

/* Each rule counts for itself, also while another one has its turn; the first in the file
 * goes first. */
static void turns_are_taken(void **state)
{
    static const char *const lines[] = { "command=00B0*;nth=2;number=1", "command=*;nth=4;number=2",
                                         "command=00B0*;nth=2;number=3",
                                         "command=*;nth=6;number=4" };
    static const long        want[] = { 0, 1, 0, 2, 0, 4, 0 };
    struct rules             r = { 0 };
    struct problem           why;

    (void)state;
    ROW("turns");
    for (size_t i = 0; i < COUNT(lines); i++)
        EXPECT_CODE(rules_read_line(&r, lines[i], keys, &why), OK);
    for (size_t i = 0; i < COUNT(want); i++)
        EXPECT(rule_number(rules_match(&r, HEX("00B00000")), NUMBER, 0) == want[i]);
    rules_free(&r);
}

static const struct {
    const char *name, *spec, *before, *after;
    bool        all;
} xors[] = {
    /* clang-format off */
    { "first byte",        "0:01",          "00112233", "01112233", true },
    { "several bytes",     "1:FFFF",        "00112233", "00EEDD33", true },
    { "from the end",      "-2:0F",         "00112233", "00112D33", true },
    { "two places",        "0:80 -1:01",    "00112233", "80112232", true },
    { "hex offset",        "0x3:01",        "00112233", "00112232", true },
    { "beyond the end",    "4:01",          "00112233", "00112233", false },
    { "half beyond",       "3:0101",        "00112233", "00112233", false },
    { "before the front",  "-5:01",         "00112233", "00112233", false },
    { "one of two",        "9:01 0:01",     "00112233", "01112233", false },
    /* clang-format on */
};

static void xors_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(xors); i++) {
        struct rules   r = { 0 };
        struct problem why;
        char           line[128];
        uint8_t        room[16];
        struct buf     bytes = BUF(room);

        ROW(xors[i].name);
        snprintf(line, sizeof line, "command=*;xor=%s", xors[i].spec);
        EXPECT_CODE(rules_read_line(&r, line, keys, &why), OK);
        EXPECT_CODE(buf_put(&bytes, HEX(xors[i].before)), OK);
        EXPECT(rule_xor(&r.all[0], XOR, &bytes) == xors[i].all);
        EXPECT_BYTES(buf_view(&bytes), HEX(xors[i].after));
        rules_free(&r);
    }
}

static void values_are_read(void **state)
{
    struct rules   r = { 0 };
    struct problem why;

    (void)state;
    ROW("values");
    EXPECT_CODE(rules_read_line(&r, "command=*;bytes=6A 82;word=tw;number=0x10", keys, &why), OK);
    EXPECT(rule_number(&r.all[0], WORD, -1) == 2);
    EXPECT(rule_number(&r.all[0], NUMBER, -1) == 16);
    EXPECT_BYTES(view_of(rule_action(&r.all[0], BYTES)->bytes, rule_action(&r.all[0], BYTES)->len),
                 HEX("6A82"));
    EXPECT(rule_action(&r.all[0], FLAG) == NULL && rule_action(NULL, FLAG) == NULL);
    rules_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_fit),    cmocka_unit_test(others_are_refused),
        cmocka_unit_test(turns_are_taken), cmocka_unit_test(xors_hold),
        cmocka_unit_test(values_are_read),
    };

    return cmocka_run_group_tests_name("sim.rule", tests, NULL, NULL);
}
