/*
 * hsu: the frames of a PN532 on a serial line (its high speed UART).
 *
 *      normal     00 00 FF LEN LCS TFI data.. DCS 00               LEN = TFI and data, up to 255
 *      extended   00 00 FF FF FF LENM LENL LCS TFI data.. DCS 00
 *      ACK        00 00 FF 00 FF 00        NAK  00 00 FF FF 00 00
 *      error      00 00 FF 01 FF 7F 81 00
 *
 * Bytes before 00 FF are passed over; the preamble that wakes the chip (55 55 00 00 ...) is
 * such bytes.
 *
 * Spec: PN532 user manual UM0701-02, clause 6.2.1.
 */
#ifndef PN532_HSU_H
#define PN532_HSU_H

#include "base/bytes.h"

enum {
    HSU_DATA_MAX = 265, /* bytes after TFI's place: TFI, code and 263 more */
    HSU_FRAME_MAX = HSU_DATA_MAX + 11,
    HSU_TO_CHIP = 0xD4,
    HSU_TO_HOST = 0xD5,
};

enum hsu_event { HSU_NOTHING, HSU_FRAME, HSU_ACK, HSU_NAK, HSU_WRONG };

struct hsu {
    uint8_t     bytes[HSU_FRAME_MAX]; /* from LEN on */
    size_t      len;
    uint8_t     before; /* the last byte while hunting for 00 FF */
    bool        inside;
    bool        woken; /* a 55 was seen while hunting */
    struct view data;  /* of HSU_FRAME: TFI and what follows, until the next byte */
};

/* Take one byte from the host. */
enum hsu_event hsu_take(struct hsu *h, uint8_t byte);

/* Append data (TFI first) as a frame, extended where it must be.  E_NO_SPACE; E_TOO_LONG. */
struct err hsu_put(struct view data, struct buf *out);

/* The three frames of fixed content. */
extern const uint8_t hsu_ack[6], hsu_nak[6], hsu_error[8];

#endif
