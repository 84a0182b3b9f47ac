/* options: see options.h. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const char help[] =
    "usage: versod --nfc FRONTEND --link LINK [OPTION]...\n"
    "\n"
    "The firmware of a passport reader: waits for a host on LINK and inspects the\n"
    "documents it asks for.  Nothing of a document is ever written anywhere.\n"
    "\n"
    "  --board NAME        host (this PC; the only one in this build)\n"
    "  --nfc FRONTEND      pn532_uart:/dev/ttyUSB0 or another libnfc connection string,\n"
    "                      or vpcd:PORT to listen on loopback for a virtual card\n"
    "  --nfc-rate KBIT     over the air, at most: 106 (the default), 212 or 424; higher\n"
    "                      ones pay where the line to the frontend is fast\n"
    "  --link LINK         unix:PATH, a socket that only its owner may use\n"
    "  --trust FILE        trust bundle, as verso-trust compile writes it\n"
    "  --trust-key FILE    the operator's public key (PEM or DER, P-256)\n"
    "  --state DIR         remember the bundle's counter there, so that an older bundle is\n"
    "                      refused after a restart, too\n"
    "  --date YYYY-MM-DD   take this for today (for documents of the past)\n"
    "  --verbose           say on stderr what goes on; never anything about a traveller\n"
    "  --help, --version\n"
    "\n"
    "Without --trust the reader still reads; every document is then referred to an\n"
    "officer, because no signer is known.\n"
    "\n"
    "example:\n"
    "  versod --nfc pn532_uart:/dev/ttyUSB0 --link unix:$XDG_RUNTIME_DIR/verso \\\n"
    "         --trust trust.bundle --trust-key operator.key.pub\n";

static const struct option rows[] = {
    { "board", required_argument, NULL, 'b' },    { "nfc", required_argument, NULL, 'n' },
    { "nfc-rate", required_argument, NULL, 'r' }, { "link", required_argument, NULL, 'l' },
    { "trust", required_argument, NULL, 't' },    { "trust-key", required_argument, NULL, 'k' },
    { "state", required_argument, NULL, 's' },    { "date", required_argument, NULL, 'd' },
    { "verbose", no_argument, NULL, 'v' },        { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'V' },        { NULL, 0, NULL, 0 },
};

/* Where the argument of each option goes; NULL for those that have none. */
static const char **slot(struct options *o, int c)
{
    switch (c) {
    case 'b':
        return &o->board_name;
    case 'n':
        return &o->board.nfc;
    case 'r':
        return &o->board.nfc_rate;
    case 'l':
        return &o->board.link;
    case 't':
        return &o->trust;
    case 'k':
        return &o->trust_key;
    case 's':
        return &o->state;
    case 'd':
        return &o->board.date;
    default:
        return NULL;
    }
}

static int usage(const char *what)
{
    fprintf(stderr, "versod: %s\nTry 'versod --help'.\n", what);
    return EX_USAGE;
}

static int complete(const struct options *o)
{
    if (strcmp(o->board_name, "host") != 0)
        return usage("this build has no such board: --board host");
    if (o->board.nfc == NULL || o->board.link == NULL)
        return usage("--nfc and --link are needed");
    if ((o->trust == NULL) != (o->trust_key == NULL))
        return usage("--trust and --trust-key go together");
    return -1;
}

int options_read(int argc, char **argv, struct options *out)
{
    int c;

    *out = (struct options){ .board_name = "host" };
    while ((c = getopt_long(argc, argv, "vh", rows, NULL)) != -1) {
        const char **into = slot(out, c);

        if (into != NULL) {
            *into = optarg;
        } else if (c == 'v') {
            out->verbose = true;
        } else if (c == 'h') {
            fputs(help, stdout);
            return 0;
        } else if (c == 'V') {
            puts("versod " VERSO_VERSION);
            return 0;
        } else {
            return usage("see above");
        }
    }
    if (optind != argc)
        return usage("there is an argument that no option belongs to");
    return complete(out);
}
