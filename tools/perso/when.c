/* when: see when.h */
#include "when.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "quit.h"

/* Normalised through the calendar's day number: 31 February becomes 3 March. */
static struct when normal(int year, int month, int day)
{
    struct tm t = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = 12 };
    time_t    seconds = timegm(&t);

    gmtime_r(&seconds, &t);
    return (struct when){ t.tm_year + 1900, t.tm_mon + 1, t.tm_mday };
}

static bool looks_like_a_day(const char *text)
{
    static const char form[] = "dddd-dd-dd";
    size_t            i = 0;

    while (form[i] == 'd' ? isdigit((unsigned char)text[i]) : form[i] != '\0' && text[i] == form[i])
        i++;
    return form[i] == '\0' && text[i] == '\0';
}

bool when_parse(const char *text, struct when *out)
{
    struct when w, n;

    if (!looks_like_a_day(text))
        return false;
    w.year = (int)strtol(text, NULL, 10);
    w.month = (int)strtol(text + 5, NULL, 10);
    w.day = (int)strtol(text + 8, NULL, 10);
    n = normal(w.year, w.month, w.day);
    if (memcmp(&n, &w, sizeof w) != 0)
        return false;
    *out = w;
    return true;
}

struct when when_today(void)
{
    const time_t now = time(NULL);
    struct tm    t;

    gmtime_r(&now, &t);
    return (struct when){ t.tm_year + 1900, t.tm_mon + 1, t.tm_mday };
}

struct when when_of(const struct recipe *r, const char *key, struct when today)
{
    const char *at = recipe_get(r, key);
    struct when w = today;

    if (when_parse(at, &w))
        return w;
    while (*at == '+' || *at == '-') {
        char *unit;
        int   n = (int)strtol(at, &unit, 10);

        switch (*unit) {
        case 'y':
            w = normal(w.year + n, w.month, w.day);
            break;
        case 'm':
            w = normal(w.year, w.month + n, w.day);
            break;
        case 'd':
            w = normal(w.year, w.month, w.day + n);
            break;
        default:
            recipe_refuse(r, key, "a DATE is 2026-11-21, or steps like +10y-1d (y, m, d)");
        }
        at = unit + 1;
    }
    if (*at != '\0' || at == recipe_get(r, key))
        recipe_refuse(r, key, "a DATE is 2026-11-21, or steps like +10y-1d (y, m, d)");
    return w;
}

char *when_digits(struct when w)
{
    return quit_text("%04d%02d%02d", w.year, w.month, w.day);
}

void when_put_general(struct blob *out, unsigned tag, struct when w)
{
    blob_text(out, tag, quit_text("%s000000Z", when_digits(w)));
}

void when_put(struct blob *out, struct when w)
{
    if (w.year < 2050)
        blob_text(out, 0x17, quit_text("%s000000Z", when_digits(w) + 2));
    else
        when_put_general(out, 0x18, w);
}
