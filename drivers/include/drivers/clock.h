/*
 * clock: how late it is, for deadlines and for validity dates.
 *
 * Two questions with two answers: a monotonic clock that only measures, and a calendar
 * that somebody has to vouch for.
 */
#ifndef DRIVERS_CLOCK_H
#define DRIVERS_CLOCK_H

#include "base/date.h"
#include "base/deadline.h"

struct clock_port;

struct clock_ops {
    /* Milliseconds since some moment in the past; never goes back.  Cannot fail. */
    int64_t (*now_ms)(struct clock_port *c);

    /* Today in UTC; {0} if nobody vouches for it: then validity is undetermined. */
    struct date (*today)(struct clock_port *c);
};

struct clock_port {
    const struct clock_ops *ops;
};

static inline int64_t clock_now_ms(struct clock_port *c)
{
    return c->ops->now_ms(c);
}

static inline struct date clock_today(struct clock_port *c)
{
    return c->ops->today(c);
}

static inline struct deadline clock_in(struct clock_port *c, int64_t ms)
{
    return (struct deadline){ .at_ms = c->ops->now_ms(c) + ms };
}

#endif
