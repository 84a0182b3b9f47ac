/*
 * nfc_air: chips in a field, reached through libnfc's raw mode; in the worker's process.
 *
 * libnfc activates (anticollision; RATS or ATTRIB where noted); isodep makes the blocks.
 *
 *      type A, 106 kbit/s    RATS by us, for frames of 256 bytes
 *      type A, 212, 424      RATS and PPS by the PN532 (InPSL sets its analogue part, too),
 *                            which asks for frames of 64 bytes
 *      type B, 106 kbit/s    ATTRIB by the PN532: frames of 64 bytes; it can do no other rate
 *
 * On a serial line of 115200 bit/s the larger frames make up for the lower rate: both bring
 * some 5 kB/s.  A higher rate pays where the line is faster.
 *
 * Not thread-safe, and may hang or abort(): libnfc's manners.  See nfc_child.h.
 */
#ifndef NFC_AIR_H
#define NFC_AIR_H

#include <nfc/nfc.h>

#include "drivers/nfc.h"
#include "isodep/isodep.h"

enum { AIR_SEEN_MAX = 8 };

struct air_seen {
    uint8_t type, len, uid[10];
};

struct nfc_air {
    nfc_context    *context;
    nfc_device     *device;
    uint16_t        rate_max;    /* 106, 212 or 424 */
    uint32_t        patience_ms; /* what the PN532 was last told to wait; 0: not told yet */
    bool            active;      /* a chip is in the protocol */
    struct isodep   blocks;
    uint8_t         frame[300]; /* the last one that came */
    struct air_seen seen[AIR_SEEN_MAX];
    uint8_t         seen_count;
};

/* Open the frontend by libnfc's name for it; nothing if it is open.  E_BUS. */
enum outcome nfc_air_open(struct nfc_air *a, const char *name);

/* Field on, the first chip that answers, at most at that rate; it is put into reply as
 * nfc_wire.h says.  Until until_ms of CLOCK_MONOTONIC.  E_TIMEOUT; E_BUS. */
enum outcome nfc_air_activate(struct nfc_air *a, uint16_t rate_max, int64_t until_ms,
                              struct buf *reply);

/* See nfc_ops.next. */
enum outcome nfc_air_next(struct nfc_air *a, int64_t until_ms, struct buf *reply);

/* See nfc_ops.transceive. */
enum outcome nfc_air_transceive(struct nfc_air *a, struct view tx, int64_t until_ms,
                                struct buf *reply);

/* Field off.  E_BUS. */
enum outcome nfc_air_off(struct nfc_air *a);

/* Field off, frontend closed, everything forgotten. */
void nfc_air_close(struct nfc_air *a);

#endif
