/*
 * chip: a passport's chip: commands in, answers out.
 *
 * It knows nothing of radio or readers; pn532/ and the vpcd client carry its bytes.
 *
 *      wire command ─► unwrap ─► rule? ─► obey ─► rule's changes ─► wrap ─► wire answer
 *
 * Spec: Doc 9303-10 (8th ed.) clause 3.6; Doc 9303-11 clause 4.3, 9.8; ISO/IEC 7816-4.
 */
#ifndef CHIP_CHIP_H
#define CHIP_CHIP_H

#include <stdio.h>

#include "chip/folder.h"
#include "chip/tunnel.h"

struct chip;

struct chip_answer {
    struct buf bytes;
    enum { CHIP_ANSWERS, CHIP_SILENT, CHIP_LEFT } fate; /* CHIP_LEFT: it is not there any more */
    unsigned long delay_ms;                             /* time it takes */
    unsigned long wtx; /* waiting-time extensions it asks for first */
};

/* Random bytes; a test puts its own in place. */
typedef void chip_random(uint8_t *out, size_t len);

/* Take the document at path.  NULL with why on failure; chip_free() releases it. */
struct chip *chip_new(const char *path, struct problem *why);
void         chip_free(struct chip *c);

/* The document itself: traits for the radio side, settings for the frontend's faults. */
struct folder *chip_folder(struct chip *c);

/* Where each plain command and answer is written to, as hex; NULL: nowhere. */
void chip_transcript(struct chip *c, FILE *out);

/* Draw from there instead of from libcrypto. */
void chip_draw_from(struct chip *c, chip_random *source);

/* Some random bytes of its own, as for a fresh identifier. */
void chip_draw(struct chip *c, uint8_t *out, size_t len);

/* The field went away or the chip was activated anew: everything forgotten but the rules'
 * counts and the number of commands. */
void chip_reset(struct chip *c);

/* Is it in the field?  Not after a rule let it vanish, until its return_ms are over. */
bool chip_present(struct chip *c);

/* It is laid into the field (again), wherever it was. */
void chip_lay_down(struct chip *c);

/* Leave the field after the nth command from now is answered; 0: never. */
void chip_leave_after(struct chip *c, unsigned long commands);

/* Commands received since it was made. */
unsigned long chip_commands(const struct chip *c);

/* Obey one command.  answer->bytes is the caller's, empty, ANSWER_MAX + 64 bytes of room. */
void chip_exchange(struct chip *c, struct view wire, struct chip_answer *answer);

#endif
