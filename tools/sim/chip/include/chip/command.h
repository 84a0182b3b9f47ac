/*
 * command: a command APDU as the chip receives it.
 *
 * Spec: ISO/IEC 7816-4:2020 clause 5.2, the seven cases of length coding.
 */
#ifndef CHIP_COMMAND_H
#define CHIP_COMMAND_H

#include "base/bytes.h"

enum { COMMAND_MAX = 4 + 3 + 65535 + 2, ANSWER_MAX = 65536 + 2 };

struct command {
    uint8_t     cla, ins, p1, p2;
    struct view data;
    bool        wants;    /* an Le field was there */
    uint32_t    le;       /* 1..65536 when it was  */
    bool        extended; /* the long form         */
};

/* Take wire apart; data points into it.  E_MALFORMED: the lengths do not add up (6700). */
struct err command_split(struct view wire, struct command *out);

/* Append the plain form of c; long if c.extended or if it must be. */
struct err command_join(const struct command *c, struct buf *out);

#endif
