/* transport: see transport.h. */
#include "transport.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static enum verso_status failed(struct transport *t, enum verso_status s, const char *what)
{
    snprintf(t->why, sizeof t->why, "%s: %s", what, strerror(errno));
    return s;
}

static enum verso_status unix_open(struct transport *t, const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };

    if (strlen(path) >= sizeof at.sun_path) {
        errno = ENAMETOOLONG;
        return failed(t, VERSO_E_ADDRESS, path);
    }
    memcpy(at.sun_path, path, strlen(path));
    t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (t->fd < 0)
        return failed(t, VERSO_E_CONNECT, "socket");
    if (connect(t->fd, (const struct sockaddr *)&at, sizeof at) != 0) {
        const enum verso_status s = failed(t, VERSO_E_CONNECT, path);

        close(t->fd);
        return s;
    }
    return VERSO_OK;
}

static enum verso_status wait_for(struct transport *t, short events, int ms)
{
    struct pollfd p = { .fd = t->fd, .events = events };
    const int     n = poll(&p, 1, ms);

    if (n < 0 && errno != EINTR)
        return failed(t, VERSO_E_GONE, "poll");
    return n > 0 ? VERSO_OK : VERSO_E_TIMEOUT;
}

static enum verso_status unix_read(struct transport *t, uint8_t *p, size_t cap, int ms, size_t *n)
{
    const enum verso_status s = wait_for(t, POLLIN, ms);
    ssize_t                 got;

    *n = 0;
    if (s != VERSO_OK)
        return s == VERSO_E_TIMEOUT ? VERSO_OK : s;
    got = recv(t->fd, p, cap, 0);
    if (got == 0) {
        snprintf(t->why, sizeof t->why, "the reader has closed the connection");
        return VERSO_E_GONE;
    }
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? VERSO_OK : failed(t, VERSO_E_GONE, "recv");
    *n = (size_t)got;
    return VERSO_OK;
}

static enum verso_status unix_write(struct transport *t, const uint8_t *p, size_t n, int ms)
{
    while (n > 0) {
        const ssize_t done = send(t->fd, p, n, MSG_NOSIGNAL);

        if (done > 0) {
            p += done;
            n -= (size_t)done;
        } else if (errno != EAGAIN && errno != EINTR) {
            return failed(t, VERSO_E_GONE, "send");
        } else if (wait_for(t, POLLOUT, ms) != VERSO_OK) {
            return failed(t, VERSO_E_TIMEOUT, "send");
        }
    }
    return VERSO_OK;
}

static void unix_close(struct transport *t)
{
    close(t->fd);
}

static const struct transport_ops rows[] = {
    { "unix:", unix_open, unix_read, unix_write, unix_close },
};

enum verso_status transport_open(struct transport *t, const char *where)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t n = strlen(rows[i].scheme);

        if (strncmp(where, rows[i].scheme, n) == 0) {
            const enum verso_status s = rows[i].open(t, where + n);

            t->ops = s == VERSO_OK ? &rows[i] : NULL;
            return s;
        }
    }
    snprintf(t->why, sizeof t->why, "'%s' is no address of a reader: unix:PATH is", where);
    return VERSO_E_ADDRESS;
}
