/*
 * main: verso-sim: a document's chip and a PN532 around it, so that real libnfc reads it.
 */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "stage.h"

static const char usage[] =
    "usage: verso-sim --document DIR (--pn532 PATH | --pn532 unix:PATH | --vpcd HOST:PORT) ...\n"
    "\n"
    "A document's chip, and a PN532 around it.  libnfc finds it as pn532_uart:PATH.\n"
    "\n"
    "  --document DIR      the document folder: document.ini and one file per EF\n"
    "  --beside DIR        a second document that lies in the PN532's field all the time\n"
    "  --pn532 PATH        make PATH a link to a pseudo-terminal with the PN532 behind it;\n"
    "                      unix:PATH makes it a UNIX socket\n"
    "  --vpcd HOST:PORT    be the virtual card of a reader that listens there\n"
    "  --present-after MS  lay the document into the field only then\n"
    "  --rule SPEC         a chip rule, for example 'command=00B0*;nth=3;vanish=before'\n"
    "  --fault SPEC        a PN532 rule, for example 'command=40*;nth=2;nak=yes'\n"
    "  --air SPEC          a rule for frames over the air, for example 'command=02*;lose=back'\n"
    "  --faults FILE       such rules, as [frontend.NAME] and [air.NAME] sections\n"
    "  --transcript FILE   write each plain command and answer there, as hex\n"
    "  --control           obey lines on standard input: take, take after N, put [DIR],\n"
    "                      unplug, plug, quit; each is answered with ok or error\n"
    "  --once              end when the host goes away\n"
    "  -v, --verbose       show what the host asks the PN532\n"
    "      --help, --version\n"
    "\n"
    "Prints \"ready\" once the host may come.  docs/recipes.md describes rules and document.ini.\n";

enum {
    OPT_DOCUMENT = 256,
    OPT_BESIDE,
    OPT_PN532,
    OPT_VPCD,
    OPT_PRESENT_AFTER,
    OPT_RULE,
    OPT_FAULT,
    OPT_AIR,
    OPT_FAULTS,
    OPT_TRANSCRIPT,
    OPT_CONTROL,
    OPT_ONCE,
    OPT_HELP,
    OPT_VERSION,
};

static const struct option options[] = {
    { "document", required_argument, NULL, OPT_DOCUMENT },
    { "beside", required_argument, NULL, OPT_BESIDE },
    { "pn532", required_argument, NULL, OPT_PN532 },
    { "vpcd", required_argument, NULL, OPT_VPCD },
    { "present-after", required_argument, NULL, OPT_PRESENT_AFTER },
    { "rule", required_argument, NULL, OPT_RULE },
    { "fault", required_argument, NULL, OPT_FAULT },
    { "air", required_argument, NULL, OPT_AIR },
    { "faults", required_argument, NULL, OPT_FAULTS },
    { "transcript", required_argument, NULL, OPT_TRANSCRIPT },
    { "control", no_argument, NULL, OPT_CONTROL },
    { "once", no_argument, NULL, OPT_ONCE },
    { "verbose", no_argument, NULL, 'v' },
    { "help", no_argument, NULL, OPT_HELP },
    { "version", no_argument, NULL, OPT_VERSION },
    { NULL, 0, NULL, 0 },
};

static _Noreturn void misused(const char *what)
{
    fprintf(stderr, "verso-sim: %s (--help tells more)\n", what);
    exit(EX_USAGE);
}

static void add(const char **list, size_t *count, const char *value)
{
    if (*count == STAGE_RULES_MAX)
        misused("too many rules");
    list[(*count)++] = value;
}

static unsigned long milliseconds(const char *text)
{
    char               *end;
    const unsigned long ms = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end != '\0')
        misused("--present-after wants milliseconds");
    return ms;
}

static void say_and_go(const char *text)
{
    exit(fputs(text, stdout) == EOF || fflush(stdout) == EOF ? EX_IOERR : EX_OK);
}

static void take_text(struct stage_options *o, int which, char *value)
{
    switch (which) {
    case OPT_DOCUMENT:
        o->document = value;
        break;
    case OPT_BESIDE:
        o->beside = value;
        break;
    case OPT_PN532:
        o->pn532 = value;
        break;
    case OPT_VPCD:
        o->vpcd = value;
        break;
    case OPT_FAULTS:
        o->faults = value;
        break;
    case OPT_TRANSCRIPT:
        o->transcript = value;
        break;
    case OPT_RULE:
        add(o->rules, &o->rule_count, value);
        break;
    case OPT_AIR:
        add(o->air_rules, &o->air_rule_count, value);
        break;
    case OPT_FAULT:
        add(o->frontend_rules, &o->frontend_rule_count, value);
        break;
    default:
        o->present_after_ms = milliseconds(value);
        break;
    }
}

static void take_option(struct stage_options *o, int which, char *value)
{
    switch (which) {
    case OPT_CONTROL:
        o->control = true;
        break;
    case OPT_ONCE:
        o->once = true;
        break;
    case 'v':
        o->verbose = true;
        break;
    case OPT_HELP:
        say_and_go(usage);
        break;
    case OPT_VERSION:
        say_and_go("verso-sim " VERSO_VERSION "\n");
        break;
    case '?':
        exit(EX_USAGE); /* getopt has said why */
    default:
        take_text(o, which, value);
        break;
    }
}

static void on_signal(int number)
{
    (void)number;
    stage_stop();
}

/* SIGTERM and SIGINT end the loop; they come only while it waits, so none is missed. */
static void set_signals(void)
{
    struct sigaction stop = { .sa_handler = on_signal }, ignore = { .sa_handler = SIG_IGN };
    sigset_t         hold;

    sigemptyset(&hold);
    sigaddset(&hold, SIGTERM);
    sigaddset(&hold, SIGINT);
    sigaddset(&hold, SIGHUP);
    sigprocmask(SIG_BLOCK, &hold, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGHUP, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

static int exit_status(enum outcome code)
{
    if (code == E_NO_SPACE)
        return EX_OSERR;
    return code == E_MALFORMED ? EX_DATAERR : EX_NOINPUT;
}

int main(int argc, char **argv)
{
    static struct stage  stage;
    struct stage_options o = { 0 };
    struct problem       why = { "" };
    struct err           e;
    int                  which;

    while ((which = getopt_long(argc, argv, "v", options, NULL)) != -1)
        take_option(&o, which, optarg);
    if (optind != argc)
        misused("what is not an option is not understood");
    if (o.document == NULL)
        misused("--document is needed");
    if ((o.pn532 == NULL) == (o.vpcd == NULL))
        misused("one of --pn532 and --vpcd is needed");
    set_signals();
    e = stage_open(&stage, &o, &why);
    if (e.code != OK) {
        fprintf(stderr, "verso-sim: %s\n", why.text);
    } else {
        printf("ready\n");
        fflush(stdout);
        stage_run(&stage);
    }
    stage_close(&stage);
    return e.code == OK ? EX_OK : exit_status(e.code);
}
