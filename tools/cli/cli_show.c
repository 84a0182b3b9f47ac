/* cli_show: see cli_show.h. */
#include "cli_show.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct cli_show cli_show_begin(bool wanted)
{
    return (struct cli_show){ .on = wanted && isatty(STDERR_FILENO) };
}

void cli_show_progress(struct cli_show *s, const struct verso_progress *p)
{
    enum { WIDTH = 24 };
    char   bar[WIDTH + 1];
    size_t full;

    if (!s->on)
        return;
    s->drawn = true;
    if (p->total == 0) {
        fprintf(stderr, "\r\033[K%s %s", p->stage, p->file);
        return;
    }
    full = p->done >= p->total ? WIDTH : p->done * WIDTH / p->total;
    memset(bar, '.', WIDTH);
    memset(bar, '#', full);
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%-8s [%s] %zu of %zu bytes", p->file, bar, p->done, p->total);
}

void cli_show_end(struct cli_show *s)
{
    if (s->drawn)
        fputs("\r\033[K", stderr);
}

/* Colour only says again what the word says. */
static const char *colour(enum verso_verdict v)
{
    static const char *const codes[] = { [VERSO_PASS] = "\033[1;32m",
                                         [VERSO_FAIL] = "\033[1;31m",
                                         [VERSO_REFER] = "\033[1;33m",
                                         [VERSO_RETRY] = "\033[1;36m" };

    return isatty(STDOUT_FILENO) ? codes[v] : "";
}

static void print_verdict(enum verso_verdict v)
{
    static const char *const words[] = { [VERSO_PASS] = "PASS",
                                         [VERSO_FAIL] = "FAIL",
                                         [VERSO_REFER] = "REFER to an officer",
                                         [VERSO_RETRY] = "RETRY: not finished" };

    printf("%s%s%s\n", colour(v), words[v], isatty(STDOUT_FILENO) ? "\033[0m" : "");
}

/* One and the same reason, said by several checks, is said once. */
static bool said_before(const struct verso_report *r, size_t i, const struct verso_ground *g)
{
    struct verso_ground before;

    for (size_t k = 0; k < i && verso_report_ground(r, k, &before); k++) {
        if (strcmp(before.sentence, g->sentence) == 0 && strcmp(before.where, g->where) == 0)
            return true;
    }
    return false;
}

/* Which data groups a reason of ele.dg is about. */
static void print_groups_behind(const struct verso_report *r, const struct verso_ground *g)
{
    static const struct {
        const char *reason, *state;
    } rows[] = { { "DG_HASH", "not identical" },
                 { "FILE_MALFORMED", "not identical" },
                 { "DG_MISSING", "not present" },
                 { "DG_HASH_ALG", "non conformance" },
                 { "RF_LOST", "aborted" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(g->id, "ele.dg") != 0 || strcmp(g->reason, rows[i].reason) != 0)
            continue;
        for (unsigned dg = 1; dg <= 16; dg++) {
            if (strcmp(verso_report_group(r, dg), rows[i].state) == 0)
                printf("          DG%u: %s\n", dg, rows[i].state);
        }
    }
}

/* Checks that the inspection never came to, in one line: they follow from the rest. */
static void print_not_run(const struct verso_report *r)
{
    struct verso_ground g;
    bool                any = false;

    for (size_t i = 0; verso_report_ground(r, i, &g); i++) {
        if (strcmp(g.result, "not run") == 0) {
            printf("%s%s", any ? ", " : "  not reached: ", g.id);
            any = true;
        }
    }
    if (any)
        putchar('\n');
}

/* What needs no sentence: a check never reached, said in one line below; and one that the
 * document has no use for, said among the checks. */
static bool needs_no_sentence(const struct verso_ground *g)
{
    return strcmp(g->result, "not run") == 0 ||
           (strcmp(g->worth, "note") == 0 && strcmp(g->result, "not supported") == 0 &&
            g->reason[0] == '\0');
}

static void print_grounds(const struct verso_report *r)
{
    struct verso_ground g;

    for (size_t i = 0; verso_report_ground(r, i, &g); i++) {
        if (needs_no_sentence(&g) || said_before(r, i, &g))
            continue;
        printf("  %-6s  %s%s%s  [%s]\n", g.worth, g.where, g.where[0] == '\0' ? "" : ": ",
               g.sentence, g.reason[0] == '\0' ? g.id : g.reason);
        print_groups_behind(r, &g);
    }
}

static void print_groups(const struct verso_report *r)
{
    printf("data groups\n");
    for (unsigned dg = 1; dg <= 16; dg++) {
        const char *state = verso_report_group(r, dg);

        if (strcmp(state, "not run") != 0)
            printf("  DG%-2u  %s\n", dg, state);
    }
}

static void print_checks(const struct verso_report *r)
{
    struct verso_check c;

    printf("checks\n");
    for (size_t i = 0; verso_report_check(r, i, &c); i++) {
        if (strcmp(c.result, "not run") != 0)
            printf("  %-14s %-50s %6u ms\n", c.result, c.title, c.ms);
    }
}

static void print_facts(const struct verso_report *r)
{
    static const struct {
        const char *key, *title;
    } rows[] = {
        { "chip.seen", "chips seen" },
        { "document.type", "type" },
        { "document.issuer", "issuing state" },
        { "access.protocol", "access by" },
        { "access.suite", "  with" },
        { "chipauth.ca", "chip auth." },
        { "chipauth.aa", "active auth." },
        { "chipauth.challenge", "  challenge" },
        { "chipauth.response", "  response" },
        { "terminal.reference", "terminal" },
        { "sod.algorithm", "signed by" },
        { "signer.subject", "signer" },
        { "signer.key", "its key" },
        { "csca.subject", "issued by" },
        { "csca.key", "its key" },
        { "csca.found_by", "found by" },
        { "document.portrait", "portrait" },
    };

    printf("facts\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t      len;
        const char *text = verso_report_fact(r, rows[i].key, &len);

        if (text != NULL)
            printf("  %-14s %.*s\n", rows[i].title, (int)len, text);
    }
}

void cli_show_report(const struct verso_report *r)
{
    struct verso_effort e;

    verso_report_effort(r, &e);
    print_verdict(verso_report_verdict(r));
    print_grounds(r);
    print_not_run(r);
    print_checks(r);
    print_groups(r);
    print_facts(r);
    printf("effort\n  %u ms, of them %u waiting for the chip; %u commands, %u bytes to the chip, "
           "%u from it\n",
           e.ms_total, e.ms_chip, e.apdus, e.bytes_sent, e.bytes_received);
}
