/*
 * sm: secure messaging, one session.
 *
 *   plain      CLA INS P1 P2 │ Lc  │ data                 │ Le
 *                                     │ pad, encrypt        │
 *                                     ▼                     ▼
 *   protected   0C INS P1 P2 │ Lc' │ 87 L 01 cryptogram │ 97 01 Le │ 8E 08 MAC │ 00
 *                                    ╰───────────── body ────────╯
 *   MAC over   SSC │ 0C INS P1 P2 80 00 .. │ body │ 80 00 ..
 *
 *   answer     87 L 01 cryptogram │ 99 02 SW │ 8E 08 MAC │ SW
 *              ╰──────────── body ─────────╯
 *   MAC over   SSC │ body │ 80 00 ..
 *
 * DO'87' is left out when there is no data, DO'97' when nothing is wanted back; an odd INS
 * has DO'85' without the 01.  Where neither DO is there, the MAC is over SSC, the padded
 * header and one more block of padding, by the letter of appendix D.4.  A class byte with
 * the chaining bit keeps it: 1C.  In the extended form Lc' has three bytes, the outer Le
 * two, and DO'97' two if the plain command's Le has two.  SSC counts up before every command and
 * before every answer, so an answer out of step, or altered, or in the clear, ends the session: the
 * keys are wiped and nothing is sent again before access control has been passed anew.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.8; ISO/IEC 7816-4:2020 clause 10.
 */
#ifndef ISO7816_SM_H
#define ISO7816_SM_H

#include "iso7816/apdu.h"

enum { SM_KEY_MAX = 32, SM_SSC_MAX = 16 }; /* bytes */

/* A row each in sm.c.  3DES: CBC with IV zero, Retail-MAC, SSC of 8 bytes.  AES: CBC with
 * IV = E(KS_Enc, SSC), CMAC cut to its first 8 bytes, SSC of 16 bytes. */
enum sm_suite {
    SM_SUITE_NONE,
    SM_SUITE_3DES,
    SM_SUITE_AES_128,
    SM_SUITE_AES_192,
    SM_SUITE_AES_256,
    SM_SUITE_COUNT
};

/* The send sequence counter: big-endian, as many bytes as a block of the cipher. */
struct sm_ssc {
    uint8_t bytes[SM_SSC_MAX];
};

/* All zero is SM_OFF.  Holds session keys: sm_off() when done. */
struct sm {
    enum {
        SM_OFF,  /* in the clear                                       */
        SM_LIVE, /* every command and answer is protected              */
        SM_DEAD, /* was live; nothing may be sent until sm_off()       */
    } state;
    enum sm_suite suite;
    uint8_t       ks_enc[SM_KEY_MAX], ks_mac[SM_KEY_MAX];
    struct sm_ssc ssc;
};

struct sm_keys {
    struct view ks_enc, ks_mac, ssc;
};

/* Start a session, or give a live one new keys (Chip Authentication): the old ones are wiped.
 * The keys are copied.  E_BUG if a length is not the suite's; then sm is as it was. */
struct err sm_begin(struct sm *sm, enum sm_suite suite, struct sm_keys keys);

/* Protect c and append the command to out.  The session must be SM_LIVE.
 * E_TOO_LONG over 65535 bytes; E_NO_SPACE; E_BUG for a Le that is none; E_CRYPTO.  A failure
 * leaves the session as it was. */
struct err sm_wrap(struct sm *sm, const struct capdu *c, struct buf *out);

/*
 * Check wire, an answer as it came, and open it.
 *
 * plain   receives the decrypted data with its padding: as much room as wire has is enough
 * out     its data points into plain
 * E_SM_BROKEN: the session is dead, the keys are wiped, plain holds nothing.  cause says
 * why: E_REFUSED the card answered in the clear (sw is kept); E_UNEXPECTED the MAC is wrong, a
 * data object is missing, repeated, unknown or out of order, or the two status words differ;
 * others: the answer or its padding is badly encoded.  E_BUG if the session is not live.
 */
struct err sm_unwrap(struct sm *sm, struct view wire, struct buf *plain, struct rapdu *out);

/* Wipe the keys.  After sm_kill() the session is dead; after sm_off() there is none and
 * commands go in the clear. */
void sm_kill(struct sm *sm);
void sm_off(struct sm *sm);

/* Would c, protected if the session is live, go in the extended form? */
bool sm_extended(const struct sm *sm, const struct capdu *c);

/* Bytes that c has on the wire, protected if the session is live. */
size_t sm_len(const struct sm *sm, const struct capdu *c);

/* Does this answer as it came end with a whole DO'8E'?  If not, and it says 61XX, the chip
 * has sent only the beginning of its protected answer. */
bool sm_complete(struct view wire);

/* Bytes of data that an answer of wire_max bytes (status word included) can carry,
 * protected unless the session is off. */
size_t sm_room(const struct sm *sm, size_t wire_max);

/* Bytes of data that a short command of wire_max bytes can carry beside a Le, protected
 * unless the session is off. */
size_t sm_piece(const struct sm *sm, size_t wire_max);

#endif
