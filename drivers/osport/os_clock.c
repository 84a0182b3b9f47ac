/* os_clock: see os_clock.h. */
#include "osport/os_clock.h"

#include <time.h>

static int64_t os_now_ms(struct clock_port *port)
{
    struct timespec t = { 0 };

    (void)port;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct date os_today(struct clock_port *port)
{
    const struct os_clock *c = (const struct os_clock *)port;
    const struct date      unknown = { 0 };
    struct timespec        t = { 0 };

    if (date_exists(c->fixed))
        return c->fixed;
    if (clock_gettime(CLOCK_REALTIME, &t) != 0)
        return unknown;
    const struct date today = date_of((struct moment){ .s = t.tv_sec });

    return date_order(today, c->not_before) < 0 ? unknown : today;
}

void os_clock_open(struct os_clock *c, struct date fixed, struct date not_before)
{
    static const struct clock_ops ops = { .now_ms = os_now_ms, .today = os_today };

    *c = (struct os_clock){ .port = { &ops }, .fixed = fixed, .not_before = not_before };
}
