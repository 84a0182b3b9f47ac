/*
 * pace_proof: what proves the other side of PACE: the secret, the tokens, and the data of chip
 * authentication mapping.
 *
 * Private to chip/.  Spec: Doc 9303-11 (8th ed.) clause 4.4.3.4, 4.4.3.5.
 */
#ifndef PACE_PROOF_H
#define PACE_PROOF_H

#include "chip/pace_chip.h"

enum { PACE_TAG_MAPPING = 0x82, PACE_TAG_KEY = 0x84, PACE_TAG_TOKEN = 0x86, PACE_TAG_CAM = 0x8A };

/* A piece's bytes; v as a piece, false if it is too long. */
struct view pace_held(const struct pace_piece *piece);
bool        pace_hold(struct pace_piece *piece, struct view v);

/* The fault of this run, or NULL. */
const struct pace_fault *pace_proof_fault(const struct pace_chip *p);

/* Is the chip an attacker's, which goes on with what no honest one would take? */
bool pace_proof_plays_on(const struct pace_chip *p);

/* The token that vouches for an ephemeral key: over 7F49 { 06 oid, 84 or 86 key }.  E_CRYPTO. */
struct err pace_proof_token(const struct pace_chip *p, struct view key, uint8_t mac[SUITE_MAC]);

/* Does the terminal's token show that it knows the secret?  Sets p->secret and the keys. */
bool pace_proof_holds(struct pace_chip *p, struct view theirs);

/* Append the encrypted chip authentication data.  E_CRYPTO. */
struct err pace_proof_cam(const struct pace_chip *p, struct buf *out);

#endif
