/*
 * nfc: a contactless reader, whatever it is.
 *
 * The port that the protocol code sees.  An implementation embeds struct nfc
 * as its first member and points ops at a const table: drivers/libnfc/ for a PN532 over
 * any bus, drivers/vpcd/ for a virtual card, tests/ for a replayed chip.  This
 * header knows nothing of APDUs, and its callers know nothing of blocks: one transceive()
 * is one command and its whole answer, however many frames that takes.
 *
 * Several chips may lie in the field.  activate() takes the first that answers; a caller to
 * whom it is not the right one goes on with nfc_next() until E_TIMEOUT.  Identifiers and
 * their order are new each time the field comes on, so no number stands for a chip: after
 * field_off() the search begins anew.
 *
 * Spec: ISO/IEC 14443-3:2018, 14443-4:2018; Doc 9303-10 (8th ed.) clause 2.
 */
#ifndef DRIVERS_NFC_H
#define DRIVERS_NFC_H

#include "base/bytes.h"
#include "base/deadline.h"

struct nfc;

enum { NFC_HISTORICAL_MAX = 15 };

struct nfc_target {
    enum { NFC_TYPE_A, NFC_TYPE_B } type;
    uint8_t  uid[10];
    uint8_t  uid_len;   /* 4, 7 or 10; chips of passports choose it at random */
    uint16_t frame_max; /* bytes the chip accepts in one frame (FSC), 16..256 */
    uint16_t rate_kbit; /* 106, 212 or 424, both ways; 0 where there is no radio */
    uint8_t  seen;      /* different chips noticed since the field came on, this one and those
                           that speak no ISO 14443-4 included; 0: the reader does not count */

    /* Type A, ISO 7816-4 historical bytes of the ATS (the first 15); what the chip says of
     * itself there nobody has signed. */
    uint8_t historical[NFC_HISTORICAL_MAX];
    uint8_t historical_len;
};

struct nfc_limits {
    size_t tx_max, rx_max; /* bytes; a transceive() beyond them is E_TOO_LONG */
};

struct nfc_ops {
    /* Field on, anticollision, RATS or ATTRIB.  Blocks until a chip answers.
     * E_TIMEOUT no chip; E_BUS. */
    struct err (*activate)(struct nfc *n, struct deadline d, struct nfc_target *out);

    /* Lay the chip that is active to rest, and activate another that was not active since
     * the field came on.  Looks once, and does not wait for one to come.  May be NULL: then
     * there is never another.  E_TIMEOUT no other chip (and none is active any more: field_off()
     * and activate() begin anew); E_BUS. */
    struct err (*next)(struct nfc *n, struct deadline d, struct nfc_target *out);

    /* Send one command and append the answer to rx.  Blocks.  Handles ISO 14443-4 chaining,
     * waiting-time extensions and the retransmission of blocks, and never repeats a command:
     * the chip gets each once or not at all.
     * E_TIMEOUT; E_CARD_GONE the chip left the field, or was not understood, and has to be
     * activated anew; E_NO_SPACE the answer is longer than rx or limits().rx_max, likewise;
     * E_BUS. */
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

static inline struct err nfc_next(struct nfc *n, struct deadline d, struct nfc_target *out)
{
    CHECK(n->ops->next != NULL, E_TIMEOUT);
    return n->ops->next(n, d, out);
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
