/*
 * date_fuzz: any octets as a date, a UTCTime, a GeneralizedTime.
 *
 * Property: an accepted date prints as itself; an accepted moment falls on a day that
 * exists and begins at most a day before it.
 */
#include <stdlib.h>

#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_moment(struct moment m)
{
    const struct date d = date_of(m);

    if (m.s == 0)
        return; /* 1970-01-01 00:00:00 cannot be told from "not known" */
    must(date_exists(d));
    must(date_order(d, date_of((struct moment){ m.s + 86400 })) == -1 || d.year == 9999);
    must(m.s - date_begins(d).s >= 0 && m.s - date_begins(d).s < 86400);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct view in = view_of(data, size);
    uint8_t           room[10];
    struct buf        text = BUF(room);
    struct date       d;
    struct moment     m;

    if (date_parse(in, &d).code == OK)
        must(date_print(d, &text).code == OK && view_eq(buf_view(&text), in));
    if (moment_of_utc_time(in, &m).code == OK)
        check_moment(m);
    if (moment_of_generalized_time(in, &m).code == OK)
        check_moment(m);
    return 0;
}
