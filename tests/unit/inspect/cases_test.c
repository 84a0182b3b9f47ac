/*
 * cases_test: the standard plan's faulty documents, judged as the plan says.
 *
 * usage: inspect_cases_test PROFILE FILE.cases [CASE]
 *
 * Each case is made by verso-perso, its CSCA put into a bundle by verso-trust, and inspected.
 * The verdict in PROFILE must be the case's "expected": successful is pass, failed is fail,
 * undetermined is refer.  Where it is not, tests/recipes/differ.txt must say so and why; a line
 * there that is no longer true fails the test as well.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "documents.h"

enum { DIFFER_MAX = 64, LINE = 512 };

struct differ {
    char case_name[24], profile[16], verdict[16];
    bool met;
};

static struct differ   differ[DIFFER_MAX];
static size_t          n_differ;
static enum profile_id profile;
static const char     *cases, *only;
static char            work[256];
static unsigned        wrong, run, agree;

static void read_differ(void)
{
    FILE *f = fopen(VERSO_RECIPES "/differ.txt", "r");
    char  line[LINE];

    EXPECT(f != NULL);
    while (fgets(line, sizeof line, f) != NULL) {
        struct differ *d = &differ[n_differ];

        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (sscanf(line, "%23s %15s %15s", d->case_name, d->profile, d->verdict) != 3 ||
            ++n_differ == DIFFER_MAX)
            fail_msg("no line: %s", line);
    }
    fclose(f);
}

static const char *wanted(const char *expected)
{
    static const struct {
        const char  *word;
        enum verdict verdict;
    } rows[] = { { "successful", VERDICT_PASS },
                 { "failed", VERDICT_FAIL },
                 { "undetermined", VERDICT_REFER } };

    for (size_t n = 0; n < COUNT(rows); n++) {
        if (strncmp(expected, rows[n].word, strlen(rows[n].word)) == 0)
            return verdict_name(rows[n].verdict);
    }
    fail_msg("[%s] expected '%s'?", expect_row, expected);
    return "";
}

static const char *wanted_here(const char *name, const char *expected)
{
    for (size_t n = 0; n < n_differ; n++) {
        if (strcmp(differ[n].case_name, name) == 0 &&
            strcmp(differ[n].profile, profile_name(profile)) == 0) {
            differ[n].met = true;
            return differ[n].verdict;
        }
    }
    return wanted(expected);
}

static void shell(const char *command)
{
    if (system(command) != 0)
        fail_msg("[%s] %s", expect_row, command);
}

/* Document and bundle of one case, in the working folder. */
static void make(const char *name)
{
    char command[4 * LINE];

    snprintf(command, sizeof command,
             "%s --out %s/document --force --keys %s --seed %s --date 2026-10-01 --case %s %s "
             ">%s/perso.log",
             VERSO_PERSO, work, VERSO_DOCUMENTS "/keys", name, name, cases, work);
    shell(command);
    snprintf(command, sizeof command,
             "cd %s && rm -f trust.bundle && %s compile --out trust.bundle --key %s "
             "$(ls document/csca*.cer document/csca.crl 2>/dev/null || echo %s) >trust.log 2>&1; "
             "[ $? -le 1 ]",
             work, VERSO_TRUST, VERSO_DOCUMENTS "/operator.key",
             VERSO_DOCUMENTS "/ecdsa-bp256/csca.cer");
    shell(command);
}

static void judge(const char *name, const char *expected, const char *title)
{
    char          folder[LINE], bundle[LINE];
    struct scene *s;
    const char   *want, *got;

    ROW(name);
    make(name);
    snprintf(folder, sizeof folder, "%s/document", work);
    snprintf(bundle, sizeof bundle, "%s/trust.bundle", work);
    s = scene_open(folder, bundle, VERSO_DOCUMENTS "/operator.key.pub",
                   (struct date){ 2026, 10, 2 });
    scene_run(s);
    want = wanted_here(name, expected);
    got = verdict_name(scene_verdict(s, profile));
    run++;
    agree += strcmp(got, wanted(expected)) == 0;
    printf("%-12s %-28s %-6s %-6s %s%s\n", name, expected, got,
           verdict_name(scene_verdict(s, PROFILE_desk)), title,
           strcmp(got, want) != 0                ? "   <-- WRONG"
           : strcmp(want, wanted(expected)) != 0 ? "   (differs, see differ.txt)"
                                                 : "");
    if (strcmp(got, want) != 0) {
        wrong++;
        scene_print(s, stdout);
    }
    scene_close(s);
}

static void each_case(void **state)
{
    char  command[LINE], line[LINE];
    FILE *list;

    (void)state;
    read_differ();
    snprintf(command, sizeof command, "%s --list %s", VERSO_PERSO, cases);
    list = popen(command, "r");
    EXPECT(list != NULL);
    printf("%-12s %-28s %-6s %-6s\n", "case", "expected", profile_name(profile), "desk");
    while (fgets(line, sizeof line, list) != NULL) {
        const char *name = strtok(line, "\t"), *expected = strtok(NULL, "\t");
        const char *title = strtok(NULL, "\n");

        if (only == NULL || strcmp(only, name) == 0)
            judge(name, expected, title != NULL ? title : "");
    }
    EXPECT(pclose(list) == 0);
    printf("%u cases, %u as expected, %u otherwise\n", run, agree, run - agree);
    if (wrong != 0)
        fail_msg("%u cases are neither as expected nor as differ.txt says", wrong);
    EXPECT(run > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case),
    };
    char command[sizeof work + 16];
    int  failed;

    if (argc < 3 || profile_of(text_of(argv[1]), &profile).code != OK)
        return 64;
    cases = argv[2];
    only = argv[3];
    mkdir(VERSO_DOCUMENTS "/keys", 0700); /* kept from run to run: making keys takes longest */
    snprintf(work, sizeof work, "%s/cases.XXXXXX", VERSO_DOCUMENTS);
    if (mkdtemp(work) == NULL)
        return 74;
    failed = cmocka_run_group_tests_name("inspect.cases", tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -r %s", work);
    return system(command) != 0 || failed != 0;
}
