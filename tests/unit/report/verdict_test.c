/*
 * verdict_test: evidence in, verdict out; and wiped evidence is never a pass.
 *
 * Source of the rows: TR-03135-1 v2.5 clause 5.4 and 5.7 (precedence), and the promises of
 * docs/verdicts.md for each profile.
 */
#include "expect.h"
#include "report/verdict.h"

#define ALL_GOOD SUCCESSFUL

/* One change to evidence that is good throughout. */
static const struct {
    const char  *name;
    enum check   check;
    enum result  result;
    enum reason  reason;
    enum verdict gate, desk, counter, conformance;
} rows[] = {
/* clang-format off */
#define P VERDICT_PASS
#define F VERDICT_FAIL
#define R VERDICT_REFER
#define T VERDICT_RETRY
    { "all good",                  CHECK_ELE_SOD,           ALL_GOOD,      REASON_NONE,             P, P, P, P },
    { "no clone check offered",    CHECK_ELE_CHIPAUTH,      NOT_SUPPORTED, REASON_CHIPAUTH_ABSENT,  R, P, P, P },
    { "clone check unknown",       CHECK_ELE_CHIPAUTH,      UNDETERMINED,  REASON_CHIPAUTH_UNSUPPORTED, R, R, P, F },
    { "cloned chip",               CHECK_ELE_CHIPAUTH,      FAILED,        REASON_NONE,             F, F, F, F },
    { "issuer not in our bundle",  CHECK_ELE_TRUST,         UNDETERMINED,  REASON_CSCA_NOT_FOUND,   R, R, R, R },
    { "signer's chain is forged",  CHECK_ELE_DS_SIG,        FAILED,        REASON_DS_SIGNATURE,     F, F, F, F },
    { "signer revoked",            CHECK_ELE_DS_REVOCATION, FAILED,        REASON_DS_REVOKED,       F, F, F, F },
    { "state publishes no CRL",    CHECK_ELE_DS_REVOCATION, UNDETERMINED,  REASON_CRL_MISSING,      P, P, P, P },
    { "CRL out of date",           CHECK_ELE_DS_REVOCATION, UNDETERMINED,  REASON_CRL_STALE,        R, R, R, R },
    { "one group altered",         CHECK_ELE_DG,            FAILED,        REASON_DG_HASH,          F, F, F, F },
    { "signature bad",             CHECK_ELE_SOD_SIG,       FAILED,        REASON_SOD_SIGNATURE,    F, F, F, F },
    { "no EF.COM",                 CHECK_ELE_COMSOD,        NOT_SUPPORTED, REASON_COM_MISSING,      P, P, P, P },
    { "EF.COM and EF.SOD differ",  CHECK_ELE_COMSOD,        FAILED,        REASON_COM_SOD_MISMATCH, R, R, R, F },
    { "other person's MRZ",        CHECK_COM_MRZDG1,        FAILED,        REASON_MRZ_DG1_MISMATCH, F, F, F, F },
    { "optional data differs",     CHECK_COM_MRZDG1,        UNDETERMINED,  REASON_MRZ_DG1_OPTIONAL, R, R, P, R },
    { "expired",                   CHECK_COM_EXPIRY,        FAILED,        REASON_EXPIRED,          F, F, F, F },
    { "no clock",                  CHECK_COM_EXPIRY,        UNDETERMINED,  REASON_CLOCK_UNKNOWN,    R, R, R, R },
    { "CSCA expired",              CHECK_ELE_CSCA_VALIDITY, FAILED,        REASON_CSCA_EXPIRED,     R, R, R, F },
    { "wrong key typed",           CHECK_ELE_ACCESS,        FAILED,        REASON_ACCESS_DENIED,    T, T, T, F },
    { "plain document",            CHECK_ELE_ACCESS,        NOT_SUPPORTED, REASON_ACCESS_NOT_NEEDED, P, P, P, P },
    { "chip left during reading",  CHECK_ELE_DG,            ABORTED,       REASON_RF_LOST,          T, T, T, T },
    { "hashes never compared",     CHECK_ELE_DG,            NOT_RUN,       REASON_NONE,             T, T, T, T },
    { "BAC alone counts nothing",  CHECK_ELE_BAC,           FAILED,        REASON_NONE,             P, P, P, P },
    { "a damaged result",          CHECK_ELE_SOD_SIG,       (enum result)7, REASON_NONE,            R, R, R, R },
#undef P
#undef F
#undef R
#undef T
    /* clang-format on */
};

static void make_good(struct evidence *e)
{
    memset(e, 0, sizeof *e);
    for (unsigned c = 0; c < CHECK_COUNT; c++)
        e->check[c].result = SUCCESSFUL;
}

static enum verdict judge(const struct evidence *e, enum profile_id p)
{
    static struct judgement j;

    verdict_of(e, p, &j);
    return j.verdict;
}

static void each_profile_weighs_as_its_row_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct evidence e;

        ROW(rows[i].name);
        make_good(&e);
        e.check[rows[i].check] =
            (struct finding){ .result = rows[i].result, .reason = rows[i].reason };
        EXPECT(judge(&e, PROFILE_gate) == rows[i].gate);
        EXPECT(judge(&e, PROFILE_desk) == rows[i].desk);
        EXPECT(judge(&e, PROFILE_counter) == rows[i].counter);
        EXPECT(judge(&e, PROFILE_conformance) == rows[i].conformance);
    }
}

static void nothing_is_never_a_pass(void **state)
{
    struct evidence e;

    (void)state;
    memset(&e, 0, sizeof e);
    for (unsigned p = 0; p < PROFILE_COUNT; p++)
        EXPECT(judge(&e, (enum profile_id)p) == VERDICT_RETRY);

    /* each mandatory check alone, left out or wiped, is enough to spoil a pass */
    for (unsigned c = 0; c < CHECK_COUNT; c++) {
        if (profile_rule(PROFILE_desk, (enum check)c).obligation != OBLIGATION_MANDATORY)
            continue;
        ROW(check_id(c));
        make_good(&e);
        EXPECT(judge(&e, PROFILE_desk) == VERDICT_PASS);
        memset(&e.check[c], 0, sizeof e.check[c]);
        EXPECT(judge(&e, PROFILE_desk) == VERDICT_RETRY);
    }
}

static void failures_and_overflow_spoil_a_pass(void **state)
{
    struct evidence e;

    (void)state;
    make_good(&e);
    e.cut = err_at(E_CARD_GONE, 0, WHERE);
    EXPECT(judge(&e, PROFILE_desk) == VERDICT_RETRY);
    e.check[CHECK_ELE_DG].result = FAILED; /* what was found out stands */
    EXPECT(judge(&e, PROFILE_desk) == VERDICT_FAIL);

    make_good(&e);
    e.notes.overflow = true;
    EXPECT(judge(&e, PROFILE_desk) == VERDICT_REFER);
}

static void notes_weigh_by_policy(void **state)
{
    struct evidence         e;
    static struct judgement j;

    (void)state;
    make_good(&e);
    e.notes.place = PLACE_SOD;
    note_add(&e.notes, NOTE_SOD_BER);
    note_add(&e.notes, NOTE_SOD_BER);
    EXPECT(e.notes.n == 1);
    EXPECT(judge(&e, PROFILE_desk) == VERDICT_PASS);
    EXPECT(judge(&e, PROFILE_conformance) == VERDICT_FAIL);
    verdict_of(&e, PROFILE_conformance, &j);
    EXPECT(j.n == 1 && j.ground[0].note == NOTE_SOD_BER && j.ground[0].place == PLACE_SOD);

    for (size_t i = 0; i < NOTES_MAX + 8; i++) { /* a table that is full is no way out */
        e.notes.place = (enum place)(i % PLACE_COUNT);
        note_add(&e.notes, (enum note_id)(1 + i % (NOTE_COUNT - 1)));
    }
    EXPECT(e.notes.n == NOTES_MAX && e.notes.overflow);
    EXPECT(judge(&e, PROFILE_desk) != VERDICT_PASS);
}

static void heaviest_ground_stands_first(void **state)
{
    struct evidence         e;
    static struct judgement j;

    (void)state;
    make_good(&e);
    e.check[CHECK_ELE_CHIPAUTH] =
        (struct finding){ .result = NOT_SUPPORTED, .reason = REASON_CHIPAUTH_ABSENT };
    e.check[CHECK_ELE_TRUST] =
        (struct finding){ .result = UNDETERMINED, .reason = REASON_CSCA_NOT_FOUND };
    e.check[CHECK_ELE_DG] = (struct finding){ .result = FAILED, .reason = REASON_DG_HASH };
    verdict_of(&e, PROFILE_desk, &j);
    EXPECT(j.verdict == VERDICT_FAIL && j.n == 3);
    EXPECT(j.ground[0].check == CHECK_ELE_DG && j.ground[0].worth == WORTH_FAIL);
    EXPECT(j.ground[1].check == CHECK_ELE_TRUST && j.ground[1].worth == WORTH_REFER);
    EXPECT(j.ground[2].check == CHECK_ELE_CHIPAUTH && j.ground[2].worth == WORTH_NOTE);
}

static void results_keep_to_the_precedence(void **state)
{
    /* TR-03135-1 5.7: failed > aborted > undetermined > successful > not supported */
    static const enum result order[] = { NOT_RUN,      NOT_SUPPORTED, SUCCESSFUL,
                                         UNDETERMINED, ABORTED,       FAILED };

    (void)state;
    for (size_t a = 0; a < COUNT(order); a++) {
        for (size_t b = 0; b < COUNT(order); b++) {
            struct evidence e;

            memset(&e, 0, sizeof e);
            evidence_set(&e, CHECK_ELE_DG, order[a], REASON_DG_HASH);
            evidence_set(&e, CHECK_ELE_DG, order[b], REASON_DG_MISSING);
            EXPECT(evidence_result(&e, CHECK_ELE_DG) == order[a > b ? a : b]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_profile_weighs_as_its_row_says),
        cmocka_unit_test(nothing_is_never_a_pass),
        cmocka_unit_test(failures_and_overflow_spoil_a_pass),
        cmocka_unit_test(notes_weigh_by_policy),
        cmocka_unit_test(heaviest_ground_stands_first),
        cmocka_unit_test(results_keep_to_the_precedence),
    };

    return cmocka_run_group_tests_name("report.verdict", tests, NULL, NULL);
}
