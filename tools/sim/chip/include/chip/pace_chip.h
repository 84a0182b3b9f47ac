/*
 * pace_chip: Password Authenticated Connection Establishment, the chip's end.
 *
 *      terminal                                        chip
 *         │ MSE:Set AT 80 oid, 83 password, [84 id]     │ chooses the offer
 *         │ 7C {}                                       │ draws s
 *         │ ◄─────────────────── 7C { 80 E(K_pi, s) } ─ │
 *         │ ─ 7C { 81 mapping } ──────────────────────► │ maps the generator
 *         │ ◄─────────────────── 7C { 82 [mapping] } ── │
 *         │ ─ 7C { 83 ephemeral key } ────────────────► │
 *         │ ◄────────────────── 7C { 84 ephemeral key } │ K
 *         │ ─ 7C { 85 token } ────────────────────────► │ checks it
 *         │ ◄─ 7C { 86 token, [87, 88 CAR], [8A CAM] } ─│
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.
 */
#ifndef CHIP_PACE_CHIP_H
#define CHIP_PACE_CHIP_H

#include "chip/pace_ini.h"

typedef void pace_random(uint8_t *out, size_t len);

/* Bytes of a value on the wire. */
struct pace_piece {
    uint8_t bytes[REALM_ELEMENT_MAX];
    size_t  len;
};

struct pace_chip {
    struct pace_ini            *ini; /* its count of tries is kept */
    pace_random                *random;
    const struct pace_offer    *offer;
    const struct pace_password *password;
    bool                        named; /* DO'84' was there      */
    unsigned                    step;  /* which comes next, 1 to 4; 0: MSE:Set AT */
    struct pace_piece           s, map_key, generator, key, sent, theirs;
    struct pace_piece           secret; /* K, once it is done */
    uint8_t                     k_enc[SUITE_KEY_MAX], k_mac[SUITE_KEY_MAX];
    bool                        done;   /* the terminal knew the password */
    bool                        silent; /* the chip shall not answer      */
};

/* MSE:Set AT.  Hand back the status word; step is 1 if GENERAL AUTHENTICATE may follow. */
uint16_t pace_chip_set(struct pace_chip *p, struct view data);

/* One GENERAL AUTHENTICATE: its data, the answer's data appended to out.  Hand back the status
 * word; after any but 9000, and when done, step is 0. */
uint16_t pace_chip_step(struct pace_chip *p, struct view data, struct buf *out);

/* Forget the run. */
void pace_chip_drop(struct pace_chip *p);

#endif
