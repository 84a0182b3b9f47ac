/*
 * unixlink: struct host over a UNIX stream socket, for a host on the same machine.
 *
 * The socket is its owner's alone: mode 0600 from its first moment on, and a peer of
 * another user is turned away even if it got there.  A second host is accepted and closed at
 * once, so that it knows.
 */
#ifndef UNIXLINK_UNIXLINK_H
#define UNIXLINK_UNIXLINK_H

#include "drivers/clock.h"
#include "drivers/host.h"

enum { UNIXLINK_PATH_MAX = 107 }; /* characters; sun_path of unix(7), with its zero */

struct unixlink {
    struct host        host;
    struct clock_port *clock;
    int                listener, peer, pollable; /* peer: -1 while there is none */
    char               path[UNIXLINK_PATH_MAX + 1];
};

/*
 * Listen at path.  A socket left there by a process that is gone is removed first.
 *
 * Returns: E_TOO_LONG for the path; E_UNEXPECTED something else is there, or somebody
 * who listens; E_BUS the system refuses, errno says why.
 */
struct err unixlink_open(struct unixlink *u, const char *path, struct clock_port *clock);

/* Close the connection and remove the socket. */
void unixlink_close(struct unixlink *u);

#endif
