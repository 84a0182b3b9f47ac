/* disk: see disk.h. */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "heap.h"

static struct err read_all(int fd, struct bytes *b)
{
    for (;;) {
        uint8_t       chunk[2048];
        const ssize_t n = read(fd, chunk, sizeof chunk);

        if (n == 0)
            return SUCCESS;
        CHECK(n > 0, E_UNEXPECTED);
        CHECK(b->n + (size_t)n <= DISK_FILE_MAX, E_TOO_LONG);
        bytes_put(b, view_of(chunk, (size_t)n));
    }
}

struct err disk_read(const char *path, struct view *out)
{
    const int    fd = open(path, O_RDONLY | O_CLOEXEC);
    struct bytes b = { 0 };
    struct err   e;

    CHECK(fd >= 0, E_UNEXPECTED);
    e = read_all(fd, &b);
    const int why = errno;
    close(fd);
    errno = why;
    heap_keep(b.p);
    TRY(e);
    *out = view_of(b.p, b.n);
    return SUCCESS;
}

static struct err write_all(int fd, struct view content)
{
    while (content.len > 0) {
        const ssize_t n = write(fd, content.ptr, content.len);
        struct view   done;

        CHECK(n > 0, E_UNEXPECTED);
        TRY(view_take(&content, (size_t)n, &done));
    }
    CHECK(fsync(fd) == 0, E_UNEXPECTED);
    return SUCCESS;
}

static struct err sync_folder(const char *path)
{
    char     *copy = heap_text("%s", path);
    const int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int       bad;

    CHECK(fd >= 0, E_UNEXPECTED);
    bad = fsync(fd);
    close(fd);
    CHECK(bad == 0, E_UNEXPECTED);
    return SUCCESS;
}

struct err disk_replace(const char *path, struct view content)
{
    char      *temporary = heap_text("%s.XXXXXX", path);
    const int  fd = mkstemp(temporary);
    struct err e;

    CHECK(fd >= 0, E_UNEXPECTED);
    e = write_all(fd, content);
    if (e.code == OK && fchmod(fd, 0644) != 0)
        e = err_at(E_UNEXPECTED, 0, WHERE);
    close(fd);
    if (e.code == OK && rename(temporary, path) != 0)
        e = err_at(E_UNEXPECTED, 0, WHERE);
    if (e.code != OK) {
        const int why = errno;

        unlink(temporary);
        errno = why;
    }
    TRY(e);
    return sync_folder(path);
}

struct err disk_create(const char *path, unsigned mode, struct view content)
{
    const int  fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    struct err e;

    CHECK(fd >= 0, E_UNEXPECTED);
    e = write_all(fd, content);
    close(fd);
    if (e.code != OK)
        unlink(path);
    return e;
}

const char *disk_why(struct err e)
{
    return e.code == E_TOO_LONG ? "larger than 256 MiB" : strerror(errno);
}
