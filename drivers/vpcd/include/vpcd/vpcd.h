/*
 * vpcd: struct nfc for a virtual card that connects over TCP.
 *
 * We listen on loopback; the card (vicc of the vsmartcard project, or a simulator)
 * connects.  Each message is a length (16 bit, big-endian) and so many bytes.  One
 * byte from us is an order: 00 off, 01 on, 02 reset, 04 send the ATR; more are a
 * command APDU.  The card answers commands and 04 only.
 *
 * There is no air in between: no UID (four zero bytes are reported), any length.
 */
#ifndef VPCD_VPCD_H
#define VPCD_VPCD_H

#include "drivers/clock.h"
#include "drivers/nfc.h"

struct vpcd {
    struct nfc         nfc;
    struct clock_port *clock;
    int                listener;
    int                card; /* -1 while none is connected */
};

/* Listen on 127.0.0.1:port, 0 for any free one.  E_BUS if that cannot be; errno says why. */
struct err vpcd_open(struct vpcd *v, uint16_t port, struct clock_port *clock);

/* The port listened on. */
uint16_t vpcd_port(const struct vpcd *v);

/* Drop the card and stop listening. */
void vpcd_close(struct vpcd *v);

#endif
