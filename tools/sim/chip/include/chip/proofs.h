/*
 * proofs: the commands by which chip and terminal prove what they are.
 *
 *      INTERNAL AUTHENTICATE                       active authentication
 *      MSE:Set KAT, or MSE:Set AT and
 *      GENERAL AUTHENTICATE                        chip authentication
 *      MSE:Set DST, PSO:Verify Certificate,
 *      MSE:Set AT, GET CHALLENGE and
 *      EXTERNAL AUTHENTICATE                       terminal authentication
 *
 * Spec: Doc 9303-11 (8th ed.) clause 6.
 */
#ifndef CHIP_PROOFS_H
#define CHIP_PROOFS_H

#include "chip/aa_chip.h"
#include "chip/ca_chip.h"
#include "chip/leftover.h"
#include "chip/ta_chip.h"

struct proofs {
    struct aa_chip  aa;
    struct ca_chip  ca;
    struct ta_chip  ta;
    struct leftover inside; /* of a signature, fetched by GET RESPONSE in the session */
    struct buf      comp;   /* Comp() of the terminal's newest ephemeral key; in comp_room */
    struct buf      id;     /* Comp() of the chip's ephemeral key of PACE, if it came about */
    uint8_t         comp_room[CA_CHIP_COMP], id_room[CA_CHIP_COMP];
    bool            genuine; /* the chip proved itself by an agreement: CA, or PACE with CAM */
    bool            mute;    /* the next command gets no answer */
};

/* One command, and what the chip knows when it comes. */
struct proofs_call {
    const struct command *cmd;
    bool                  allowed; /* access to the application was gained */
    size_t                payload; /* bytes the answer may carry           */
    aa_chip_random       *random;
};

/* What follows from it, beside the answer. */
struct proofs_effect {
    struct ca_agreed session; /* with a secret: the session begins anew after the answer */
    bool             lost;    /* this answer costs the session, and goes out in plain    */
    bool             mute;    /* there is no answer                                      */
};

/* Read [aa], [ca], [ta] and the keys in folder; s must outlive p.  On success the caller frees p
 * with proofs_free(); on failure nothing is held.  Fails as they do. */
struct err proofs_read(struct proofs *p, struct settings *s, const char *folder,
                       struct problem *why);

/* Release it. */
void proofs_free(struct proofs *p);

/* PACE came about, with its last ephemeral keys as they went over the wire.  cam: the chip
 * has proved itself with it (chip authentication mapping). */
void proofs_paced(struct proofs *p, bool cam, bool ecdh, struct view chips, struct view terminals);

/* The session is over: forget what belonged to it. */
void proofs_reset(struct proofs *p);

/* Obey the command: append the data to out and hand back the status word; 0 if it is none of
 * these.  effect is filled in either case. */
uint16_t proofs_obey(struct proofs *p, const struct proofs_call *call, struct proofs_effect *effect,
                     struct buf *out);

/* May a file of the application ("DG3") be read, now that access is gained? */
bool proofs_open(const struct proofs *p, const char *file);

#endif
