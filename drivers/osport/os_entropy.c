/* os_entropy: see os_entropy.h. */
#include "osport/os_entropy.h"

#include <errno.h>
#include <sys/random.h>

static struct err os_fill(struct entropy *e, size_t n, struct buf *out)
{
    size_t done = 0;

    (void)e;
    CHECK(n <= out->cap - out->len, E_NO_SPACE);
    while (done < n) {
        const ssize_t got = getrandom(out->ptr + out->len + done, n - done, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            wipe(out->ptr + out->len, done);
            FAIL(E_BUS);
        }
        done += (size_t)got;
    }
    out->len += n;
    return SUCCESS;
}

struct entropy *os_entropy(void)
{
    static const struct entropy_ops ops = { .fill = os_fill };
    static struct entropy           source = { &ops };

    return &source;
}
