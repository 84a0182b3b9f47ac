/* stage_run: the loop of stage.h: whoever has something to say is heard. */
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "stage.h"

enum { LOOK_MS = 20, RECONNECT_MS = 100 };
enum { POLL_HOST, POLL_CONTROL, POLL_COUNT };

static volatile sig_atomic_t stopped;

void stage_stop(void)
{
    stopped = 1;
}

static int least(int a, int b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

static int host_fd(const struct stage *s)
{
    return s->o.pn532 != NULL ? line_poll_fd(&s->line) : s->vicc.fd;
}

static int patience(const struct stage *s)
{
    int ms = outbox_wait(&s->outbox);

    if (s->present_at_ms != 0 || frontend_waits(s->frontend))
        ms = least(ms, LOOK_MS);
    if (s->o.vpcd != NULL && s->vicc.fd < 0)
        ms = least(ms, RECONNECT_MS);
    return ms;
}

/* What the clock brings. */
static void by_time(struct stage *s)
{
    struct problem why;

    if (s->present_at_ms != 0 && outbox_now() >= s->present_at_ms &&
        stage_put(s, NULL, &why).code != OK)
        s->done = true;
    frontend_look(s->frontend);
    if (s->o.vpcd != NULL && s->there && chip_present(s->chip))
        vicc_connect(&s->vicc);
    if (host_fd(s) < 0 || outbox_wait(&s->outbox) != 0 || outbox_send(&s->outbox, host_fd(s)))
        return;
    stage_unplug(s); /* the end was due, or the host does not read any more */
    s->done = s->done || s->o.once;
}

static void host_gone(struct stage *s)
{
    outbox_clear(&s->outbox);
    s->done = s->done || s->o.once;
}

static void hear_line(struct stage *s)
{
    uint8_t   bytes[1024];
    const int n = line_take(&s->line, bytes, sizeof bytes);

    if (n < 0)
        host_gone(s);
    if (n <= 0)
        return;
    if (s->o.once)
        line_let_go(&s->line); /* now that the host has opened it */
    frontend_bytes(s->frontend, view_of(bytes, (size_t)n));
}

static void hear_vpcd(struct stage *s)
{
    struct view   out;
    unsigned long delay_ms;
    bool          good = vicc_receive(&s->vicc);

    if (!good) {
        vicc_leave(&s->vicc);
        host_gone(s);
        chip_reset(s->chip);
    }
    while (good && vicc_work(&s->vicc, s->chip, &out, &delay_ms))
        if (out.len != 0 && outbox_post(&s->outbox, out, outbox_now() + delay_ms, true).code != OK)
            s->done = true;
    if (good && !chip_present(s->chip)) {
        if (outbox_wait(&s->outbox) == 0)
            outbox_send(&s->outbox, s->vicc.fd); /* the last answer, if it answered */
        vicc_leave(&s->vicc);
        outbox_clear(&s->outbox);
    }
}

static void hear_control(struct stage *s)
{
    char         *end;
    const ssize_t n =
        read(STDIN_FILENO, s->typed + s->typed_len, sizeof s->typed - 1 - s->typed_len);

    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0) {
        s->o.control = false;
        return;
    }
    s->typed_len += (size_t)n;
    s->typed[s->typed_len] = '\0';
    while ((end = strchr(s->typed, '\n')) != NULL) {
        *end++ = '\0';
        stage_obey(s, s->typed);
        s->typed_len = strlen(end);
        memmove(s->typed, end, s->typed_len + 1);
    }
    if (s->typed_len == sizeof s->typed - 1)
        s->typed_len = 0; /* a line without end */
}

static void hear_host(struct stage *s)
{
    if (s->o.pn532 != NULL)
        hear_line(s);
    else
        hear_vpcd(s);
}

void stage_run(struct stage *s)
{
    sigset_t none;

    sigemptyset(&none);
    while (!stopped && !s->done) {
        struct pollfd   fds[POLL_COUNT] = { { .fd = host_fd(s), .events = POLLIN },
                                            { .fd = s->o.control ? STDIN_FILENO : -1,
                                              .events = POLLIN } };
        const int       ms = patience(s);
        struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

        if (ppoll(fds, POLL_COUNT, ms < 0 ? NULL : &t, &none) < 0)
            continue; /* a signal: stopped says whether to end */
        if (fds[POLL_CONTROL].revents != 0)
            hear_control(s);
        if (fds[POLL_HOST].revents != 0 && fds[POLL_HOST].fd == host_fd(s))
            hear_host(s);
        by_time(s);
    }
}
