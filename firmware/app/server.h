/*
 * server: one host, one reader, one inspection at a time.  Private to app.
 *
 *   poll ──► bytes ──► frames ──► request ─┬─ hello   ─► answer
 *                                          ├─ inspect ─► progress, files ─► answer
 *                                          └─ cancel  ─► answer
 *
 * While an inspection runs, the link is looked at before every command to the chip, so that
 * a cancel, or a host that goes away, ends it within one command.
 */
#ifndef APP_SERVER_H
#define APP_SERVER_H

#include <signal.h>

#include "board/board.h"
#include "inspect/inspect.h"
#include "link/message.h"
#include "trust_file.h"

enum { SERVER_WRITE_MS = 2000, SERVER_PROGRESS_MS = 40, SERVER_POLL_MS = 100 };

struct server {
    struct board                *board;
    struct trust_file           *trust;
    const volatile sig_atomic_t *stop;     /* set: an inspection is to end, too */
    const char                  *frontend; /* as on the command line, for the host */
    bool                         verbose;

    struct inspect_setup setup;
    struct inspection    inspection;
    bool                 busy;       /* an inspection was asked for and has not ended */
    struct frame         running;    /* ... by this request of the host               */
    struct inspect_order next;       /* ... which says this                           */
    bool                 send_files; /* ... and wants the verified files, too         */
    bool                 cancelled;  /* ... but it is to end                          */
    bool                 deserted;   /* the host that all this was for has gone       */
    bool                 asking;     /* ... and waits for the host's signature        */
    struct buf           signature;  /* ... which goes here                           */
    uint8_t mrz_store[128], can_store[16], challenge_store[INSPECT_CHALLENGE], terminal_store[8192];
    int64_t progress_ms; /* when the last progress was sent */
    enum stage progress_stage;

    struct buf in;  /* bytes from the host that are no whole frame yet */
    struct buf out; /* one frame being made; wiped once it is sent     */
    uint8_t    in_store[FRAME_MAX], out_store[FRAME_MAX], payload_store[FRAME_PAYLOAD_MAX];
    uint8_t    arena_store[INSPECT_ARENA];
};

/* s is all zero: static memory, whose pages are not there until something is read into them. */
void server_begin(struct server *s, struct board *board, struct trust_file *trust,
                  const volatile sig_atomic_t *stop);

/* Take what has arrived and do what it asks.  Blocks while an inspection runs. */
void server_work(struct server *s);

#endif
