/*
 * leftover: what of an answer's data did not fit, for GET RESPONSE to fetch.
 *
 * Spec: ISO/IEC 7816-4:2020 clause 5.3.4, 11.8.1 (GET RESPONSE, 61xx).
 */
#ifndef CHIP_LEFTOVER_H
#define CHIP_LEFTOVER_H

#include "chip/command.h"

enum { LEFTOVER_MAX = 1024 };

struct leftover {
    uint8_t  bytes[LEFTOVER_MAX];
    size_t   at, len; /* of bytes: handed out; there in all */
    uint16_t sw;      /* said with the last piece           */
};

/* If out carries more than piece bytes from from on, keep what is over and hand back 61xx;
 * sw comes with the last piece.  Otherwise, or if it is too much to keep, hand back sw. */
uint16_t leftover_keep(struct leftover *l, size_t piece, size_t from, uint16_t sw, struct buf *out);

/* Is there any? */
bool leftover_waits(const struct leftover *l);

/* Forget it. */
void leftover_drop(struct leftover *l);

/* GET RESPONSE for at most most bytes: append the data, hand back the status word. */
uint16_t leftover_serve(struct leftover *l, const struct command *c, size_t most, struct buf *out);

#endif
