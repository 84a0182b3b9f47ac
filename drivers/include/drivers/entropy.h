/*
 * entropy: random bytes fit for keys and challenges.
 *
 * A port and not a call into crypto, so that a recorded inspection can be replayed.
 */
#ifndef DRIVERS_ENTROPY_H
#define DRIVERS_ENTROPY_H

#include "base/bytes.h"

struct entropy;

struct entropy_ops {
    /* Append n unpredictable bytes.  May block while the system starts.  E_BUS if the
     * source fails: then nothing was appended and nothing may be derived. */
    struct err (*fill)(struct entropy *e, size_t n, struct buf *out);
};

struct entropy {
    const struct entropy_ops *ops;
};

static inline struct err entropy_fill(struct entropy *e, size_t n, struct buf *out)
{
    return e->ops->fill(e, n, out);
}

#endif
