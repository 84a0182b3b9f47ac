/* line: see line.h. */
#define _GNU_SOURCE /* ptsname_r, accept4 */
#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

static struct err cannot(struct problem *why, const char *what, const char *path)
{
    return problem_set(why, E_UNEXPECTED, "%s %s: %s", what, path, strerror(errno));
}

/* Something of an earlier run may lie there, but never a file of somebody's. */
static bool make_room(const char *path, mode_t kind)
{
    struct stat s;

    if (lstat(path, &s) != 0)
        return errno == ENOENT;
    errno = EEXIST;
    return (s.st_mode & S_IFMT) == kind && unlink(path) == 0;
}

static struct err open_socket(struct line *l, struct problem *why)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    mode_t             before;
    int                bound;

    if (strlen(l->path) >= sizeof a.sun_path)
        return problem_set(why, E_UNEXPECTED, "%s: too long for a socket's path", l->path);
    memcpy(a.sun_path, l->path, strlen(l->path) + 1);
    if (!make_room(l->path, S_IFSOCK))
        return cannot(why, "socket", l->path);
    l->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    before = umask(0177); /* its owner's alone */
    bound = bind(l->listener, (struct sockaddr *)&a, sizeof a);
    umask(before);
    if (bound != 0 || listen(l->listener, 1) != 0)
        return cannot(why, "socket", l->path);
    return SUCCESS;
}

static struct err open_pty(struct line *l, struct problem *why)
{
    struct termios raw;
    char           name[64];

    if (!make_room(l->path, S_IFLNK))
        return cannot(why, "link", l->path);
    l->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (l->fd < 0 || grantpt(l->fd) != 0 || unlockpt(l->fd) != 0 ||
        ptsname_r(l->fd, name, sizeof name) != 0)
        return cannot(why, "pseudo-terminal for", l->path);
    l->keeper = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (l->keeper < 0 || tcgetattr(l->keeper, &raw) != 0)
        return cannot(why, "pseudo-terminal", name);
    cfmakeraw(&raw); /* no echo, no line editing, before the host sets its own */
    if (tcsetattr(l->keeper, TCSANOW, &raw) != 0 || symlink(name, l->path) != 0)
        return cannot(why, "link", l->path);
    return SUCCESS;
}

struct err line_open(struct line *l, const char *where, struct problem *why)
{
    struct err e;

    *l = (struct line){ .path = where, .listener = -1, .fd = -1, .keeper = -1 };
    l->socket = strncmp(where, "unix:", 5) == 0;
    if (l->socket)
        l->path = where + 5;
    e = l->socket ? open_socket(l, why) : open_pty(l, why);
    if (e.code != OK) {
        l->path = NULL; /* what lies there is not ours to remove */
        line_close(l);
    }
    return e;
}

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void line_close(struct line *l)
{
    const bool open = l->listener >= 0 || l->fd >= 0;

    if (open && l->path != NULL)
        unlink(l->path);
    shut(&l->keeper);
    shut(&l->fd);
    shut(&l->listener);
}

void line_let_go(struct line *l)
{
    shut(&l->keeper);
}

int line_poll_fd(const struct line *l)
{
    return l->fd >= 0 ? l->fd : l->listener;
}

int line_take(struct line *l, uint8_t *room, size_t cap)
{
    ssize_t n;

    if (l->fd < 0 && l->listener >= 0) {
        l->fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        return 0;
    }
    n = read(l->fd, room, cap);
    if (n > 0)
        return (int)n;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (l->socket)
        shut(&l->fd); /* the next host may connect */
    return -1;
}
