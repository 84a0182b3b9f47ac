/*
 * card: a chip behind the NFC port for BAC, PACE, chip and active authentication, reading one
 * file, and terminal authentication (of which it believes everything), on OpenSSL and the
 * chip's sides beside it: shares nothing with the reader.
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
    EVP_PKEY         *aa_key;               /* RSA: ISO 9796-2 with SHA-1; EC: with SHA-256 */
    void (*heard)(const void *p, size_t n); /* told of each command's bytes; may be NULL */

    struct chip_side    sm;
    bool                live;
    struct chip_command command;
    struct side_bytes   answer; /* data */
    struct chip_side    next;   /* keys that hold after this answer */
    bool                switches;
    uint8_t             file[CARD_FILE_LEN];
};

/* Fills the file: a TLV of CARD_FILE_LEN bytes.  The rest is as the caller set it. */
void card_begin(struct card *c);

#endif
