/* transport: the ways to a reader. Private to libverso. */
#ifndef SDK_TRANSPORT_H
#define SDK_TRANSPORT_H

#include "verso/verso.h"

struct transport;

/* One row per scheme in transport.c. */
struct transport_ops {
    const char *scheme; /* "unix:" */
    enum verso_status (*open)(struct transport *t, const char *rest);

    /* Read what has come, at most cap bytes, into p; *n 0 if nothing came within ms. */
    enum verso_status (*read)(struct transport *t, uint8_t *p, size_t cap, int ms, size_t *n);

    /* Write all of it within ms. */
    enum verso_status (*write)(struct transport *t, const uint8_t *p, size_t n, int ms);
    void (*close)(struct transport *t);
};

struct transport {
    const struct transport_ops *ops; /* NULL until open */
    int                         fd;
    char                        why[160]; /* what went wrong last */
};

/* Find the row for where and open it. */
enum verso_status transport_open(struct transport *t, const char *where);

#endif
