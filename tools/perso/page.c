/*
 * page: the printed machine-readable zone.
 *
 * Spec: Doc 9303-3 4.9 (check digits), 9303-4 4.2 (TD3), 9303-5 4.2 (TD1), 9303-6 4.2 (TD2).
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "making.h"
#include "quit.h"

static int worth(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isupper((unsigned char)c) ? c - 'A' + 10 : 0;
}

static char check_digit(const char *text)
{
    int sum = 0;

    for (int i = 0; text[i] != '\0'; i++)
        sum += worth(text[i]) * (const int[]){ 7, 3, 1 }[i % 3];
    return (char)('0' + sum % 10);
}

static char letter(char c)
{
    return isalnum((unsigned char)c) ? (char)(toupper)((unsigned char)c) : '<'; /* no macro */
}

/* Text as the MRZ writes it, cut or filled to n characters. */
static char *field(const char *text, size_t n)
{
    char *out = quit_memory(n + 1);

    memset(out, '<', n);
    for (size_t i = 0; i < n && text[i] != '\0'; i++)
        out[i] = letter(text[i]);
    return out;
}

/* Names may be cut: then the last place holds a letter (9303-3 4.6), which a cut word gives. */
static char *names(const struct recipe *r, size_t n)
{
    const char *given = recipe_get(r, "person.given");

    return field(quit_text("%s%s%s", recipe_get(r, "person.surname"), *given ? "  " : "", given),
                 n);
}

static char *date_six(struct when w)
{
    return quit_text("%s", when_digits(w) + 2);
}

/* 1974-08-12 or 1974-XX-XX or XXXX-XX-XX: what is unknown becomes filler. */
static char *birth(const struct recipe *r)
{
    const char *text = recipe_get(r, "person.birth");
    char       *out;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        recipe_refuse(r, "person.birth", "a date is 1974-08-12, unknown parts XX");
    out = quit_text("%.2s%.2s%.2s", text + 2, text + 5, text + 8);
    for (char *c = out; *c != '\0'; c++) {
        if (!isdigit((unsigned char)*c) && *c != 'X')
            recipe_refuse(r, "person.birth", "a date is 1974-08-12, unknown parts XX");
        if (*c == 'X')
            *c = '<';
    }
    return out;
}

struct page_parts {
    const char *code, *issuer, *nationality, *number, *rest, *optional, *birth, *expiry;
    char        number_digit, sex;
};

/* A number over nine characters: filler for its check digit, the rest and the digit open the
 * optional data (9303-5 4.2.4). */
static void long_number(struct page_parts *p, const struct recipe *r)
{
    const char *number = recipe_get(r, "mrz.number");

    p->number = field(number, 9);
    p->number_digit = check_digit(p->number);
    p->rest = "";
    if (strlen(number) <= 9)
        return;
    if (recipe_is(r, "mrz.type", "td3"))
        recipe_refuse(r, "mrz.number", "a passport's number has nine characters at most");
    p->number_digit = '<';
    p->rest = quit_text("%s%c<", number + 9, check_digit(field(number, strlen(number))));
}

static struct page_parts parts_of(const struct making *m, const char *code)
{
    const struct recipe *r = &m->recipe;
    struct page_parts    p = {
           .code = field(recipe_is(r, "mrz.code", "auto") ? code : recipe_get(r, "mrz.code"), 2),
           .issuer = field(recipe_get(r, "mrz.issuer"), 3),
           .nationality = field(recipe_get(r, "person.nationality"), 3),
           .birth = birth(r),
           .expiry = date_six(when_of(r, "dates.expires", m->today)),
           .sex = recipe_get(r, "person.sex")[0],
    };

    if (p.sex == 'X')
        p.sex = '<';
    long_number(&p, r);
    p.optional = quit_text("%s%s", p.rest, recipe_get(r, "mrz.optional"));
    return p;
}

static void td3(struct making *m)
{
    const struct page_parts p = parts_of(m, "P");
    char                   *optional = field(p.optional, 14), *tail, *covered;
    char                    digit = '<';

    if (p.optional[0] != '\0')
        digit = check_digit(optional);
    snprintf(m->mrz[0], 45, "%s%s%s", p.code, p.issuer, names(&m->recipe, 39));
    tail = quit_text("%s%c%s%c", p.expiry, check_digit(p.expiry), optional, digit);
    covered =
        quit_text("%s%c%s%c%s", p.number, p.number_digit, p.birth, check_digit(p.birth), tail);
    snprintf(m->mrz[1], 45, "%s%c%s%s%c%c%s%c", p.number, p.number_digit, p.nationality, p.birth,
             check_digit(p.birth), p.sex, tail, check_digit(covered));
    m->mrz_lines = 2;
}

static void td2(struct making *m)
{
    const struct page_parts p = parts_of(m, "I");
    char *tail = quit_text("%s%c%s", p.expiry, check_digit(p.expiry), field(p.optional, 7));
    char *covered =
        quit_text("%s%c%s%c%s", p.number, p.number_digit, p.birth, check_digit(p.birth), tail);

    snprintf(m->mrz[0], 37, "%s%s%s", p.code, p.issuer, names(&m->recipe, 31));
    snprintf(m->mrz[1], 37, "%s%c%s%s%c%c%s%c", p.number, p.number_digit, p.nationality, p.birth,
             check_digit(p.birth), p.sex, tail, check_digit(covered));
    m->mrz_lines = 2;
}

static void td1(struct making *m)
{
    const struct page_parts p = parts_of(m, "I");
    char *first = quit_text("%s%c%s", p.number, p.number_digit, field(p.optional, 15));
    char *born = quit_text("%s%c", p.birth, check_digit(p.birth));
    char *expires = quit_text("%s%c", p.expiry, check_digit(p.expiry));
    char *second = field(recipe_get(&m->recipe, "mrz.optional2"), 11);

    snprintf(m->mrz[0], 31, "%s%s%s", p.code, p.issuer, first);
    snprintf(m->mrz[1], 31, "%s%c%s%s%s%c", born, p.sex, expires, p.nationality, second,
             check_digit(quit_text("%s%s%s%s", first, born, expires, second)));
    snprintf(m->mrz[2], 31, "%s", names(&m->recipe, 30));
    m->mrz_lines = 3;
}

void page_make(struct making *m)
{
    /* clang-format off */
    static const struct { const char *type; void (*make)(struct making *); } types[] = {
        { "td3", td3 }, { "td2", td2 }, { "td1", td1 },
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (recipe_is(&m->recipe, "mrz.type", types[i].type)) {
            types[i].make(m);
            return;
        }
    recipe_refuse(&m->recipe, "mrz.type", "td1, td2 or td3");
}
