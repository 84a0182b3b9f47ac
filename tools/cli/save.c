/* save: see save.h. */
#include "save.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { PATH_LEN = 1024 };

struct save save_begin(const char *dir)
{
    return (struct save){ .dir = dir };
}

static void fail(struct save *s, const char *path, const char *why)
{
    if (!s->failed)
        snprintf(s->why, sizeof s->why, "%s: %s", path, why);
    s->failed = true;
}

static bool is_empty(const char *dir)
{
    DIR                 *d = opendir(dir);
    const struct dirent *e;
    bool                 empty = d != NULL;

    while (empty && (e = readdir(d)) != NULL)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    if (d != NULL)
        closedir(d);
    return empty;
}

/* Readable by its owner alone: a traveller's data. */
static void make_folder(struct save *s)
{
    if (s->made || s->failed)
        return;
    s->made = true;
    if (mkdir(s->dir, 0700) == 0)
        return;
    if (errno != EEXIST)
        fail(s, s->dir, strerror(errno));
    else if (!is_empty(s->dir))
        fail(s, s->dir, "the folder is not empty; nothing was written");
}

static void append(struct save *s, const char *name, const void *data, size_t len, bool first)
{
    char      path[PATH_LEN];
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (first ? O_TRUNC : O_APPEND);
    int       fd;

    snprintf(path, sizeof path, "%s/%s.part", s->dir, name);
    fd = open(path, flags, 0600);
    if (fd >= 0)
        errno = ENOSPC; /* what a write that ends early means, and does not say */
    if (fd < 0 || write(fd, data, len) != (ssize_t)len || fsync(fd) != 0) {
        fail(s, path, strerror(errno));
        unlink(path); /* a piece of a traveller's file helps nobody */
    }
    if (fd >= 0)
        close(fd);
}

static void complete(struct save *s, const char *name, const char *as)
{
    char part[PATH_LEN], path[PATH_LEN];

    snprintf(part, sizeof part, "%s/%s.part", s->dir, name);
    snprintf(path, sizeof path, "%s/%s", s->dir, as);
    if (!s->failed && rename(part, path) != 0)
        fail(s, path, strerror(errno));
}

void save_chunk(struct save *s, const struct verso_chunk *c)
{
    char as[32];

    if (s->dir == NULL || strspn(c->file, "DEFGCOMS.0123456789") != strlen(c->file))
        return; /* a file name from the wire is only taken if it is one of ours */
    make_folder(s);
    if (c->offset == 0)
        s->next = 0;
    if (c->offset != s->next)
        fail(s, c->file, "a piece is missing");
    if (s->failed)
        return;
    append(s, c->file, c->data, c->len, c->offset == 0);
    s->next += c->len;
    if (s->next != c->total)
        return;
    snprintf(as, sizeof as, "%s.bin", c->file);
    complete(s, c->file, as);
}

int save_end(struct save *s, const struct verso_report *r)
{
    size_t         len;
    const uint8_t *cbor = verso_report_cbor(r, &len);
    char          *json;

    if (s->dir == NULL)
        return 0;
    make_folder(s);
    json = verso_report_json(r);
    if (json == NULL)
        fail(s, "report.json", "the report cannot be written as JSON");
    if (!s->failed) {
        append(s, "report.json", json, strlen(json), true);
        complete(s, "report.json", "report.json");
        append(s, "report.cbor", cbor, len, true);
        complete(s, "report.cbor", "report.cbor");
    }
    verso_json_free(json);
    if (!s->failed)
        return 0;
    fprintf(stderr, "verso: --save: %s\n", s->why);
    return EX_CANTCREAT;
}

void save_drop(struct save *s)
{
    if (s->made && !s->failed)
        fprintf(stderr, "verso: --save: %s holds files, but no report came\n", s->dir);
}
