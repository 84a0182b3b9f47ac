/*
 * os_clock: struct clock_port over Linux's clocks.
 */
#ifndef OSPORT_OS_CLOCK_H
#define OSPORT_OS_CLOCK_H

#include "drivers/clock.h"

struct os_clock {
    struct clock_port port;
    struct date       fixed;
    struct date       not_before;
};

/*
 * A clock whose today() is
 *   - fixed, if that is a day that exists: for trying out documents of another time;
 *   - else the system's day in UTC, but {0} before not_before (the day this firmware was
 *     built): a clock that stands there was never set, and nobody vouches for it.
 */
void os_clock_open(struct os_clock *c, struct date fixed, struct date not_before);

#endif
