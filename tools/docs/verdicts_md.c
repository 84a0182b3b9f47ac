/* verdicts_md: print docs/verdicts.md from the tables that decide the verdict. */
#include <stdio.h>

#include "report/verdict.h"

static const char intro[] =
    "# Verdicts\n"
    "\n"
    "Generated from `firmware/report/include/report/*.def` by `verdicts_md`; do not edit.\n"
    "\n"
    "| verdict | exit status of `verso inspect` | meaning |\n"
    "|---|---|---|\n"
    "| pass | 0 | every check that the profile asks for was made, and nothing speaks against the "
    "document |\n"
    "| fail | 1 | something was found out that speaks against the document |\n"
    "| refer | 2 | nothing was proved wrong, something was not proved right: an officer decides "
    "|\n"
    "| retry | 3 | not finished: present the document again |\n"
    "\n"
    "Anything worth *fail* makes a fail; else anything worth *retry*, cut off, or mandatory and "
    "not run, a\n"
    "retry; else anything worth *refer* a refer; what is worth a *note* is only said. Evidence "
    "that is\n"
    "missing, wiped, damaged or overflowed never makes a pass. The verdict is a function of the "
    "report\n"
    "(`verdict_of()`); whoever holds the report can compute it again.\n";

/* A cell of a table, with the bars that would end it taken out. */
static void cell(const char *text)
{
    printf(" ");
    for (; *text != '\0'; text++)
        putchar(*text == '|' ? '/' : *text);
    printf(" |");
}

static void print_profiles(void)
{
    puts(
        "\n## Profiles\n\n"
        "A profile says what each check is worth, and which data groups are read. DG3 and DG4 are\n"
        "never read without rights to them.\n\n"
        "| profile | policy for notes | reads | for |\n|---|---|---|---|");
    for (unsigned p = 0; p < PROFILE_COUNT; p++) {
        const uint32_t reads = profile_reads((enum profile_id)p);
        const bool     conformance = profile_policy((enum profile_id)p) == POLICY_CONFORMANCE;

        printf("|");
        cell(profile_name(p));
        cell(conformance ? "conformance" : "operational");
        for (unsigned dg = 1; dg <= 16; dg++)
            if ((reads & 1U << dg) != 0)
                printf(" DG%u", dg);
        printf(" |");
        cell(profile_purpose(p));
        puts("");
    }
}

static void print_rule(struct rule r)
{
    if (r.obligation == OBLIGATION_EVALUATORY) {
        cell("e");
        return;
    }
    printf(" %c: %s, %s, %s |", obligation_letter(r.obligation), worth_name(r.failed),
           worth_name(r.undetermined), worth_name(r.not_supported));
}

static void profile_header(const char *first)
{
    printf("| %s |", first);
    for (unsigned p = 0; p < PROFILE_COUNT; p++)
        cell(profile_name(p));
    printf("\n|---|");
    for (unsigned p = 0; p < PROFILE_COUNT; p++)
        printf("---|");
    puts("");
}

static void print_checks(void)
{
    puts("\n## Checks\n\n"
         "Ids and clauses are TR-03135-1's (ids in our short form). In each cell: obligation (m\n"
         "mandatory, o optional, e only reported), then what *failed*, *undetermined* and *not\n"
         "supported* are worth.\n");
    profile_header("check");
    for (unsigned c = 0; c < CHECK_COUNT; c++) {
        printf("| `%s` %s: %s |", check_id(c), check_clause(c), check_title(c));
        for (unsigned p = 0; p < PROFILE_COUNT; p++)
            print_rule(profile_rule((enum profile_id)p, (enum check)c));
        puts("");
    }
}

static void print_exceptions(void)
{
    puts("\n### Reasons that weigh otherwise\n\n"
         "Whatever the result they stand behind:\n");
    profile_header("reason");
    for (unsigned r = 1; r < REASON_COUNT; r++) {
        if (profile_exception(PROFILE_desk, (enum reason)r) == WORTH_BY_RESULT)
            continue;
        printf("| `%s` |", reason_name(r));
        for (unsigned p = 0; p < PROFILE_COUNT; p++)
            cell(worth_name(profile_exception((enum profile_id)p, (enum reason)r)));
        puts("");
    }
}

static void print_reasons(void)
{
    puts("\n## Reasons\n\n| code | reason | what an officer reads |\n|---|---|---|");
    for (unsigned r = 1; r < REASON_COUNT; r++)
        printf("| %u | `%s` | %s |\n", (unsigned)reason_code(r), reason_name(r),
               reason_sentence(r));
}

static void print_notes(void)
{
    puts("\n## Notes\n\n"
         "Irregularities that were read over. What each is worth, in the two policies:\n\n"
         "| note | operational | conformance | text |\n|---|---|---|---|");
    for (unsigned n = 1; n < NOTE_COUNT; n++)
        printf("| `%s` | %s | %s | %s |\n", note_name(n),
               worth_name(policy_of_note(POLICY_OPERATIONAL, (enum note_id)n)),
               worth_name(policy_of_note(POLICY_CONFORMANCE, (enum note_id)n)), note_text(n));
}

int main(void)
{
    fputs(intro, stdout);
    print_profiles();
    print_checks();
    print_exceptions();
    print_reasons();
    print_notes();
    return 0;
}
