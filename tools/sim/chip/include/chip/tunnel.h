/*
 * tunnel: secure messaging with triple DES or AES, the chip's end.
 *
 *      command in    0C INS P1 P2 | Lc | [87 01 enc | 85 enc] [97 Le] 8E mac | 00
 *      answer out    [87 01 enc | 85 enc] [99 SW] 8E mac | SW
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.8; ISO/IEC 7816-4:2020 clause 10.
 */
#ifndef CHIP_TUNNEL_H
#define CHIP_TUNNEL_H

#include "chip/command.h"
#include "chip/suite.h"

struct tunnel {
    bool       open;
    enum suite suite;
    uint8_t    k_enc[SUITE_KEY_MAX], k_mac[SUITE_KEY_MAX];
    uint8_t    ssc[SUITE_BLOCK_MAX]; /* suite_block() of them count */
};

/* What a faulty chip does to an answer; bits. */
enum {
    TUNNEL_NO_STATUS = 1,    /* DO'99' left out, the MAC right without it   */
    TUNNEL_OTHER_STATUS = 2, /* DO'99' says otherwise than the trailer      */
    TUNNEL_NO_MAC = 4,       /* DO'8E' left out                             */
    TUNNEL_BAD_MAC = 8,      /* one bit of the MAC turned                   */
    TUNNEL_BAD_PADDING = 16, /* 00 stands where the padding's 80 should     */
};

/* Derive the session's keys from the shared secret and open, counter zero: after PACE and
 * chip authentication.  Older keys are forgotten.  E_CRYPTO. */
struct err tunnel_begin(struct tunnel *t, enum suite suite, struct view secret);

/* The same with triple DES and a counter (eight bytes) that the parties know: after BAC. */
struct err tunnel_open(struct tunnel *t, struct view seed, const uint8_t *ssc);

/* Forget the keys. */
void tunnel_close(struct tunnel *t);

/*
 * Check a protected command and append its plain form (class 00, or 10 inside a
 * chain) to out.
 *
 * E_REFUSED with sw 6987 (a data object is missing) or 6988 (one is wrong); the session is
 * then dead and closed (9303-11 clause 9.8.8).  The counter has advanced by one.
 */
struct err tunnel_unwrap(struct tunnel *t, const struct command *wire, struct buf *out);

/* Protect an answer (data and status word) and append it to out.  odd: the instruction
 * of the command was odd.  The counter has advanced by one.  E_NO_SPACE; E_CRYPTO. */
struct err tunnel_wrap(struct tunnel *t, bool odd, struct view answer, unsigned bends,
                       struct buf *out);

/* Bytes of data that fit into an answer of room bytes (without the trailer) once protected. */
size_t tunnel_payload(const struct tunnel *t, size_t room);

#endif
