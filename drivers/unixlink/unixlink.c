/* unixlink: see unixlink.h. */
#define _GNU_SOURCE /* accept4(), struct ucred */

#include "unixlink/unixlink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void drop_peer(struct unixlink *u)
{
    if (u->peer >= 0)
        close(u->peer); /* leaves the epoll set by itself */
    u->peer = -1;
}

static bool is_our_user(int peer)
{
    struct ucred who = { 0 };
    socklen_t    len = sizeof who;

    return getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 && who.uid == geteuid();
}

static bool watch(struct unixlink *u, int fd)
{
    struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP };

    return epoll_ctl(u->pollable, EPOLL_CTL_ADD, fd, &e) == 0;
}

static int link_pollable(struct host *h)
{
    return ((struct unixlink *)h)->pollable;
}

/* Is somebody to be taken in?  Not while read() has yet to say that the last host has gone:
 * whoever waits then is not the second.  Asked before every command to the chip, so it
 * must cost less than accept(), which makes a socket before it looks. */
static bool is_somebody_waiting(const struct unixlink *u)
{
    struct pollfd p[] = { { .fd = u->peer }, { .fd = u->listener, .events = POLLIN } };

    return poll(p, 2, 0) > 0 && p[0].revents == 0 && p[1].revents != 0;
}

/* Take in whoever waits: the first one if there is no host, and nobody else. */
static bool link_present(struct host *h)
{
    struct unixlink *u = (struct unixlink *)h;

    while (is_somebody_waiting(u)) {
        const int fd = accept4(u->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0)
            break;
        if (u->peer < 0 && is_our_user(fd) && watch(u, fd))
            u->peer = fd;
        else
            close(fd);
    }
    return u->peer >= 0;
}

static struct err link_read(struct host *h, struct buf *out)
{
    struct unixlink *u = (struct unixlink *)h;

    if (!link_present(h))
        FAIL(E_BUS);
    while (out->len < out->cap) {
        const ssize_t n = recv(u->peer, out->ptr + out->len, out->cap - out->len, MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return SUCCESS;
        if (n <= 0) {
            drop_peer(u);
            FAIL(E_BUS);
        }
        out->len += (size_t)n;
    }
    return SUCCESS;
}

static struct err wait_room(struct unixlink *u, struct deadline d)
{
    struct pollfd p = { .fd = u->peer, .events = POLLOUT };

    for (;;) {
        const int64_t left = d.at_ms - clock_now_ms(u->clock);

        if (poll(&p, 1, left < 0 ? 0 : left > 60000 ? 60000 : (int)left) > 0)
            return SUCCESS;
        CHECK(left > 0, E_TIMEOUT);
    }
}

/* As much as goes at once, or wait until some does. */
static struct err send_some(struct unixlink *u, struct view *bytes, struct deadline d)
{
    const ssize_t n = send(u->peer, bytes->ptr, bytes->len, MSG_NOSIGNAL | MSG_DONTWAIT);
    struct view   sent;

    if (n > 0)
        return view_take(bytes, (size_t)n, &sent);
    CHECK(n < 0 && (errno == EAGAIN || errno == EINTR), E_BUS);
    return wait_room(u, d);
}

static struct err send_all(struct unixlink *u, struct view bytes, struct deadline d)
{
    while (bytes.len != 0)
        TRY(send_some(u, &bytes, d));
    return SUCCESS;
}

static struct err link_write(struct host *h, struct view bytes, struct deadline d)
{
    struct unixlink *u = (struct unixlink *)h;

    CHECK(u->peer >= 0, E_BUS);
    const struct err e = send_all(u, bytes, d);

    if (e.code != OK)
        drop_peer(u);
    return e;
}

/* Is somebody listening at that address? */
static bool is_alive(const struct sockaddr_un *at)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return true; /* could not find out: leave it alone */
    const bool alive =
        connect(fd, (const struct sockaddr *)at, sizeof *at) == 0 || errno != ECONNREFUSED;

    close(fd);
    return alive;
}

/* Remove a socket that nobody listens at; anything else stays, and is in the way. */
static struct err make_room(const struct sockaddr_un *at)
{
    struct stat there;

    if (lstat(at->sun_path, &there) != 0)
        return SUCCESS;
    CHECK(S_ISSOCK(there.st_mode) && !is_alive(at), E_UNEXPECTED);
    CHECK(unlink(at->sun_path) == 0, E_BUS);
    return SUCCESS;
}

static struct err listen_at(struct unixlink *u, const struct sockaddr_un *at)
{
    const mode_t before = umask(0177);
    const int    bound = bind(u->listener, (const struct sockaddr *)at, sizeof *at);

    umask(before);
    CHECK(bound == 0 && listen(u->listener, 4) == 0, E_BUS);
    CHECK(watch(u, u->listener), E_BUS);
    return SUCCESS;
}

struct err unixlink_open(struct unixlink *u, const char *path, struct clock_port *clock)
{
    static const struct host_ops ops = {
        .pollable = link_pollable,
        .present = link_present,
        .read = link_read,
        .write = link_write,
    };
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    struct unixlink    draft = { .host = { &ops }, .clock = clock, .peer = -1 };

    CHECK(*path != '\0' && strlen(path) <= UNIXLINK_PATH_MAX, E_TOO_LONG);
    memcpy(at.sun_path, path, strlen(path) + 1);
    memcpy(draft.path, path, strlen(path) + 1);
    TRY(make_room(&at));
    draft.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    draft.pollable = epoll_create1(EPOLL_CLOEXEC);
    const struct err e = listen_at(&draft, &at);
    const int        why = errno;

    if (e.code != OK) {
        close(draft.listener);
        close(draft.pollable);
        errno = why;
        return e;
    }
    *u = draft;
    return SUCCESS;
}

void unixlink_close(struct unixlink *u)
{
    drop_peer(u);
    if (u->listener < 0)
        return;
    unlink(u->path);
    close(u->listener);
    close(u->pollable);
    u->listener = u->pollable = -1;
}
