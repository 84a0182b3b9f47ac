/*
 * tables_test: the .def tables hold together: names are unique, codes lie in their family,
 * every cell says something, and the two policies are ordered.
 *
 * Source: TR-03135-1 v2.5 clause 5.2 and 6 (vendor codes 1 000 to 999 999).
 */
#include "expect.h"
#include "report/report.h"

static void names_are_unique(void **state)
{
    (void)state;
    for (unsigned a = 0; a < CHECK_COUNT; a++)
        EXPECT(check_of(text_of(check_id(a))) == (enum check)a);
    for (unsigned a = 0; a < REASON_COUNT; a++) {
        ROW(reason_name(a));
        EXPECT(reason_of(text_of(reason_name(a))) == (enum reason)a);
        for (unsigned b = 0; b < a; b++)
            EXPECT(reason_code(a) != reason_code(b));
    }
    for (unsigned a = 0; a < NOTE_COUNT; a++) {
        ROW(note_name(a));
        for (unsigned b = 0; b < a; b++)
            EXPECT(strcmp(note_name(a), note_name(b)) != 0 &&
                   strcmp(note_text(a), note_text(b)) != 0);
    }
    for (unsigned a = 0; a < FACT_COUNT; a++) {
        for (unsigned b = 0; b < a; b++)
            EXPECT(strcmp(fact_key(a), fact_key(b)) != 0);
    }
}

static void codes_are_vendor_codes_of_their_family(void **state)
{
    (void)state;
    for (unsigned r = 1; r < REASON_COUNT; r++) {
        ROW(reason_name(r));
        EXPECT(reason_code(r) >= 1000 && reason_code(r) < 5000);
        EXPECT(strlen(reason_sentence(r)) > 10);
    }
}

static void every_cell_says_something(void **state)
{
    (void)state;
    for (unsigned p = 0; p < PROFILE_COUNT; p++) {
        for (unsigned c = 0; c < CHECK_COUNT; c++) {
            const struct rule r = profile_rule((enum profile_id)p, (enum check)c);

            ROW(check_id(c));
            EXPECT(r.failed != WORTH_UNSET && r.undetermined != WORTH_UNSET &&
                   r.not_supported != WORTH_UNSET);
            EXPECT(r.failed >= r.undetermined); /* bad is never worth less than unknown */
        }
        EXPECT((profile_reads((enum profile_id)p) & (1U << 3 | 1U << 4)) == 0);
    }
    EXPECT((profile_reads(PROFILE_counter) & (1U << 2 | 1U << 5)) == 0);
}

static void conformance_is_never_milder(void **state)
{
    (void)state;
    for (unsigned n = 1; n < NOTE_COUNT; n++) {
        ROW(note_name(n));
        if (n == NOTE_WEAK_KEY) /* TR-03105-5.1 LDS_H_01, 08, 70: the plan's own keys are short */
            continue;
        EXPECT(policy_of_note(POLICY_OPERATIONAL, (enum note_id)n) >= WORTH_NOTE);
        EXPECT(policy_of_note(POLICY_CONFORMANCE, (enum note_id)n) >=
               policy_of_note(POLICY_OPERATIONAL, (enum note_id)n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(codes_are_vendor_codes_of_their_family),
        cmocka_unit_test(every_cell_says_something),
        cmocka_unit_test(conformance_is_never_milder),
    };

    return cmocka_run_group_tests_name("report.tables", tests, NULL, NULL);
}
