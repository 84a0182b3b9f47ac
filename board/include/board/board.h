/*
 * board: the drivers of this product, behind their ports.
 *
 * One board a process.  board/host/ is a PC: everything is chosen on the command line.
 */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include "drivers/clock.h"
#include "drivers/entropy.h"
#include "drivers/host.h"
#include "drivers/nfc.h"

/* As they stand on the command line; NULL what does not stand there. */
struct board_options {
    const char *nfc;      /* a libnfc connection string, or "vpcd:PORT" */
    const char *link;     /* "unix:PATH" */
    const char *date;     /* "YYYY-MM-DD": today, for trying out documents of another time */
    const char *nfc_rate; /* kbit/s over the air, at most: "106" (NULL: this), "212", "424" */
};

struct board {
    struct nfc        *nfc;
    struct host       *host;
    struct clock_port *clock;
    struct entropy    *entropy;
};

/*
 * Open what the options name.  Call it first in main(): it forks the NFC child, which
 * must inherit nothing.  The options' strings must stay.
 *
 * Out:     on failure, why gets one line for the person who typed the options: which
 *          of them, and what is wrong.
 * Returns: E_MALFORMED an option that is not understood; E_UNSUPPORTED one that is, but
 * not by this board; E_BUS, E_UNEXPECTED, E_TOO_LONG the driver's failure.
 */
struct err board_open(struct board *b, const struct board_options *options, struct buf *why);

/* Field off, connections and sockets gone, children waited for. */
void board_close(struct board *b);

#endif
