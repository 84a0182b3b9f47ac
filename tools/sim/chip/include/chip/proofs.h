/*
 * proofs: the commands by which chip and terminal prove what they are.
 *
 *      INTERNAL AUTHENTICATE                       active authentication
 *
 * Spec: Doc 9303-11 (8th ed.) clause 6.
 */
#ifndef CHIP_PROOFS_H
#define CHIP_PROOFS_H

#include "chip/aa_chip.h"
#include "chip/leftover.h"

struct proofs {
    struct aa_chip  aa;
    struct leftover inside; /* of a signature, fetched by GET RESPONSE in the session */
};

/* One command, and what the chip knows when it comes. */
struct proofs_call {
    const struct command *cmd;
    bool                  allowed; /* access to the application was gained */
    size_t                payload; /* bytes the answer may carry           */
    aa_chip_random       *random;
};

/* Read [aa] and the keys in folder.  On success the caller frees p with proofs_free(); on
 * failure nothing is held.  Fails as aa_chip_read() does. */
struct err proofs_read(struct proofs *p, struct settings *s, const char *folder,
                       struct problem *why);

/* Release it. */
void proofs_free(struct proofs *p);

/* The session is over: forget what belonged to it. */
void proofs_reset(struct proofs *p);

/* Obey the command: append the data to out and hand back the status word; 0 if it is none of
 * these. */
uint16_t proofs_obey(struct proofs *p, const struct proofs_call *call, struct buf *out);

#endif
