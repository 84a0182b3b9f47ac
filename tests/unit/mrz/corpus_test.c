/*
 * corpus_test: machine readable zones that others publish, against what they say of them.
 *
 * Vectors: mrz_text/corpus.tsv (each check digit judged there), mrz_text/expected_parse.tsv
 * (fields as other readers' tests expect them), vectors/checkdigits.txt of VERSO_SHARED.
 */
#include "mrz/mrz.h"

#include "expect.h"

enum { COLUMNS = 16 };

static FILE *shared(const char *name)
{
    char        path[1024];
    const char *root = getenv("VERSO_SHARED");

    if (root == NULL || *root == '\0')
        return NULL;
    snprintf(path, sizeof path, "%s/data/%s", root, name);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        fail_msg("%s is missing", path);
    return f;
}

/* Cuts line at its tabs; returns how many columns. */
static size_t columns(char *line, char *col[COLUMNS])
{
    size_t n = 0;

    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at != NULL && n < COLUMNS; n++)
        col[n] = strsep(&at, "\t");
    return n;
}

static char state_char(enum mrz_digit_state s)
{
    return "-rwa"[s];
}

/* "dob:ok" against our state; their words are ok, BAD, absent, empty. */
static void expect_judged(const struct mrz *m, const char *item)
{
    static const struct {
        const char    *theirs;
        enum mrz_digit digit;
    } names[] = {
        { "doc:", MRZ_DIGIT_NUMBER },     { "dob:", MRZ_DIGIT_BIRTH },
        { "exp:", MRZ_DIGIT_EXPIRY },     { "opt:", MRZ_DIGIT_OPTIONAL },
        { "comp:", MRZ_DIGIT_COMPOSITE },
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        const size_t n = strlen(names[i].theirs);

        if (strncmp(item, names[i].theirs, n) != 0)
            continue;
        const char ours = state_char(m->digit[names[i].digit]);
        const bool empty_optional = names[i].digit == MRZ_DIGIT_OPTIONAL && item[n] == 'e';

        if (names[i].digit == MRZ_DIGIT_NUMBER && m->number_long)
            return; /* judged by the doc_long rows; as a plain digit it is absent */
        EXPECT(ours == (item[n] == 'o' || empty_optional ? 'r' : item[n] == 'B' ? 'w' : 'a'));
        return;
    }
    EXPECT(strncmp(item, "doc_long", 8) == 0);
}

static void expect_detail(const struct mrz *m, char *detail)
{
    const char *long_ok = strstr(detail, "doc_long:ok"), *long_2 = strstr(detail, "doc_long2:ok");

    if (strstr(detail, "doc_long") != NULL) {
        EXPECT(m->number_long);
        EXPECT(state_char(m->digit[MRZ_DIGIT_NUMBER]) == (long_ok || long_2 ? 'r' : 'w'));
    }
    for (char *item; (item = strsep(&detail, ",")) != NULL;)
        expect_judged(m, item);
}

static void corpus_is_judged_alike(void **state)
{
    char   line[4096], *col[COLUMNS];
    FILE  *f = shared("mrz_text/corpus.tsv");
    size_t rows = 0;

    (void)state;
    if (f == NULL)
        skip();
    while (fgets(line, sizeof line, f) != NULL) {
        char       text[256];
        struct mrz m = { 0 };

        if (columns(line, col) < 7 || strcmp(col[0], "id") == 0)
            continue;
        ROW(col[0]);
        snprintf(text, sizeof text, "%s\n%s\n%s", col[4], col[5], col[6]);
        struct mrz_trouble t;
        const struct err   e = mrz_read(text_of(text), &m, &t);

        if (strlen(col[4]) != strlen(col[5])) { /* a line lost a character on its way */
            EXPECT(e.code == E_UNEXPECTED && t.fault == MRZ_FAULT_LENGTH);
            continue;
        }
        EXPECT_CODE(e, OK);
        rows++;
        if (strcmp(col[1], "IDFRA") == 0) { /* France's own layout: a TD2 that cannot be right */
            EXPECT(m.format == MRZ_TD2 && !mrz_digits_hold(&m));
            continue;
        }
        EXPECT(strcmp(mrz_format_name(m.format), col[1]) == 0);
        expect_detail(&m, col[3]);
    }
    fclose(f);
    EXPECT(rows > 100);
}

/* A person's spelling of a name: fillers are spaces. */
static bool reads_as(struct view ours, const char *theirs)
{
    char   text[64] = "";
    size_t n = 0;

    for (; n < ours.len && n + 1 < sizeof text; n++) {
        const uint8_t c = view_at(ours, n);

        text[n] = c == '<' ? ' ' : (char)c;
    }
    text[n] = '\0';
    return strcmp(text, theirs) == 0;
}

static void others_read_the_same(void **state)
{
    /* their columns for our fields */
    static const struct {
        size_t         col;
        enum mrz_field field;
    } map[] = { { 4, MRZ_CODE },
                { 5, MRZ_ISSUER },
                { 9, MRZ_NATIONALITY },
                { 10, MRZ_BIRTH },
                { 12, MRZ_EXPIRY } };
    char   line[4096], *col[COLUMNS];
    FILE  *f = shared("mrz_text/expected_parse.tsv");
    size_t rows = 0;

    (void)state;
    if (f == NULL)
        skip();
    while (fgets(line, sizeof line, f) != NULL) {
        struct mrz m = { 0 };

        if (columns(line, col) < 13 || strcmp(col[0], "source") == 0)
            continue;
        ROW(col[1]);
        if (strncmp(col[2], "IDFRA", 5) == 0 || strncmp(col[2], "FACHE", 5) == 0)
            continue; /* national layouts of their own */
        for (char *c = col[2]; *c != '\0'; c++)
            *c = *c == '|' ? '\n' : *c;
        EXPECT_CODE(mrz_read(text_of(col[2]), &m, NULL), OK);
        for (size_t i = 0; i < COUNT(map); i++) {
            const char *want = col[map[i].col];

            if (*want != '\0' && strchr(want, 'X') == NULL)
                EXPECT(reads_as(mrz_text(&m, map[i].field), want));
        }
        uint8_t    room[MRZ_NUMBER_MAX];
        struct buf number = BUF(room);

        EXPECT_CODE(mrz_number(&m, &number), OK);
        EXPECT(*col[6] == '\0' || reads_as(buf_view(&number), col[6]));
        EXPECT(*col[7] == '\0' || reads_as(m.primary, col[7]));
        EXPECT(*col[8] == '\0' || reads_as(m.secondary, col[8]));
        rows++;
    }
    fclose(f);
    EXPECT(rows >= 11);
}

static void check_digits_of_the_standard(void **state)
{
    char   line[256];
    FILE  *f = shared("vectors/checkdigits.txt");
    size_t rows = 0;

    (void)state;
    if (f == NULL)
        skip();
    while (fgets(line, sizeof line, f) != NULL) {
        char *equals = strchr(line, '=');

        if (line[0] == '#' || equals == NULL)
            continue;
        ROW(line);
        EXPECT(mrz_check_digit(view_of(line, (size_t)(equals - line))) == (uint8_t)equals[1]);
        rows++;
    }
    fclose(f);
    EXPECT(rows >= 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus_is_judged_alike),
        cmocka_unit_test(others_read_the_same),
        cmocka_unit_test(check_digits_of_the_standard),
    };
    FILE *f = shared("mrz_text/corpus.tsv");

    if (f == NULL) {
        printf("skipped: VERSO_SHARED does not name the public test data\n");
        return 77;
    }
    fclose(f);
    return cmocka_run_group_tests_name("mrz.corpus", tests, NULL, NULL);
}
