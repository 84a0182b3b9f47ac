/*
 * date: see date.h.
 *
 * Days are counted in years that begin on 1 March, so that the leap day is a year's
 * last: day of year = (153 * month + 2) / 5, month 0 = March, gives 0, 31, 61, 92, ...
 */
#include "base/date.h"

enum {
    DAY_S = 86400,
    DAYS_IN_4_YEARS = 1461,
    DAYS_IN_CENTURY = 36524,
    DAYS_IN_400_YEARS = 146097,
    EPOCH_DAY = 719468 /* days from 0000-03-01 to 1970-01-01 */
};

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool date_exists(struct date d)
{
    static const uint8_t days[] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (d.year == 0 || d.month < 1 || d.month > 12 || d.day < 1)
        return false;
    return d.day <= days[d.month] + (d.month == 2 && is_leap(d.year));
}

int date_order(struct date a, struct date b)
{
    const uint32_t x = (uint32_t)a.year << 16 | (uint32_t)a.month << 8 | a.day;
    const uint32_t y = (uint32_t)b.year << 16 | (uint32_t)b.month << 8 | b.day;

    return (x > y) - (x < y);
}

struct moment date_begins(struct date d)
{
    int64_t year = d.year;
    int64_t month = d.month - 3;

    if (!date_exists(d))
        return (struct moment){ 0 };
    if (month < 0) {
        month += 12;
        year--;
    }
    const int64_t days =
        year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + d.day - 1;

    return (struct moment){ .s = (days - EPOCH_DAY) * DAY_S };
}

struct date date_of(struct moment m)
{
    const struct date unknown = { 0 };

    if (m.s == 0)
        return unknown;
    int64_t days = m.s / DAY_S - (m.s % DAY_S < 0) + EPOCH_DAY;

    if (days < 306 || days > INT64_C(65535) * 366) /* 0001-01-01; beyond any year we hold */
        return unknown;
    const int64_t cycle = days / DAYS_IN_400_YEARS;

    days %= DAYS_IN_400_YEARS;
    const int64_t in_cycle = (days - days / (DAYS_IN_4_YEARS - 1) + days / DAYS_IN_CENTURY -
                              days / (DAYS_IN_400_YEARS - 1)) /
                             365;
    const int64_t of_year = days - (in_cycle * 365 + in_cycle / 4 - in_cycle / 100);
    const int64_t month = (5 * of_year + 2) / 153;
    const int64_t year = cycle * 400 + in_cycle + (month >= 10);

    if (year > UINT16_MAX)
        return unknown;
    return (struct date){ .year = (uint16_t)year,
                          .month = (uint8_t)(month < 10 ? month + 3 : month - 9),
                          .day = (uint8_t)(of_year - (153 * month + 2) / 5 + 1) };
}

/* A number of exactly n decimal digits. */
static struct err take_number(struct view *in, int n, uint16_t *out)
{
    uint16_t number = 0;

    for (int i = 0; i < n; i++) {
        uint8_t c;

        CHECK(in->len != 0, E_MALFORMED);
        TRY(view_u8(in, &c));
        CHECK(c >= '0' && c <= '9', E_MALFORMED);
        number = (uint16_t)(number * 10 + (c - '0'));
    }
    *out = number;
    return SUCCESS;
}

static struct err take_char(struct view *in, char want)
{
    uint8_t c;

    CHECK(in->len != 0, E_MALFORMED);
    TRY(view_u8(in, &c));
    CHECK(c == (uint8_t)want, E_MALFORMED);
    return SUCCESS;
}

struct err date_parse(struct view text, struct date *out)
{
    uint16_t year, month, day;

    TRY(take_number(&text, 4, &year));
    TRY(take_char(&text, '-'));
    TRY(take_number(&text, 2, &month));
    TRY(take_char(&text, '-'));
    TRY(take_number(&text, 2, &day));
    CHECK(text.len == 0, E_MALFORMED);
    const struct date d = { year, (uint8_t)month, (uint8_t)day };

    CHECK(date_exists(d), E_MALFORMED);
    *out = d;
    return SUCCESS;
}

struct err date_print(struct date d, struct buf *out)
{
    const unsigned year = d.year;

    CHECK(date_exists(d) && year <= 9999, E_BUG);
    const uint8_t text[] = {
        (uint8_t)('0' + year / 1000),
        (uint8_t)('0' + year / 100 % 10),
        (uint8_t)('0' + year / 10 % 10),
        (uint8_t)('0' + year % 10),
        '-',
        (uint8_t)('0' + d.month / 10),
        (uint8_t)('0' + d.month % 10),
        '-',
        (uint8_t)('0' + d.day / 10),
        (uint8_t)('0' + d.day % 10),
    };

    return buf_put(out, VIEW(text));
}

/* MMDDhhmmssZ and nothing more: what both forms end with; RFC 5280 §4.1.2.5. */
static struct err take_rest(struct view text, uint16_t year, struct moment *out)
{
    uint16_t part[5]; /* month, day, hours, minutes, seconds */

    for (int i = 0; i < 5; i++)
        TRY(take_number(&text, 2, &part[i]));
    TRY(take_char(&text, 'Z'));
    CHECK(text.len == 0, E_MALFORMED);
    CHECK(part[2] < 24 && part[3] < 60 && part[4] < 60, E_MALFORMED);
    const struct date d = { year, (uint8_t)part[0], (uint8_t)part[1] };

    CHECK(date_exists(d), E_MALFORMED);
    out->s = date_begins(d).s + (int64_t)part[2] * 3600 + (int64_t)part[3] * 60 + part[4];
    return SUCCESS;
}

struct err moment_of_utc_time(struct view content, struct moment *out)
{
    uint16_t year;

    TRY(take_number(&content, 2, &year));
    return take_rest(content, (uint16_t)(year < 50 ? 2000 + year : 1900 + year), out);
}

struct err moment_of_generalized_time(struct view content, struct moment *out)
{
    uint16_t year;

    TRY(take_number(&content, 4, &year));
    return take_rest(content, year, out);
}
