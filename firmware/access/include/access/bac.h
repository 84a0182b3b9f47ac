/*
 * bac: Basic Access Control, the reader's side.
 *
 *      reader                                           chip
 *        │ GET CHALLENGE                                 │
 *        │ ────────────────────────────────────────────► │
 *        │                                        RND.IC │
 *        │ ◄──────────────────────────────────────────── │
 *        │ EXTERNAL AUTHENTICATE                         │
 *        │   E = 3DES(K_Enc, RND.IFD ‖ RND.IC ‖ K.IFD)   │
 *        │   M = MAC(K_MAC, E)                           │
 *        │ ────────────────────────────────────────────► │
 *        │   3DES(K_Enc, RND.IC ‖ RND.IFD ‖ K.IC), MAC   │
 *        │ ◄──────────────────────────────────────────── │
 *      session keys from K.IFD xor K.IC; SSC from both RND
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.3.
 */
#ifndef ACCESS_BAC_H
#define ACCESS_BAC_H

#include "access/keys.h"
#include "iso7816/sm.h"
#include "iso7816/step.h"

enum {
    BAC_RANDOM_LEN = 24,  /* bytes: RND.IFD, then K.IFD                    */
    BAC_NONCE_LEN = 8,    /* bytes of RND.IC and RND.IFD                   */
    BAC_MESSAGE_LEN = 40, /* bytes of EXTERNAL AUTHENTICATE, both ways     */
};

/* Holds secrets: the inspection's; bac_step() wipes it when it ends, well or badly. */
struct bac {
    enum { BAC_START, BAC_CHALLENGE, BAC_AUTHENTICATE, BAC_SPENT } state;
    bool       again; /* the one retry with another Le is spent */
    struct sm *sm;
    uint8_t    random[BAC_RANDOM_LEN], rnd_ic[BAC_NONCE_LEN];
    uint8_t    k_enc[KEY_3DES_LEN], k_mac[KEY_3DES_LEN];
    uint8_t    message[BAC_MESSAGE_LEN];
};

/*
 * mrz_info  the MRZ information (mrz module): document number, date of birth, date of expiry,
 *           each with its check digit, as printed; not empty
 * random    BAC_RANDOM_LEN bytes from the entropy port, never used before
 * sm        becomes live when the protocol is done; must be off until then
 * E_BUG if a length is wrong or sm is not off.
 */
struct err bac_begin(struct bac *b, struct view mrz_info, struct view random, struct sm *sm);

/*
 * A step_fn; self is a struct bac.  The application must be selected.
 *
 * E_REFUSED      access denied: the card does not know this key, most likely the MRZ was
 *                misread.  sw says what the card said.  Not to be repeated with the same
 *                MRZ: chips slow down or block
 * E_UNSUPPORTED  GET CHALLENGE was refused (sw): this chip does not do BAC, perhaps PACE only
 * E_UNEXPECTED   the chip misbehaves: another error (sw), a wrong length, or an answer that
 *                does not prove that it knows the key or our nonce
 */
step_fn bac_step;

/* Does sw, in answer to EXTERNAL AUTHENTICATE, mean that the key was not accepted? */
bool bac_denied(uint16_t sw);

#endif
