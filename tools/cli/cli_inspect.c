/* cli_inspect: verso inspect. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cli.h"
#include "cli_show.h"
#include "save.h"
#include "terminal.h"

enum { MRZ_MAX = 128, CAN_MAX = 16, CHALLENGE_LEN = 8 };

static const char help[] =
    "usage: verso [--reader ADDRESS] inspect [OPTION]...\n"
    "\n"
    "Inspect one document: read the chip, prove its data, compare it with the page.\n"
    "\n"
    "  --mrz -                 read the lines of the MRZ from standard input (command\n"
    "                          lines are seen by others on the same machine)\n"
    "  --mrz LINE LINE [LINE]  take them from the command line\n"
    "                          without --mrz nothing is compared with the page (refer),\n"
    "                          and only --can opens a chip with access control\n"
    "  --can NUMBER            open a chip that does PACE by the card access number printed\n"
    "                          on the document; '-' takes it from the first line of\n"
    "                          standard input (before --mrz -, which takes the rest)\n"
    "  --allow-bac             if PACE fails on a chip that offers it, go on with Basic\n"
    "                          Access Control; the report says so\n"
    "  --challenge HEX         8 bytes for active authentication; the report then holds\n"
    "                          them and the chip's answer, for whoever wants to verify\n"
    "  --terminal DIR          certificates (*.cvc) and is.key of a terminal that may\n"
    "                          read fingerprints and irises\n"
    "  --profile NAME          how to weigh what is found; 'verso info' lists the names\n"
    "  --json                  print the report as one line of JSON\n"
    "  --save DIR              write the verified data groups and the report there; they\n"
    "                          are a traveller's: keep them no longer than you must\n"
    "  --wait SECONDS          for a document to be laid on the reader\n"
    "  --quiet                 no progress, even on a terminal\n"
    "\n"
    "Exit status: 0 pass, 1 fail, 2 refer to an officer, 3 not finished (try again);\n"
    "64 and above: no inspection took place, see the message.\n"
    "\n"
    "example:\n"
    "  verso inspect --mrz - < lines.txt\n"
    "  cat can.txt lines.txt | verso inspect --can - --mrz - --terminal terminal\n";

struct request {
    char        mrz[MRZ_MAX], can[CAN_MAX + 2];
    uint8_t     challenge[CHALLENGE_LEN];
    const char *profile, *save, *terminal_folder;
    unsigned    wait_ms;
    bool        json, quiet, has_mrz, allow_bac, has_challenge;
};

static int usage(const char *what)
{
    fprintf(stderr, "verso inspect: %s\nTry 'verso inspect --help'.\n", what);
    return EX_USAGE;
}

static bool add_line(struct request *r, const char *line)
{
    const size_t used = strlen(r->mrz);

    return (size_t)snprintf(r->mrz + used, sizeof r->mrz - used, "%s%s", used == 0 ? "" : "\n",
                            line) < sizeof r->mrz - used;
}

static int mrz_from_stdin(struct request *r)
{
    char line[MRZ_MAX];

    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] != '\0' && !add_line(r, line))
            return usage("standard input is longer than an MRZ");
    }
    return r->mrz[0] == '\0' ? usage("standard input holds no MRZ") : -1;
}

/* --mrz takes one word, and up to two more that are no options. */
static int take_mrz(struct request *r, int argc, char **argv)
{
    r->has_mrz = true;
    if (strcmp(optarg, "-") == 0)
        return mrz_from_stdin(r);
    for (int more = 0; more < 3; more++) {
        if (!add_line(r, more == 0 ? optarg : argv[optind++]))
            return usage("the lines are longer than an MRZ");
        if (optind >= argc || strncmp(argv[optind], "--", 2) == 0)
            break;
    }
    return -1;
}

static int take_wait(struct request *r)
{
    char      *end;
    const long s = strtol(optarg, &end, 10);

    if (*end != '\0' || s < 1 || s > 3600)
        return usage("--wait takes 1 to 3600 seconds");
    r->wait_ms = (unsigned)s * 1000;
    return -1;
}

static int take_can(struct request *r)
{
    if (strcmp(optarg, "-") != 0)
        snprintf(r->can, sizeof r->can, "%s", optarg);
    else if (fgets(r->can, sizeof r->can, stdin) == NULL)
        return usage("standard input holds no card access number");
    r->can[strcspn(r->can, "\r\n")] = '\0';
    if (r->can[0] == '\0' || strlen(r->can) > CAN_MAX ||
        r->can[strspn(r->can, "0123456789")] != '\0')
        return usage("a card access number has digits only, 6 of them as a rule, 16 at most");
    return -1;
}

static int take_challenge(struct request *r)
{
    char pair[3] = "";

    r->has_challenge = strlen(optarg) == (size_t)2 * CHALLENGE_LEN &&
                       strspn(optarg, "0123456789abcdefABCDEF") == (size_t)2 * CHALLENGE_LEN;
    if (!r->has_challenge)
        return usage("--challenge takes 16 hexadecimal digits");
    for (size_t i = 0; i < CHALLENGE_LEN; i++) {
        memcpy(pair, optarg + 2 * i, 2);
        r->challenge[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return -1;
}

/* -1 to go on, else the status to exit with. */
static int take_option(struct request *r, int c, int argc, char **argv)
{
    switch (c) {
    case 'm':
        return take_mrz(r, argc, argv);
    case 'w':
        return take_wait(r);
    case 'c':
        return take_can(r);
    case 'a':
        return take_challenge(r);
    case 'p':
        r->profile = optarg;
        return -1;
    case 's':
        r->save = optarg;
        return -1;
    case 't':
        r->terminal_folder = optarg;
        return -1;
    case 'b':
        r->allow_bac = true;
        return -1;
    case 'j':
        r->json = true;
        return -1;
    case 'q':
        r->quiet = true;
        return -1;
    case 'h':
        fputs(help, stdout);
        return 0;
    default:
        return EX_USAGE;
    }
}

/* -1 to go on, else the status to exit with. */
static int read_options(struct request *r, int argc, char **argv)
{
    static const struct option rows[] = {
        { "mrz", required_argument, NULL, 'm' },
        { "profile", required_argument, NULL, 'p' },
        { "save", required_argument, NULL, 's' },
        { "wait", required_argument, NULL, 'w' },
        { "json", no_argument, NULL, 'j' },
        { "quiet", no_argument, NULL, 'q' },
        { "can", required_argument, NULL, 'c' },
        { "allow-bac", no_argument, NULL, 'b' },
        { "challenge", required_argument, NULL, 'a' },
        { "terminal", required_argument, NULL, 't' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    int c, status = -1;

    optind = 1;
    while (status < 0 && (c = getopt_long(argc, argv, "+h", rows, NULL)) != -1) {
        status = take_option(r, c, argc, argv);
    }
    if (status < 0 && optind < argc)
        return usage("there is an argument that no option belongs to");
    return status;
}

static int print_json(const struct verso_report *report)
{
    char *json = verso_report_json(report);

    if (json == NULL)
        return EX_SOFTWARE;
    puts(json);
    verso_json_free(json);
    return 0;
}

static int finish(const struct request *r, const struct verso_report *report, struct save *save)
{
    static const int codes[] = {
        [VERSO_PASS] = 0, [VERSO_FAIL] = 1, [VERSO_REFER] = 2, [VERSO_RETRY] = 3
    };
    int status = 0;

    if (r->json)
        status = print_json(report);
    else
        cli_show_report(report);
    if (status == 0)
        status = save_end(save, report);
    return status != 0 ? status : codes[verso_report_verdict(report)];
}

struct onlooker {
    struct cli_show *show;
    struct save     *save;
    struct terminal *terminal; /* NULL: none */
};

static void on_progress(void *ctx, const struct verso_progress *p)
{
    cli_show_progress(((struct onlooker *)ctx)->show, p);
}

static void on_chunk(void *ctx, const struct verso_chunk *c)
{
    save_chunk(((struct onlooker *)ctx)->save, c);
}

static bool on_sign(void *ctx, const struct verso_sign *what, uint8_t *signature, size_t *len)
{
    return terminal_sign(((struct onlooker *)ctx)->terminal, what, signature, len);
}

static int inspect(const struct cli *cli, const struct request *r, struct verso *v,
                   struct terminal *terminal)
{
    struct cli_show      show = cli_show_begin(!r->quiet && !r->json);
    struct save          save = save_begin(r->save);
    struct onlooker      onlooker = { &show, &save, terminal };
    struct verso_order   order = { .mrz = r->mrz,
                                   .can = r->can,
                                   .profile = r->profile,
                                   .wait_ms = r->wait_ms,
                                   .allow_bac = r->allow_bac,
                                   .challenge = r->has_challenge ? r->challenge : NULL,
                                   .ctx = &onlooker,
                                   .progress = on_progress,
                                   .chunk = r->save == NULL ? NULL : on_chunk };
    struct verso_report *report;
    enum verso_status    s;
    int                  status;

    if (terminal != NULL) {
        order.terminal = terminal_certificates(terminal, &order.terminal_len);
        order.sign = on_sign;
    }
    s = verso_inspect(v, &order, &report);

    cli_show_end(&show);
    if (s != VERSO_OK) {
        save_drop(&save);
        return cli_failed(cli, v, s);
    }
    status = finish(r, report, &save);
    verso_report_free(report);
    return status;
}

/* Connect and inspect, with the terminal's folder at hand if one was named. */
static int connect_and_inspect(const struct cli *cli, const struct request *r)
{
    struct terminal *terminal = NULL;
    struct verso    *v;
    int              status;

    if (r->terminal_folder != NULL && (terminal = terminal_open(r->terminal_folder)) == NULL)
        return EX_NOINPUT;
    v = cli_open(cli, &status);
    if (v != NULL)
        status = inspect(cli, r, v, terminal);
    verso_close(v);
    terminal_free(terminal);
    return status;
}

int cli_inspect(const struct cli *cli, int argc, char **argv)
{
    struct request r = { .profile = NULL };
    int            status = read_options(&r, argc, argv);

    if (status < 0)
        status = connect_and_inspect(cli, &r);
    explicit_bzero(r.mrz, sizeof r.mrz);
    explicit_bzero(r.can, sizeof r.can);
    return status;
}
