/*
 * nfc_wire: what the parent and the child that calls libnfc say to each other.
 *
 * One request, one reply, each one packet of a SOCK_SEQPACKET pair:
 *
 *      request:  op (1) | time allowed, ms (4) | what the op needs
 *      reply:    outcome (1) | what the op gives, if OK
 *
 *      op          needs                       gives
 *      activate    highest rate, kbit/s (2)    a chip
 *      next                                    a chip
 *      transceive  a command                   its answer
 *      off
 *
 *      chip:     type (1) | frame_max (2) | rate (2) | seen (1) | length of the UID (1) |
 *                UID (4, 7 or 10) | historical bytes (the rest, up to 15)
 *
 * The end of the socket is the order to switch the field off and end.
 */
#ifndef LIBNFC_NFC_WIRE_H
#define LIBNFC_NFC_WIRE_H

#include "base/bytes.h"

enum nfc_op { NFC_OP_ACTIVATE = 1, NFC_OP_TRANSCEIVE, NFC_OP_OFF, NFC_OP_NEXT };

enum {
    /* A command, an answer, SW included.  Blocks carry any length; this is room for what
     * ICAO's documents need, and bounds what a hostile chip can make us keep. */
    NFC_TX_MAX = 4096,
    NFC_RX_MAX = 4096,

    NFC_REQUEST_MAX = 5 + NFC_TX_MAX,
    NFC_REPLY_MAX = 1 + NFC_RX_MAX,
};

#endif
