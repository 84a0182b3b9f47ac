/*
 * card: a chip behind the NFC port for BAC, PACE, chip authentication and reading one file,
 * on OpenSSL and the chip's sides of tests/support/: shares nothing with the reader.
 *
 * It stands on the other side of the wire: what reaches it is public from then on.
 */
#ifndef TESTS_CARD_H
#define TESTS_CARD_H

#include "drivers/nfc.h"
#include "pace_side.h"

enum { CARD_FILE_LEN = 700, CARD_WIRE_MAX = 2300 };

struct card {
    struct nfc nfc; /* first: the port */

    /* what it is */
    const char       *mrz_info; /* BAC */
    struct pace_side *pace;     /* NULL: it has none */
    EVP_PKEY         *ca_key;   /* NULL: it has none */
    size_t            ca_aes;   /* bytes of its key; 0: 3DES */
    bool              refuses_kat;

    struct chip_side    sm;
    bool                live;
    struct chip_command command;
    struct side_bytes   answer; /* data */
    struct chip_side    next;   /* keys that hold after this answer */
    bool                switches;
    uint8_t             file[CARD_FILE_LEN];
    unsigned            turns;
    size_t              sent, got; /* bytes on the wire, as the reader counts */
};

/* Fills the file: a TLV of CARD_FILE_LEN bytes.  The rest is as the caller set it. */
void card_begin(struct card *c);

#endif
