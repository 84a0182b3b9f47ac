/* cli: the command verso. */
#include "cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const struct {
    const char *name, *what;
    int (*run)(const struct cli *cli, int argc, char **argv);
} commands[] = {
    { "inspect", "inspect one document and say what was found", cli_inspect },
    { "info", "ask the reader what it is and what it trusts", cli_info },
};

static void help(void)
{
    puts("usage: verso [--reader ADDRESS] COMMAND [OPTION]...\n"
         "\n"
         "Talk to a Verso passport reader.\n"
         "\n"
         "commands:");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].what);
    puts("\n"
         "  --reader ADDRESS   unix:PATH (default: $VERSO_READER)\n"
         "  --help, --version\n"
         "\n"
         "'verso COMMAND --help' tells more.");
}

static int usage(const char *what, const char *which)
{
    fprintf(stderr, "verso: %s%s\nTry 'verso --help'.\n", what, which);
    return EX_USAGE;
}

struct verso *cli_open(const struct cli *cli, int *status)
{
    struct verso     *v = NULL;
    enum verso_status s;

    if (cli->reader == NULL) {
        *status = usage("which reader? Give --reader unix:PATH or set VERSO_READER", "");
        return NULL;
    }
    s = verso_open(cli->reader, &v);
    if (s == VERSO_OK)
        return v;
    *status = cli_failed(cli, v, s);
    verso_close(v);
    return NULL;
}

int cli_failed(const struct cli *cli, const struct verso *v, enum verso_status s)
{
    static const struct {
        enum verso_status status;
        int               code;
    } rows[] = { { VERSO_E_ADDRESS, EX_USAGE },     { VERSO_E_CONNECT, EX_UNAVAILABLE },
                 { VERSO_E_GONE, EX_IOERR },        { VERSO_E_TIMEOUT, EX_TEMPFAIL },
                 { VERSO_E_PROTOCOL, EX_PROTOCOL }, { VERSO_E_REFUSED, EX_DATAERR },
                 { VERSO_E_MEMORY, EX_OSERR } };

    fprintf(stderr, "%s: %s\n", cli->program, verso_why(v));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].status == s)
            return rows[i].code;
    }
    return EX_SOFTWARE;
}

static int run(struct cli *cli, int argc, char **argv)
{
    if (argc < 1)
        return usage("which command?", "");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, argv[0]) == 0)
            return commands[i].run(cli, argc, argv);
    }
    return usage("there is no command ", argv[0]);
}

int main(int argc, char **argv)
{
    static const struct option rows[] = { { "reader", required_argument, NULL, 'r' },
                                          { "help", no_argument, NULL, 'h' },
                                          { "version", no_argument, NULL, 'V' },
                                          { NULL, 0, NULL, 0 } };
    struct cli                 cli = { .program = "verso", .reader = getenv("VERSO_READER") };
    int                        c;

    while ((c = getopt_long(argc, argv, "+r:h", rows, NULL)) != -1) {
        switch (c) {
        case 'r':
            cli.reader = optarg;
            break;
        case 'h':
            help();
            return 0;
        case 'V':
            puts("verso " VERSO_VERSION);
            return 0;
        default:
            return usage("see above", "");
        }
    }
    return run(&cli, argc - optind, argv + optind);
}
