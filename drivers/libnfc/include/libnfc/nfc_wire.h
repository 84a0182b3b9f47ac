/*
 * nfc_wire: what the parent and the child that calls libnfc say to each other.
 *
 * One request, one reply, each one packet of a SOCK_SEQPACKET pair:
 *
 *      request:  op (1) | time allowed, ms (4) | bytes for the chip (transceive)
 *      reply:    outcome (1) | chip (activate) or its answer (transceive), if OK
 *      chip:     type (1) | frame_max (2) | UID (the rest, 4, 7 or 10)
 *
 * The end of the socket is the order to switch the field off and end.
 */
#ifndef LIBNFC_NFC_WIRE_H
#define LIBNFC_NFC_WIRE_H

#include "base/bytes.h"

enum nfc_op { NFC_OP_ACTIVATE = 1, NFC_OP_TRANSCEIVE, NFC_OP_OFF };

enum {
    /* What libnfc 1.8 carries with its own framing.  One byte more on the way out and it
     * writes beyond an array of its own (262 measured; 261 is the longest short APDU);
     * one more on the way in and it loses its place in the stream. */
    NFC_TX_MAX = 261,
    NFC_RX_MAX = 263,

    NFC_REQUEST_MAX = 5 + NFC_TX_MAX,
    NFC_REPLY_MAX = 1 + NFC_RX_MAX,
};

#endif
