/* options: versod's command line.  Private to app. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "board/board.h"

struct options {
    struct board_options board;
    const char          *board_name;
    const char          *trust;     /* bundle file, or NULL */
    const char          *trust_key; /* operator's public key, PEM or DER, or NULL */
    const char          *state;     /* folder for the bundle counter, or NULL */
    bool                 verbose;
};

/*
 * Read the command line.
 *
 * Returns -1 to go on, or the status to exit with: 0 after --help and --version, EX_USAGE
 * after saying on stderr what is wrong.
 */
int options_read(int argc, char **argv, struct options *out);

#endif
