/*
 * line: where the host finds the PN532: a pseudo-terminal behind a symbolic link, or a UNIX
 * socket (QEMU's -chardev socket connects there).
 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include "base/bytes.h"
#include "chip/problem.h"

struct line {
    const char *path; /* without unix: */
    bool        socket;
    int         listener, fd; /* -1: none */
    int         keeper;       /* the host's end of the pty, held so that it outlives the host */
};

/* where is PATH (a pty) or unix:PATH.  E_UNEXPECTED, with why: it cannot be made there. */
struct err line_open(struct line *l, const char *where, struct problem *why);

/* Cut it and remove it from the file system: the PN532 is unplugged.  May be called twice. */
void line_close(struct line *l);

/* Let a pty end with its host (--once). */
void line_let_go(struct line *l);

/* What to poll for: a host that connects, or its bytes. */
int line_poll_fd(const struct line *l);

/* Take what came.  Returns how many bytes; 0 none yet; -1 the host is gone. */
int line_take(struct line *l, uint8_t *room, size_t cap);

#endif
