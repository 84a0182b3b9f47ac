/*
 * vicc: the chip as a virtual card of a reader that listens (vsmartcard's vpcd).
 *
 *      both ways    length (16 bit, big-endian), then that many bytes
 *      from vpcd    one byte: 00 power off, 01 power on, 02 reset, 04 send the ATR;
 *                   more: a command APDU, to be answered
 */
#ifndef SIM_VICC_H
#define SIM_VICC_H

#include "chip/chip.h"

struct vicc {
    const char        *host, *port;
    int                fd; /* -1: not connected */
    unsigned long long try_at_ms;
    uint8_t            in[2 + 65535], out[2 + ANSWER_MAX + 64];
    size_t             in_len;
};

/* Connect if it is time; a reader that does not listen yet is tried again every 200 ms. */
void vicc_connect(struct vicc *v);

/* Leave the reader. */
void vicc_leave(struct vicc *v);

/* Read what came.  false: the reader is gone. */
bool vicc_receive(struct vicc *v);

/* Work off one message if a whole one is there: out receives the message to send (empty:
 * none) and its time.  false: none is there, or the chip left. */
bool vicc_work(struct vicc *v, struct chip *c, struct view *out, unsigned long *delay_ms);

#endif
