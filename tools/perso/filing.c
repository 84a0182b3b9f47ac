/* filing: see filing.h */
#include "filing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/x509.h>

#include "quit.h"

enum { PATH_ROOM = 1024 };

static const char *place, *unfinished; /* where it shall be, where it is */

bool filing_read(const char *path, struct blob *out)
{
    FILE   *f = fopen(path, "rb");
    uint8_t part[2048];
    size_t  n;

    if (f == NULL && errno == ENOENT)
        return false;
    if (f == NULL)
        quit(QUIT_IO, "%s: %s", path, strerror(errno));
    out->len = 0;
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        blob_put(out, part, n);
    if (ferror(f))
        quit(QUIT_IO, "%s: %s", path, strerror(errno));
    fclose(f);
    return true;
}

EVP_PKEY *filing_read_key(const char *path)
{
    struct blob          der = { 0 };
    const unsigned char *at;
    EVP_PKEY            *key;

    if (!filing_read(path, &der))
        return NULL;
    at = der.at;
    key = d2i_AutoPrivateKey(NULL, &at, (long)der.len);
    if (key == NULL)
        quit_openssl(path);
    return key;
}

void filing_write(const char *path, const struct blob *bytes, bool secret)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644);
    size_t    done = 0;

    if (fd < 0)
        quit(QUIT_CREATE, "%s: %s", path, strerror(errno));
    while (done < bytes->len) {
        const ssize_t n = write(fd, bytes->at + done, bytes->len - done);

        if (n < 0)
            quit(QUIT_IO, "%s: %s", path, strerror(errno));
        done += (size_t)n;
    }
    if (close(fd) != 0)
        quit(QUIT_IO, "%s: %s", path, strerror(errno));
}

void filing_make(const char *path)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        quit(QUIT_CREATE, "%s: %s", path, strerror(errno));
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* The path of a folder's next entry; false at the end, or if the folder could not be opened. */
static bool next_path(DIR *d, const char *dir, char path[static PATH_ROOM])
{
    struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL) {
        const int len = is_dots(e->d_name) ? 0 : snprintf(path, PATH_ROOM, "%s/%s", dir, e->d_name);

        if (len > 0 && len < PATH_ROOM)
            return true;
    }
    return false;
}

static void remove_flat(const char *dir)
{
    DIR *d = opendir(dir);
    char path[PATH_ROOM];

    while (next_path(d, dir, path))
        unlink(path);
    if (d != NULL)
        closedir(d);
    rmdir(dir);
}

/* Files of a folder, and of the folders in it, which is as deep as a document goes (issuer/). */
static void remove_document(const char *dir)
{
    DIR *d = opendir(dir);
    char path[PATH_ROOM];

    while (next_path(d, dir, path))
        if (unlink(path) != 0)
            remove_flat(path);
    if (d != NULL)
        closedir(d);
    rmdir(dir);
}

static void remove_unfinished(void)
{
    if (unfinished != NULL)
        remove_document(unfinished);
}

static bool is_empty(const char *dir)
{
    DIR           *d = opendir(dir);
    struct dirent *e;
    bool           empty = true;

    while (d != NULL && (e = readdir(d)) != NULL)
        empty = empty && is_dots(e->d_name);
    if (d != NULL)
        closedir(d);
    return empty;
}

static void refuse_other_folders(const char *dir)
{
    struct stat s;

    if (stat(dir, &s) != 0)
        return;
    if (!S_ISDIR(s.st_mode))
        quit(QUIT_CREATE, "%s: is there, and no folder", dir);
    if (stat(quit_text("%s/document.ini", dir), &s) != 0 && !is_empty(dir))
        quit(QUIT_CREATE, "%s: holds something that is no document (--force replaces it)", dir);
}

const char *filing_begin(const char *dir, bool force)
{
    char *name = quit_text("%s", dir);

    while (strlen(name) > 1 && name[strlen(name) - 1] == '/')
        name[strlen(name) - 1] = '\0';
    if (!force)
        refuse_other_folders(name);
    place = name;
    name = quit_text("%s.unfinished-%ld", place, (long)getpid());
    if (mkdir(name, 0755) != 0)
        quit(QUIT_CREATE, "%s: %s", name, strerror(errno));
    unfinished = name;
    atexit(remove_unfinished);
    return unfinished;
}

void filing_finish(void)
{
    struct stat s;

    if (stat(place, &s) == 0)
        remove_document(place);
    if (rename(unfinished, place) != 0)
        quit(QUIT_CREATE, "%s: %s", place, strerror(errno));
    unfinished = NULL;
}
