/*
 * nfc: a contactless reader, whatever it is.
 *
 * The port that the protocol code sees.  An implementation embeds struct nfc
 * as its first member and points ops at a const table: drivers/libnfc/ for a PN532 over
 * any bus, drivers/vpcd/ for a virtual card, tests/ for a replayed chip.  This
 * header knows nothing of APDUs; it moves ISO 14443-4 blocks' worth of bytes.
 */
#ifndef DRIVERS_NFC_H
#define DRIVERS_NFC_H

#include "base/bytes.h"
#include "base/deadline.h"

struct nfc;

struct nfc_target {
    enum { NFC_TYPE_A, NFC_TYPE_B } type;
    uint8_t  uid[10];
    uint8_t  uid_len;   /* 4, 7 or 10; chips of passports choose it at random */
    uint16_t frame_max; /* bytes the chip accepts in one frame (FSC), 16..256 */
};

struct nfc_limits {
    size_t tx_max, rx_max; /* bytes; a transceive() beyond them is E_TOO_LONG */
};

struct nfc_ops {
    /* Field on, anticollision, RATS or ATTRIB.  Blocks until a chip answers.
     * E_TIMEOUT no chip; E_BUS. */
    struct err (*activate)(struct nfc *n, struct deadline d, struct nfc_target *out);

    /* Send one block of bytes and append the answer to rx.  Blocks.  Handles
     * ISO 14443-4 chaining and waiting-time extensions; never retries.
     * E_TIMEOUT; E_CARD_GONE the chip left the field; E_NO_SPACE; E_BUS. */
    struct err (*transceive)(struct nfc *n, struct view tx, struct deadline d, struct buf *rx);

    /* Field off; the chip forgets everything.  Cannot fail; allowed in any state. */
    void (*field_off)(struct nfc *n);

    /* Bytes that one transceive() carries at most, in each direction, SW included. */
    struct nfc_limits (*limits)(struct nfc *n);
};

struct nfc {
    const struct nfc_ops *ops;
};

static inline struct err nfc_activate(struct nfc *n, struct deadline d, struct nfc_target *out)
{
    return n->ops->activate(n, d, out);
}

static inline struct err nfc_transceive(struct nfc *n, struct view tx, struct deadline d,
                                        struct buf *rx)
{
    return n->ops->transceive(n, tx, d, rx);
}

static inline struct nfc_limits nfc_limits(struct nfc *n)
{
    return n->ops->limits(n);
}

static inline void nfc_field_off(struct nfc *n)
{
    n->ops->field_off(n);
}

#endif
