/*
 * settings_test: the text form, what it refuses, and that no line stays unnoticed.
 */
#include "chip/settings.h"

#include "expect.h"

static const struct {
    const char  *name, *text, *section, *key, *value;
    enum outcome want;
} rows[] = {
    /* clang-format off */
    { "plain",                  "[a]\nk=v\n",               "a", "k", "v",      OK },
    { "blanks around",          " [a] \r\n k  = v w \r\n",  "a", "k", "v w",    OK },
    { "comments",               "; x\n[a]\n# k=1\nk=2",     "a", "k", "2",      OK },
    { "value with = and ;",     "[a]\nk = b=c;d\n",         "a", "k", "b=c;d",  OK },
    { "empty value",            "[a]\nk =\n",               "a", "k", "",       OK },
    { "MRZ fillers",            "[d]\nm = P<D<<A<B<<\n",    "d", "m", "P<D<<A<B<<", OK },
    { "empty text",             "",                         "a", "k", NULL,     OK },
    { "other section",          "[a]\nk=v\n[b]\n",          "b", "k", NULL,     OK },
    { "key before any section", "k=v\n",                    "",  "",  NULL,     E_MALFORMED },
    { "no =",                   "[a]\nk\n",                 "",  "",  NULL,     E_MALFORMED },
    { "no key",                 "[a]\n=v\n",                "",  "",  NULL,     E_MALFORMED },
    { "open bracket",           "[a\nk=v\n",                "",  "",  NULL,     E_MALFORMED },
    { "more behind ]",          "[a] x\n",                  "",  "",  NULL,     E_MALFORMED },
    { "nameless section",       "[]\n",                     "",  "",  NULL,     E_MALFORMED },
    { "key twice",              "[a]\nk=1\nk=2\n",          "",  "",  NULL,     E_MALFORMED },
    { "section twice",          "[a]\nk=1\n[a]\nl=2\n",     "",  "",  NULL,     E_MALFORMED },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settings s;
        struct problem  why = { "" };

        ROW(rows[i].name);
        EXPECT_CODE(settings_parse(&s, "x.ini", view_of(rows[i].text, strlen(rows[i].text)), &why),
                    rows[i].want);
        if (rows[i].want != OK) {
            EXPECT(strncmp(why.text, "x.ini:", 6) == 0);
            continue;
        }
        const char *value = settings_text(&s, rows[i].section, rows[i].key, NULL);
        EXPECT((value == NULL) == (rows[i].value == NULL));
        EXPECT(value == NULL || strcmp(value, rows[i].value) == 0);
        settings_free(&s);
    }
}

/* Text is copied from an allocation of exactly its length, without a zero behind. */
static void every_prefix(void **state)
{
    static const char text[] = "; c\n[a]\nk = v\n[rule.x]\ncommand = 00B0*\n";

    (void)state;
    for (size_t n = 0; n < sizeof text; n++) {
        char           *exact = malloc(n ? n : 1);
        struct settings s;
        struct problem  why;
        struct err      e;

        memcpy(exact, text, n);
        e = settings_parse(&s, "x.ini", view_of(exact, n), &why);
        EXPECT(e.code == OK || e.code == E_MALFORMED);
        settings_free(&s);
        free(exact);
    }
}

static void unasked_lines_are_named(void **state)
{
    static const char text[] = "[a]\nk = v\n[rule.x]\nmisspelt = 1\n";
    struct settings   s;
    struct problem    why;
    size_t            at = 0;

    (void)state;
    ROW("unasked");
    EXPECT_CODE(settings_parse(&s, "x.ini", view_of(text, sizeof text - 1), &why), OK);
    EXPECT_CODE(settings_unused(&s, &why), E_UNEXPECTED);
    EXPECT(strcmp(why.text, "x.ini:1: no such section: [a]") == 0);
    settings_find(&s, "a", "");
    settings_find(&s, "a", "k");
    EXPECT(strcmp(settings_section(&s, "rule.", &at), "rule.x") == 0);
    EXPECT(settings_section(&s, "rule.", &at) == NULL);
    EXPECT_CODE(settings_unused(&s, &why), E_UNEXPECTED);
    EXPECT(strcmp(why.text, "x.ini:4: [rule.x] knows no key misspelt") == 0);
    settings_find(&s, "rule.x", "misspelt");
    EXPECT_CODE(settings_unused(&s, &why), OK);
    settings_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold), cmocka_unit_test(every_prefix),
                                        cmocka_unit_test(unasked_lines_are_named) };

    return cmocka_run_group_tests_name("sim.settings", tests, NULL, NULL);
}
