/* cli: what the commands of verso share. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "verso/verso.h"

/* What stands before the command. */
struct cli {
    const char *program, *reader; /* "unix:/run/user/1000/verso" */
};

/* One row per command in cli.c: run() gets what follows the command's name. */
int cli_inspect(const struct cli *cli, int argc, char **argv);
int cli_info(const struct cli *cli, int argc, char **argv);

/* Connect, or say why not on stderr and give the exit status in *status. NULL then. */
struct verso *cli_open(const struct cli *cli, int *status);

/* The exit status for a failure, which is said on stderr. */
int cli_failed(const struct cli *cli, const struct verso *v, enum verso_status s);

#endif
