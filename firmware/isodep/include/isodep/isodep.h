/*
 * isodep: the block protocol of ISO/IEC 14443-4, from the reader's side.
 *
 * It talks to nobody: a struct and a step that turns the last frame that came into the next
 * one to send.  Frames are without CRC; who carries them adds and checks it.
 *
 *      caller             isodep                                chip
 *        │ start(command)   │                                    │
 *        │ step(nothing)    │  I(more) 0  ───────────────────►   │   our chaining
 *        │ step(frame)      │  ◄───────────────────────  R(ACK)0 │
 *        │                  │  I 1  ─────────────────────────►   │
 *        │ step(frame)      │  ◄──────────────────  S(WTX), 3    │   it needs time
 *        │                  │  S(WTX), 3  ───────────────────►   │
 *        │ step(nothing)    │  (nothing within FWT, or garbled)  │
 *        │                  │  R(NAK)1  ─────────────────────►   │   rule 4
 *        │ step(frame)      │  ◄──────────────────  I(more) 1    │   its chaining
 *        │                  │  R(ACK)0  ─────────────────────►   │   rule 2
 *        │ step(frame)      │  ◄────────────────────────  I 0    │
 *        │ ISODEP_DONE      │
 *
 * After an error a block is asked for again at most ISODEP_RETRIES times, or once if the chip
 * was silent for ISODEP_SILENT_MS; whatever good block follows begins the count anew.  A chip that
 * asks for more time without end, or answers without end, is not stopped here but by the caller's
 * deadline and by the room for the answer.  Nothing is ever sent that would make the chip obey a
 * command twice.
 *
 * We send neither CID nor NAD, for there is one chip in the protocol at a time and it has
 * number 0 (§5.6.1, 7.1.2).  A chip that nevertheless puts CID 0 into its blocks gets it
 * from then on.
 *
 * Spec: ISO/IEC 14443-4:2018 clause 7; the rules' numbers are those of clause 7.5.
 */
#ifndef ISODEP_ISODEP_H
#define ISODEP_ISODEP_H

#include "isodep/activation.h"

enum {
    ISODEP_FRAME_MAX = ACTIVATION_FSD - 2, /* bytes, without CRC */
    ISODEP_RETRIES = 2,                    /* as EMV contactless readers do */
    ISODEP_SILENT_MS = 1000,               /* of silence, after which one retry is enough */
};

enum isodep_state {
    ISODEP_SPENT,   /* not begun, failed or deselected: activate the chip anew */
    ISODEP_IDLE,    /* between two commands */
    ISODEP_GIVING,  /* our command goes out, in one piece or more */
    ISODEP_TAKING,  /* pieces of its answer come in */
    ISODEP_LEAVING, /* S(DESELECT) is out */
};

struct isodep {
    enum isodep_state state;
    uint16_t          frame_max; /* bytes we may send in a frame, without CRC */
    uint32_t          fwt_ms;
    bool              cid;
    uint8_t           number;    /* our current block number: rules A, B */
    uint8_t           failures;  /* in a row */
    uint32_t          silent_ms; /* waited in vain since the last good block */
    uint8_t           repeats;   /* of the current I-block: rule 6 */
    uint8_t           wtxm;      /* granted for the next block only; 1 otherwise */
    struct view       rest;      /* of the command: the current piece and what follows it */
    size_t            piece;
    bool              begun;                   /* the first step was made */
    size_t            answer_from;             /* where in the caller's room the answer begins */
    uint8_t           frame[ISODEP_FRAME_MAX]; /* the last one sent; may hold personal data */
};

/* What to do next. */
struct isodep_todo {
    bool        done;    /* the answer is complete, or the chip deselected */
    struct view frame;   /* send it; lives until the next call */
    uint32_t    wait_ms; /* and give the chip so long to begin with its answer */
};

/* A chip was activated: block number 0, nothing on its way. */
void isodep_begin(struct isodep *p, const struct activation *chip);

/*
 * Begin a command, of at least one byte; it must stay where it is until done.  The first
 * isodep_step() ignores its frame.  E_CARD_GONE if the state is ISODEP_SPENT.
 */
struct err isodep_start(struct isodep *p, struct view command);

/* Begin S(DESELECT) instead.  Fails as isodep_start(). */
struct err isodep_leave(struct isodep *p);

/*
 * Take what came for the last frame, or an empty view for silence and for a frame that was
 * garbled, append to answer what it carries, and say what is next.
 *
 * E_CARD_GONE: still nothing to go on with after all retries (cause E_UNEXPECTED: frames
 * came, but not those that were due); E_NO_SPACE: the answer is longer than the room.
 * After a failure the state is ISODEP_SPENT and answer unchanged.
 */
struct err isodep_step(struct isodep *p, struct view came, struct buf *answer,
                       struct isodep_todo *todo);

/* Forget everything, the last frame included. */
void isodep_end(struct isodep *p);

#endif
