/*
 * outbox: bytes to be written to the host, each at its time.
 */
#ifndef SIM_OUTBOX_H
#define SIM_OUTBOX_H

#include "base/bytes.h"

struct letter;

struct outbox {
    struct letter *first;
};

/* Milliseconds of a clock that only goes forward. */
unsigned long long outbox_now(void);

/* Queue bytes for due_ms.  late: outbox_cancel() leaves them.  They go out in the order of
 * their times; of the same time, in the order of coming.  E_NO_SPACE no memory. */
struct err outbox_post(struct outbox *o, struct view bytes, unsigned long long due_ms, bool late);

/* Queue the end: when it is due, outbox_send() says that the line is to be cut. */
struct err outbox_post_end(struct outbox *o, unsigned long long due_ms);

/* Drop what may be dropped; drop all. */
void outbox_cancel(struct outbox *o);
void outbox_clear(struct outbox *o);

/* Milliseconds until something is due: 0 now, -1 nothing is there. */
int outbox_wait(const struct outbox *o);

/* Write what is due to fd.  false: the end was due, or fd is broken. */
bool outbox_send(struct outbox *o, int fd);

#endif
