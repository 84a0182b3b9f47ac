/*
 * host: the wire to the host computer, whatever it is: USB endpoints, a UNIX socket.
 *
 * Moves bytes in order, both ways; frames are link/'s business.  One host at a time.
 */
#ifndef DRIVERS_HOST_H
#define DRIVERS_HOST_H

#include "base/bytes.h"
#include "base/deadline.h"

struct host;

struct host_ops {
    /* A descriptor that poll() reports readable when accept, read or a hang-up is due. */
    int (*pollable)(struct host *h);

    /* Is a host there?  Takes a waiting one in if none was; never blocks. */
    bool (*present)(struct host *h);

    /* Append what has arrived, at most what fits; nothing if nothing has.  Never blocks.
     * E_BUS the host has gone: present() is false from then on until the next one. */
    struct err (*read)(struct host *h, struct buf *out);

    /* Send all of it.  Blocks until the deadline.  E_TIMEOUT the host does not take it;
     * E_BUS it has gone.  After either the connection is closed. */
    struct err (*write)(struct host *h, struct view bytes, struct deadline d);
};

struct host {
    const struct host_ops *ops;
};

static inline int host_pollable(struct host *h)
{
    return h->ops->pollable(h);
}

static inline bool host_present(struct host *h)
{
    return h->ops->present(h);
}

static inline struct err host_read(struct host *h, struct buf *out)
{
    return h->ops->read(h, out);
}

static inline struct err host_write(struct host *h, struct view bytes, struct deadline d)
{
    return h->ops->write(h, bytes, d);
}

#endif
