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

#include "board/board.h"
#include "inspect/inspect.h"
#include "link/message.h"
#include "trust_file.h"

enum { SERVER_WRITE_MS = 2000, SERVER_PROGRESS_MS = 40 };

struct server {
    struct board      *board;
    struct trust_file *trust;
    const char        *frontend; /* as on the command line, for the host */
    bool               verbose;

    struct inspect_setup setup;
    struct inspection    inspection;
    bool                 running;    /* an inspection is on */
    bool                 cancelled;  /* ... and is to end   */
    bool                 gone;       /* ... the host that asked for it has */
    uint16_t             request;    /* ... for this request of the host */
    bool                 send_files; /* ... who wants the verified files, too */
    bool                 due;        /* the next one was asked for and has not begun */
    struct inspect_order next;
    uint8_t              mrz_store[128]; /* the next one's MRZ */
    int64_t              progress_ms;    /* when the last progress was sent */
    enum stage           progress_stage;

    struct buf in;  /* bytes from the host that are no whole frame yet */
    struct buf out; /* one frame being made; wiped once it is sent     */
    uint8_t    in_store[FRAME_MAX], out_store[FRAME_MAX], payload_store[FRAME_PAYLOAD_MAX];
    uint8_t    arena_store[INSPECT_ARENA];
};

void server_begin(struct server *s, struct board *board, struct trust_file *trust);

/* Take what has arrived and do what it asks.  Blocks while an inspection runs. */
void server_work(struct server *s);

#endif
