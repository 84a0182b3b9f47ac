/* compile: verso-trust compile: inputs in, one signed bundle and a report out. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "bundle_write.h"
#include "census.h"
#include "commands.h"
#include "disk.h"
#include "heap.h"
#include "input.h"
#include "report.h"
#include "ties.h"
#include "unproved.h"

enum { DAY = 86400, VALID_DAYS = 90, VALID_DAYS_MAX = 3650, FILES_MAX = 65536 };

struct file {
    const char    *path;
    enum input_use use;
};

struct compile {
    const char  *out, *key, *report_json;
    bool         has_counter;
    uint64_t     counter;
    unsigned     valid_days;
    struct file *file; /* in the order given, roots first */
    size_t       n_files, cap_files;
};

static int number(const char *text, const char *option, uint64_t max, uint64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *text == '-' || *out > max)
        return command_fail(EX_USAGE, "%s: not a number of 0..%" PRIu64 ": %s", option, max, text);
    return EX_OK;
}

static void add_file(struct compile *c, const char *path, enum input_use use)
{
    HEAP_ROOM(c->file, c->n_files, c->cap_files);
    c->file[c->n_files++] = (struct file){ path, use };
}

static int take_option(struct compile *c, int option, const char *value)
{
    uint64_t n = 0;
    int      status = EX_OK;

    switch (option) {
    case 'o':
        c->out = value;
        break;
    case 'k':
        c->key = value;
        break;
    case 'j':
        c->report_json = value;
        break;
    case 'r':
        add_file(c, value, INPUT_ROOT);
        break;
    case 'u':
        add_file(c, value, INPUT_UNSIGNED_LIST);
        break;
    case 'c':
        status = number(value, "--counter", UINT64_MAX, &c->counter);
        c->has_counter = true;
        break;
    case 'd':
        status = number(value, "--valid-days", VALID_DAYS_MAX, &n);
        c->valid_days = (unsigned)n;
        break;
    default:
        return EX_USAGE;
    }
    return status;
}

static int parse(int argc, char **argv, struct compile *c)
{
    static const struct option options[] = {
        { "out", required_argument, NULL, 'o' },
        { "key", required_argument, NULL, 'k' },
        { "root", required_argument, NULL, 'r' },
        { "unsigned-list", required_argument, NULL, 'u' },
        { "counter", required_argument, NULL, 'c' },
        { "valid-days", required_argument, NULL, 'd' },
        { "report-json", required_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 },
    };

    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        const int status = take_option(c, option, optarg);

        if (status != EX_OK)
            return status;
    }
    for (; optind < argc; optind++)
        add_file(c, argv[optind], INPUT_ANY);
    if (c->out == NULL || c->key == NULL || c->n_files == 0)
        return command_fail(EX_USAGE, "compile: --out, --key and an input are needed");
    return EX_OK;
}

static int read_key(const char *path, struct signer *out)
{
    struct view pem;
    struct err  e = disk_read(path, &pem);

    if (e.code != OK)
        return command_fail(EX_NOINPUT, "%s: %s", path, disk_why(e));
    e = signer_private(pem, out);
    heap_wipe(pem);
    if (e.code == E_UNEXPECTED)
        return command_fail(EX_DATAERR, "%s: a key, but not on P-256", path);
    if (e.code != OK)
        return command_fail(EX_DATAERR, "%s: not the PEM private key of a P-256 key", path);
    return EX_OK;
}

static void progress(const char *what, size_t done, size_t all)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K[%zu/%zu] %.60s", done, all, what);
    if (done == all)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}

/* Roots first: lists need them, wherever they stand on the command line. */
static void read_inputs(const struct compile *c, struct pool *p)
{
    size_t done = 0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < c->n_files; i++) {
            if ((c->file[i].use == INPUT_ROOT) != (pass == 0))
                continue;
            progress(c->file[i].path, done++, c->n_files + 1);
            input_file(p, c->file[i].path, c->file[i].use);
        }
    progress("tying certificates and CRLs to their issuers", done, c->n_files + 1);
    ties_find(p);
    ties_crls(p);
    progress("", c->n_files + 1, c->n_files + 1);
}

static void new_line(struct compile *c, struct bundle_terms_written *t)
{
    if (!c->has_counter)
        t->counter = (uint64_t)t->created.s;
}

/* Counter and base id go on from the bundle that is there; never back. */
static int go_on(struct compile *c, const struct signer *key, struct bundle_terms_written *t)
{
    static struct bundle before;
    struct view          file;
    enum bundle_why      why;
    const struct err     e = disk_read(c->out, &file);

    if (e.code != OK && errno == ENOENT) {
        new_line(c, t);
        return EX_OK;
    }
    if (e.code != OK)
        return command_fail(EX_NOINPUT, "%s: %s", c->out, disk_why(e));
    if (bundle_open(&before, file, &(struct bundle_terms){ .key = VIEW(key->point) }, &why).code !=
        OK)
        return command_fail(EX_CANTCREAT,
                            "%s: is there and is no bundle signed with this key (%s); "
                            "name another --out or move it away",
                            c->out, bundle_why_text(why));
    memcpy(t->base_id, before.base_id, sizeof t->base_id);
    if (!c->has_counter)
        t->counter = before.counter + 1;
    if (t->counter <= before.counter)
        return command_fail(EX_DATAERR, "%s: has counter %" PRIu64 "; the next must be higher",
                            c->out, before.counter);
    return EX_OK;
}

static int terms_of(struct compile *c, const struct signer *key, struct bundle_terms_written *t)
{
    t->created.s = (int64_t)time(NULL);
    t->valid_until.s = t->created.s + (int64_t)c->valid_days * DAY;
    t->counter = c->counter;
    if (signer_random(t->base_id, sizeof t->base_id).code != OK)
        return command_fail(EX_SOFTWARE, "no random numbers");
    return go_on(c, key, t);
}

/* What was written is read back as a device would before it replaces anything. */
static int prove(const struct signer *key, struct view file, struct bundle *b,
                 struct census *census)
{
    const struct bundle_terms terms = { .key = VIEW(key->point) };
    const struct moment       now = { .s = (int64_t)time(NULL) };
    enum bundle_why           why;
    struct err                e = bundle_open(b, file, &terms, &why);

    if (e.code == OK)
        e = census_of(b, now, census);
    if (e.code != OK)
        return command_fail(EX_SOFTWARE, "the bundle made cannot be read back: %s",
                            pool_failure(e));
    return EX_OK;
}

static int write_report(const struct compile *c, const struct report *r)
{
    FILE *f;

    report_text(r, stdout);
    if (c->report_json == NULL)
        return EX_OK;
    f = fopen(c->report_json, "w");
    if (f == NULL)
        return command_fail(EX_CANTCREAT, "%s: %s", c->report_json, strerror(errno));
    report_json(r, f);
    if (fclose(f) != 0)
        return command_fail(EX_IOERR, "%s: %s", c->report_json, strerror(errno));
    return EX_OK;
}

static int make(struct compile *c, const struct signer *key, struct pool *p)
{
    struct bundle_terms_written t = { .counter = 0 };
    struct bundle              *b = heap_zero(sizeof *b);
    struct census              *census = heap_zero(sizeof *census);
    struct view                 file;
    int                         status = terms_of(c, key, &t);
    struct err                  e;

    if (status != EX_OK)
        return status;
    e = bundle_write(p, &t, key, &file);
    if (e.code != OK)
        return command_fail(EX_DATAERR, "no bundle: %s", pool_failure(e));
    status = prove(key, file, b, census);
    if (status != EX_OK)
        return status;
    e = disk_replace(c->out, file);
    if (e.code != OK)
        return command_fail(EX_CANTCREAT, "%s: %s", c->out, disk_why(e));
    status = write_report(c, &(struct report){ c->out, p, b, census, file.len });
    if (status != EX_OK)
        return status;
    return report_left_out(p) > 0 ? 1 : EX_OK;
}

int command_compile(int argc, char **argv)
{
    struct compile c = { .valid_days = VALID_DAYS };
    struct signer  key = { .key = NULL };
    struct pool    p = { .n_anchors = 0 };
    int            status = parse(argc, argv, &c);

    heap_keep(c.file);
    if (status == EX_OK)
        status = read_key(c.key, &key);
    if (status != EX_OK)
        return status;
    read_inputs(&c, &p);
    report_remarks(&p, stderr);
    if (p.n_anchors == 0)
        status = command_fail(EX_DATAERR, "no CSCA certificate in any input: no bundle made");
    else
        status = make(&c, &key, &p);
    pool_end(&p);
    signer_end(&key);
    return status;
}
