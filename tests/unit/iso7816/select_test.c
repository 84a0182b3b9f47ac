/*
 * select_test: the forms of SELECT, as transcripts.
 *
 * Vectors: Doc 9303-10 clause 3.6.2; the selection of EF.COM from Doc 9303-11 appendix D.4,
 * unprotected.  A3 and A5 are quirks met in the field: cards refuse one form or another,
 * and none may carry Le.
 */
#include "iso7816/select.h"

#include "expect.h"

struct turn {
    const char *command;
    uint16_t    sw;
};

enum kind { AID, FID, MF };

static const struct {
    const char  *name;
    enum kind    kind;
    enum outcome want;
    bool         found;
    struct turn  turn[5];
} rows[] = {
    /* clang-format off */
    { "LDS1 application",     AID, OK, true,         { { "00A4040C07A0000002471001", 0x9000 } } },
    { "A_04 no application",  AID, E_REFUSED, false, { { "00A4040C07A0000002471001", 0x6A82 } } },
    { "denied",               AID, E_REFUSED, false, { { "00A4040C07A0000002471001", 0x6982 } } },
    { "D.4 EF.COM",           FID, OK, true,         { { "00A4020C02011E", 0x9000 } } },
    { "C_01 no file",         FID, E_REFUSED, false, { { "00A4020C02011E", 0x6A82 } } },
    { "MF, as it should be",  MF,  OK, true,         { { "00A4000C023F00", 0x9000 } } },
    { "A3 NZ",                MF,  OK, true,         { { "00A4000C023F00", 0x6982 }, { "00A4000C", 0x9000 } } },
    { "A3 CN",                MF,  OK, true,
      { { "00A4000C023F00", 0x6A81 }, { "00A4000C", 0x6A81 }, { "00A40000023F00", 0x9000 } } },
    { "A3 AU",                MF,  OK, true,
      { { "00A4000C023F00", 0x6A86 }, { "00A4000C", 0x6A86 }, { "00A40000023F00", 0x6A86 }, { "00A40000", 0x9000 } } },
    { "A22 no MF",            MF,  OK, false,
      { { "00A4000C023F00", 0x6A82 }, { "00A4000C", 0x6700 }, { "00A40000023F00", 0x6A87 }, { "00A40000", 0x6D00 } } },
    /* clang-format on */
};

static struct err begin(struct select *s, enum kind kind)
{
    switch (kind) {
    case AID:
        return select_aid_begin(s, AID_LDS1);
    case FID:
        return select_fid_begin(s, 0x011E);
    case MF:
    default:
        return select_mf_begin(s);
    }
}

static struct err play(struct select *s, const struct turn *t)
{
    struct rapdu last = { 0 };

    for (;; t++) {
        uint8_t      sent_bytes[64];
        struct buf   sent = BUF(sent_bytes);
        struct capdu next;
        enum step    todo;

        TRY(select_step(s, last, &next, &todo));
        if (todo == STEP_DONE) {
            EXPECT(t->command == NULL);
            return SUCCESS;
        }
        EXPECT(todo == STEP_SEND && t->command != NULL);
        EXPECT_CODE(capdu_encode(&next, &sent), OK);
        EXPECT_BYTES(buf_view(&sent), HEX(t->command));
        last = (struct rapdu){ .sw = t->sw };
    }
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct select s;
        struct err    e;

        ROW(rows[i].name);
        EXPECT_CODE(begin(&s, rows[i].kind), OK);
        e = play(&s, rows[i].turn);
        EXPECT_CODE(e, rows[i].want);
        EXPECT(s.found == rows[i].found);
        if (e.code == E_REFUSED)
            EXPECT(e.sw == rows[i].turn[0].sw && s.sw == e.sw);
    }
}

/* Every class of status word is a refusal, but 9000; a lost session is never passed over. */
static void hostile_answers(void **state)
{
    (void)state;
    const struct rapdu lost = { .sw = SW_OK, .lost = { .code = E_SM_BROKEN, .sw = SW_OK } };

    for (uint32_t sw = 0; sw <= 0xFFFF; sw += 0x80) {
        const struct rapdu r = { .sw = (uint16_t)sw };
        struct select      s;
        struct capdu       next;
        enum step          todo;

        EXPECT_CODE(select_aid_begin(&s, AID_LDS1), OK);
        EXPECT_CODE(select_step(&s, (struct rapdu){ 0 }, &next, &todo), OK);
        EXPECT_CODE(select_step(&s, r, &next, &todo), sw == SW_OK ? OK : E_REFUSED);
    }
    for (int kind = AID; kind <= MF; kind++) {
        struct select s;
        struct capdu  next;
        enum step     todo;

        EXPECT_CODE(begin(&s, (enum kind)kind), OK);
        EXPECT_CODE(select_step(&s, (struct rapdu){ 0 }, &next, &todo), OK);
        EXPECT_CODE(select_step(&s, lost, &next, &todo), E_SM_BROKEN);
    }
}

static void names_are_bounded(void **state)
{
    (void)state;
    static const uint8_t aid[SELECT_AID_MAX + 1];
    struct select        s;

    EXPECT_CODE(select_aid_begin(&s, view_of(aid, 4)), E_BUG);
    EXPECT_CODE(select_aid_begin(&s, view_of(aid, 5)), OK);
    EXPECT_CODE(select_aid_begin(&s, view_of(aid, SELECT_AID_MAX)), OK);
    EXPECT_CODE(select_aid_begin(&s, VIEW(aid)), E_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(hostile_answers),
        cmocka_unit_test(names_are_bounded),
    };

    return cmocka_run_group_tests_name("iso7816.select", tests, NULL, NULL);
}
