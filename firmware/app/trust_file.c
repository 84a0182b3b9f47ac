/* trust_file: see trust_file.h. */
#include "trust_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/pem.h"
#include "keys/public_key.h"

enum { KEY_FILE_MAX = 4096, PATH_LEN = 1024 };

static void say(struct trust_file *t, const char *path, const char *what)
{
    snprintf(t->line, sizeof t->line, "%s: %s", path, what);
}

/* The operator's point, out of a PEM or DER SubjectPublicKeyInfo. */
static struct err read_key(const char *path, struct buf *point)
{
    uint8_t           bytes[KEY_FILE_MAX / 4], der_bytes[KEY_FILE_MAX / 4];
    struct buf        der = BUF(der_bytes);
    struct view       spki;
    struct public_key key;
    FILE             *f = fopen(path, "rb");

    CHECK(f != NULL, E_UNEXPECTED);
    const size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    TRY(pem_decode(view_of(bytes, n), "PUBLIC KEY", &der));
    spki = buf_view(&der);
    TRY(public_key_read(&spki, &key, NULL));
    CHECK(key.kind == KEY_EC && key.ec.group == EC_P256, E_UNSUPPORTED);
    return buf_put(point, key.ec.point);
}

static struct err map_file(struct trust_file *t, const char *path)
{
    struct stat st;
    const int   fd = open(path, O_RDONLY | O_CLOEXEC);
    const bool  good = fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0;

    if (good) {
        t->len = (size_t)st.st_size;
        t->map = mmap(NULL, t->len, PROT_READ, MAP_PRIVATE, fd, 0);
        if (t->map == MAP_FAILED)
            t->map = NULL;
    }
    if (fd >= 0)
        close(fd);
    CHECK(t->map != NULL, E_UNEXPECTED);
    return SUCCESS;
}

static void counter_path(const struct trust_paths *p, const char *suffix, char path[PATH_LEN])
{
    snprintf(path, PATH_LEN, "%s/trust-counter%s", p->state, suffix);
}

static bool parse_counter(const char *digits, uint64_t *n)
{
    char *end;

    errno = 0;
    *n = strtoull(digits, &end, 10);
    return errno == 0 && *digits >= '0' && *digits <= '9' && (*end == '\n' || *end == '\0');
}

/* The highest counter ever in use here; 0 if none was, or none is kept.  E_MALFORMED: there
 * is one, and it cannot be read; nothing is older than an unknown number. */
static struct err load_counter(const struct trust_paths *p, uint64_t *n)
{
    char path[PATH_LEN], digits[32] = "";

    *n = 0;
    if (p->state == NULL)
        return SUCCESS;
    counter_path(p, "", path);
    FILE *f = fopen(path, "re");

    if (f == NULL && errno == ENOENT)
        return SUCCESS;
    CHECK(f != NULL, E_MALFORMED);
    const bool read = fgets(digits, sizeof digits, f) != NULL;

    fclose(f);
    CHECK(read && parse_counter(digits, n), E_MALFORMED);
    return SUCCESS;
}

/* Written beside and renamed, so that a loss of power leaves the old one or the new one. */
static bool save_counter(const struct trust_paths *p, uint64_t n)
{
    char  path[PATH_LEN], fresh[PATH_LEN];
    FILE *f;
    bool  good;

    counter_path(p, "", path);
    counter_path(p, ".new", fresh);
    f = fopen(fresh, "we");
    if (f == NULL)
        return false;
    good = fprintf(f, "%" PRIu64 "\n", n) > 0 && fflush(f) == 0 && fsync(fileno(f)) == 0;
    good = fclose(f) == 0 && good;
    return good && rename(fresh, path) == 0;
}

static void describe(struct trust_file *t)
{
    uint8_t    bytes[24];
    struct buf until = BUF(bytes);

    if (date_print(date_of(t->bundle.valid_until), &until).code != OK)
        until.len = 0;
    snprintf(t->line, sizeof t->line, "bundle %" PRIu64 ", good until %.*s", t->bundle.counter,
             (int)until.len, (const char *)bytes);
}

static void open_mapping(struct trust_file *t, const struct trust_paths *p, struct view point)
{
    struct bundle_terms terms = { .key = point };
    enum bundle_why     why;
    const struct view   mapping = view_of(t->map, t->len);

    if (load_counter(p, &terms.counter).code != OK) {
        say(t, p->state, "trust-counter is there and is no number: is the bundle older than it?");
        trust_file_close(t);
        return;
    }
    if (bundle_open(&t->bundle, mapping, &terms, &why).code != OK) {
        say(t, p->bundle, bundle_why_text(why));
        trust_file_close(t);
        return;
    }
    describe(t);
    if (p->state != NULL && t->bundle.counter > terms.counter &&
        !save_counter(p, t->bundle.counter))
        fprintf(stderr, "versod: the bundle's counter cannot be kept in %s: %s\n", p->state,
                strerror(errno));
}

struct err trust_file_open(struct trust_file *t, const struct trust_paths *paths)
{
    uint8_t    bytes[EC_POINT_MAX];
    struct buf point = BUF(bytes);

    memset(t, 0, sizeof *t);
    if (paths->bundle == NULL)
        return SUCCESS;
    CHECK(paths->key != NULL, E_BUG);
    if (read_key(paths->key, &point).code != OK)
        say(t, paths->key, "not a P-256 public key in PEM or DER");
    else if (map_file(t, paths->bundle).code != OK)
        say(t, paths->bundle, errno != 0 ? strerror(errno) : "empty");
    else
        open_mapping(t, paths, buf_view(&point));
    return SUCCESS;
}

void trust_file_close(struct trust_file *t)
{
    if (t->map != NULL)
        munmap(t->map, t->len);
    t->map = NULL;
    memset(&t->bundle, 0, sizeof t->bundle);
}
