/* outbox: see outbox.h. */
#include "outbox.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct letter {
    struct letter     *next;
    unsigned long long due_ms;
    bool               late, end;
    size_t             len;
    uint8_t            bytes[];
};

unsigned long long outbox_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned long long)t.tv_sec * 1000 + (unsigned long long)t.tv_nsec / 1000000;
}

static struct err post(struct outbox *o, struct letter head, struct view bytes)
{
    struct letter **at = &o->first;
    struct letter *new = malloc(sizeof *new + bytes.len);

    CHECK(new != NULL, E_NO_SPACE);
    *new = head;
    new->len = bytes.len;
    if (bytes.len != 0)
        memcpy(new->bytes, bytes.ptr, bytes.len);
    while (*at != NULL && (*at)->due_ms <= new->due_ms)
        at = &(*at)->next;
    new->next = *at;
    *at = new;
    return SUCCESS;
}

struct err outbox_post(struct outbox *o, struct view bytes, unsigned long long due_ms, bool late)
{
    return post(o, (struct letter){ .due_ms = due_ms, .late = late }, bytes);
}

struct err outbox_post_end(struct outbox *o, unsigned long long due_ms)
{
    return post(o, (struct letter){ .due_ms = due_ms, .late = true, .end = true },
                view_of(NULL, 0));
}

static void drop(struct letter **at)
{
    struct letter *gone = *at;

    *at = gone->next;
    wipe(gone->bytes, gone->len);
    free(gone);
}

void outbox_cancel(struct outbox *o)
{
    for (struct letter **at = &o->first; *at != NULL;) {
        if ((*at)->late)
            at = &(*at)->next;
        else
            drop(at);
    }
}

void outbox_clear(struct outbox *o)
{
    while (o->first != NULL)
        drop(&o->first);
}

int outbox_wait(const struct outbox *o)
{
    const unsigned long long now = outbox_now();

    if (o->first == NULL)
        return -1;
    if (o->first->due_ms <= now)
        return 0;
    return o->first->due_ms - now > 60000 ? 60000 : (int)(o->first->due_ms - now);
}

/* All of it, however slowly the other side reads; within reason. */
static bool write_all(int fd, const uint8_t *bytes, size_t len)
{
    struct pollfd ready = { .fd = fd, .events = POLLOUT };

    while (len != 0) {
        const ssize_t n = write(fd, bytes, len);

        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR) || poll(&ready, 1, 5000) == 0) {
            return false;
        }
    }
    return true;
}

bool outbox_send(struct outbox *o, int fd)
{
    const unsigned long long now = outbox_now();

    while (o->first != NULL && o->first->due_ms <= now) {
        const bool good = !o->first->end && write_all(fd, o->first->bytes, o->first->len);

        drop(&o->first);
        if (!good)
            return false;
    }
    return true;
}
