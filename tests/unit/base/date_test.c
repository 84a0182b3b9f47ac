/*
 * date_test: the forms of RFC 5280 clause 4.1.2.5; OpenSSL judges each moment, and the
 * C library's gmtime_r() each day of four centuries and of the year 0001 and 9999.
 */
#include "base/date.h"

#include <openssl/asn1.h>
#include <time.h>

#include "expect.h"

enum form { UTC, GENERALIZED };

static const struct {
    const char  *name;
    enum form    form;
    const char  *text;
    enum outcome want;
} times[] = {
    /* clang-format off */
    { "RFC 5280 C.1 notBefore",     UTC, "040415171742Z",           OK },
    { "1950",                       UTC, "500101000000Z",           OK },
    { "2049",                       UTC, "491231235959Z",           OK },
    { "leap day 2000",              UTC, "000229120000Z",           OK },
    { "no leap day 2001",           UTC, "010229120000Z",           E_MALFORMED },
    { "no seconds",                 UTC, "0404151717Z",             E_MALFORMED },
    { "offset",                     UTC, "040415171742+0000",       E_MALFORMED },
    { "no zone",                    UTC, "040415171742",            E_MALFORMED },
    { "small z",                    UTC, "040415171742z",           E_MALFORMED },
    { "hour 24",                    UTC, "040415240000Z",           E_MALFORMED },
    { "minute 60",                  UTC, "040415236000Z",           E_MALFORMED },
    { "second 60",                  UTC, "040415235960Z",           E_MALFORMED },
    { "month 0",                    UTC, "040015171742Z",           E_MALFORMED },
    { "month 13",                   UTC, "041315171742Z",           E_MALFORMED },
    { "day 0",                      UTC, "040400171742Z",           E_MALFORMED },
    { "31 April",                   UTC, "040431171742Z",           E_MALFORMED },
    { "a letter",                   UTC, "04O415171742Z",           E_MALFORMED },
    { "a space",                    UTC, " 40415171742Z",           E_MALFORMED },
    { "trailing",                   UTC, "040415171742Z0",          E_MALFORMED },
    { "four digits of year",        UTC, "20040415171742Z",         E_MALFORMED },
    { "2050",                       GENERALIZED, "20500101000000Z", OK },
    { "RFC 5280 4.1.2.5 no end",    GENERALIZED, "99991231235959Z", OK },
    { "before the epoch",           GENERALIZED, "19000228235959Z", OK },
    { "no leap day 1900",           GENERALIZED, "19000229235959Z", E_MALFORMED },
    { "year 0",                     GENERALIZED, "00000101000000Z", E_MALFORMED },
    { "fraction",                   GENERALIZED, "20500101000000.5Z", E_MALFORMED },
    { "two digits of year",         GENERALIZED, "500101000000Z",   E_MALFORMED },
    { "empty",                      GENERALIZED, "",                E_MALFORMED },
    /* clang-format on */
};

static struct err read_time(enum form form, struct view text, struct moment *out)
{
    return form == UTC ? moment_of_utc_time(text, out) : moment_of_generalized_time(text, out);
}

/* Seconds from the epoch, as OpenSSL counts them. */
static int64_t openssl_reads(enum form form, const char *text)
{
    ASN1_TIME *t = ASN1_TIME_new(), *epoch = ASN1_TIME_new();
    int        days, seconds;

    t->type = form == UTC ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME;
    EXPECT(ASN1_STRING_set(t, text, -1) == 1);
    EXPECT(ASN1_TIME_check(t) == 1);
    EXPECT(ASN1_TIME_set_string(epoch, "19700101000000Z") == 1);
    EXPECT(ASN1_TIME_diff(&days, &seconds, epoch, t) == 1);
    ASN1_TIME_free(t);
    ASN1_TIME_free(epoch);
    return (int64_t)days * 86400 + seconds;
}

static void moments_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(times); i++) {
        const size_t  len = strlen(times[i].text);
        struct moment m = { 42 };

        ROW(times[i].name);
        EXPECT_CODE(read_time(times[i].form, view_of(times[i].text, len), &m), times[i].want);
        EXPECT(m.s == (times[i].want == OK ? openssl_reads(times[i].form, times[i].text) : 42));
        for (size_t n = 0; times[i].want == OK && n < len; n++) {
            char *exact = malloc(n ? n : 1);

            memcpy(exact, times[i].text, n);
            EXPECT_CODE(read_time(times[i].form, view_of(exact, n), &m), E_MALFORMED);
            free(exact);
        }
    }
}

static void day_agrees(int64_t day)
{
    const time_t s = (time_t)(day * 86400);
    struct tm    tm;

    EXPECT(gmtime_r(&s, &tm) != NULL);
    const struct date d = { (uint16_t)(tm.tm_year + 1900), (uint8_t)(tm.tm_mon + 1),
                            (uint8_t)tm.tm_mday };

    EXPECT(date_exists(d));
    EXPECT(date_begins(d).s == s);
    if (day != 0) /* the moment 0 is "not known" */
        EXPECT(date_order(date_of((struct moment){ s }), d) == 0);
    EXPECT(date_order(date_of((struct moment){ s + 86399 }), d) == 0);
}

static void days_agree_with_libc(void **state)
{
    (void)state;
    for (int64_t day = -36525; day < 110000; day++) /* 1869 to 2271 */
        day_agrees(day);
    for (int64_t day = -719162; day < -718700; day++) /* from 0001-01-01 */
        day_agrees(day);
    for (int64_t day = 2932500; day < 2932900; day++) /* the year 9999 and on */
        day_agrees(day);
}

static void unknown_stays_unknown(void **state)
{
    (void)state;
    const struct date none = { 0 };

    EXPECT(!date_exists(none));
    EXPECT(date_begins(none).s == 0);
    EXPECT(date_order(date_of((struct moment){ 0 }), none) == 0);
    EXPECT(date_order(date_of((struct moment){ INT64_MIN }), none) == 0);
    EXPECT(date_order(date_of((struct moment){ INT64_MAX }), none) == 0);
    EXPECT(date_begins((struct date){ 2023, 2, 29 }).s == 0);
    EXPECT(date_order((struct date){ 2024, 2, 1 }, (struct date){ 2023, 12, 31 }) == 1);
    EXPECT(date_order((struct date){ 2024, 2, 1 }, (struct date){ 2024, 2, 2 }) == -1);
    EXPECT(date_order((struct date){ 2024, 1, 31 }, (struct date){ 2024, 2, 1 }) == -1);
}

static const struct {
    const char  *name, *text;
    enum outcome want;
} days[] = {
    { "a day", "2026-11-21", OK },
    { "leap day", "2024-02-29", OK },
    { "first", "0001-01-01", OK },
    { "last", "9999-12-31", OK },
    { "no such day", "2026-02-29", E_MALFORMED },
    { "year 0", "0000-01-01", E_MALFORMED },
    { "short", "2026-1-21", E_MALFORMED },
    { "slashes", "2026/11/21", E_MALFORMED },
    { "trailing", "2026-11-21 ", E_MALFORMED },
    { "sign", "+026-11-21", E_MALFORMED },
};

static void text_goes_both_ways(void **state)
{
    (void)state;
    uint8_t room[10];

    for (size_t i = 0; i < COUNT(days); i++) {
        const struct view text = view_of(days[i].text, strlen(days[i].text));
        struct date       d = { 0 };
        struct buf        out = BUF(room), small = buf_of(room, 9);

        ROW(days[i].name);
        EXPECT_CODE(date_parse(text, &d), days[i].want);
        EXPECT_CODE(date_print(d, &small), days[i].want == OK ? E_NO_SPACE : E_BUG);
        EXPECT_CODE(date_print(d, &out), days[i].want == OK ? OK : E_BUG);
        if (days[i].want == OK)
            EXPECT_BYTES(buf_view(&out), text);
        for (size_t n = 0; days[i].want == OK && n < text.len; n++)
            EXPECT_CODE(date_parse(view_of(text.ptr, n), &d), E_MALFORMED);
    }
    EXPECT_CODE(date_print((struct date){ 10000, 1, 1 }, &(struct buf){ room, 10, 0 }), E_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(moments_hold),
                                        cmocka_unit_test(days_agree_with_libc),
                                        cmocka_unit_test(unknown_stays_unknown),
                                        cmocka_unit_test(text_goes_both_ways) };

    return cmocka_run_group_tests_name("base.date", tests, NULL, NULL);
}
