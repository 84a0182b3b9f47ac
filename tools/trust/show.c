/* show: verso-trust show and keygen. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "census.h"
#include "commands.h"
#include "disk.h"
#include "heap.h"
#include "signer.h"
#include "unproved.h"

struct show {
    const char *file, *key;
    bool        json;
};

static int parse(int argc, char **argv, struct show *s)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },
        { "json", no_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 },
    };

    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'k')
            s->key = optarg;
        else if (c == 'j')
            s->json = true;
        else
            return EX_USAGE;
    }
    if (optind + 1 != argc)
        return command_fail(EX_USAGE, "show: name one bundle");
    s->file = argv[optind];
    return EX_OK;
}

static int read_key(const char *path, struct signer *out)
{
    struct view pem;
    struct err  e = disk_read(path, &pem);

    if (e.code != OK)
        return command_fail(EX_NOINPUT, "%s: %s", path, disk_why(e));
    if (signer_public(pem, out).code != OK)
        return command_fail(EX_DATAERR, "%s: not the PEM public key of a P-256 key", path);
    return EX_OK;
}

static void print_json(struct bundle *b, const struct census *c, bool proved)
{
    printf("{\"signature\":\"%s\",", proved ? "good" : "not checked");
    census_header_json(b, stdout);
    fputs(",\"census\":", stdout);
    census_json(c, stdout);
    fputs("}\n", stdout);
}

static void print_text(struct bundle *b, const struct census *c, bool proved)
{
    census_header_text(b, stdout);
    if (!proved)
        puts("signature NOT CHECKED: give --key PUB");
    census_text(c, stdout);
}

static int show(const struct show *s, struct view file, const struct signer *key)
{
    const struct moment now = { .s = (int64_t)time(NULL) };
    struct census      *c = heap_zero(sizeof *c);
    struct bundle      *b = heap_zero(sizeof *b);
    const bool          proved = key != NULL;
    enum bundle_why     why;
    struct err          e;

    if (proved)
        e = bundle_open(b, file, &(struct bundle_terms){ .key = VIEW(key->point) }, &why);
    else
        e = unproved_open(b, file, &why);
    if (e.code != OK)
        return command_fail(1, "%s: %s", s->file, bundle_why_text(why));
    e = census_of(b, now, c);
    if (e.code != OK)
        return command_fail(1, "%s: %s", s->file,
                            bundle_state(b) == BUNDLE_ALTERED ? bundle_why_text(BUNDLE_ALTERED)
                                                              : outcome_text(e.code));
    (s->json ? print_json : print_text)(b, c, proved);
    return EX_OK;
}

int command_show(int argc, char **argv)
{
    struct show   s = { .json = false };
    struct signer key = { .key = NULL };
    struct view   file;
    int           status = parse(argc, argv, &s);
    struct err    e;

    if (status == EX_OK && s.key != NULL)
        status = read_key(s.key, &key);
    if (status != EX_OK)
        return status;
    e = disk_read(s.file, &file);
    if (e.code != OK)
        return command_fail(EX_NOINPUT, "%s: %s", s.file, disk_why(e));
    status = show(&s, file, s.key ? &key : NULL);
    signer_end(&key);
    return status;
}

static int create(const char *path, unsigned mode, struct view content)
{
    const struct err e = disk_create(path, mode, content);

    if (e.code != OK)
        return command_fail(EX_CANTCREAT, "%s: %s", path, disk_why(e));
    return EX_OK;
}

int command_keygen(int argc, char **argv)
{
    const char *out = NULL;
    struct view own, other;
    int         status;

    if (argc == 3 && strcmp(argv[1], "--out") == 0)
        out = argv[2];
    if (out == NULL)
        return command_fail(EX_USAGE, "keygen: usage: verso-trust keygen --out FILE");
    if (signer_new(&own, &other).code != OK)
        return command_fail(EX_SOFTWARE, "no key could be drawn");
    status = create(out, 0600, own);
    if (status == EX_OK)
        status = create(heap_text("%s.pub", out), 0644, other);
    heap_wipe(own);
    return status;
}
