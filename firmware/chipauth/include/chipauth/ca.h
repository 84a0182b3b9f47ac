/*
 * ca: Chip Authentication version 1: a key agreement with the chip's static key.
 *
 *      reader                                           chip
 *        │ 3DES: MSE:Set KAT { 91 PK.IFD [84 key id] }   │
 *        │ ────────────────────────────────────────────► │
 *        │ ◄──────────────────────────────────────────── │ old keys still
 *        │ AES:  MSE:Set AT { 80 OID [84 key id] }       │
 *        │       GENERAL AUTHENTICATE 7C { 80 PK.IFD }   │
 *        │ ────────────────────────────────────────────► │
 *        │ ◄──────────────────────────────────────────── │ 7C {}, old keys still
 *        │   K = KA(own ephemeral key, chip's static)    │
 *        │ SELECT EF.COM under keys of K                 │
 *        │ ────────────────────────────────────────────► │
 *        │ ◄──────────────────────────────────────────── │ only who knows K can answer
 *
 * The last answer is the proof; before it nothing is proved.  And it proves the key, not the
 * document: passive authentication of DG14 must pass, too.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 6.2; TR-03110-3 v2.21 B.1; TR-03105-5.1 ISO7816_D (ICAO G).
 */
#ifndef CHIPAUTH_CA_H
#define CHIPAUTH_CA_H

#include "access/agreement.h"
#include "access/keys.h"
#include "iso7816/step.h"
#include "lds/security_infos.h"
#include "report/result.h"

enum { CA_DATA_MAX = AGREEMENT_PUBLIC_MAX + 32 }; /* bytes of a command */

/* One way to do it: a key of the chip and a suite.  Points into DG14 or tables. */
struct ca_choice {
    struct agreement domain;
    struct view public; /* the chip's static key; checked */
    enum sm_suite suite;
    struct view   oid; /* of the protocol, content octets: static storage or DG14 */
    bool          has_id;
    uint32_t      id;
};

/*
 * Choose among what DG14 offers; each ChipAuthenticationInfo of version 1 goes with the key of
 * its id and kind.  Order of preference: AES-256, 192, 128, 3DES; then ECDH before DH; then the
 * larger key; then DG14's own order.  Of more than 32 such pairs the first 32 count.  Where DG14
 * has no ChipAuthenticationInfo at all, 3DES is meant (quirk D10).
 *
 * skip     how many of the best to leave out, because the chip refused them
 * out      set if SUCCESSFUL
 * offered  SUCCESSFUL     there is one (more)
 *          NOT_SUPPORTED  DG14 has no chip authentication key; or none is left after skip
 *          FAILED         what is offered contradicts itself: a key that is no point of its curve,
 *                         not of its group, or malformed (G_07, G_08, G_11, G_12), no key of the
 *                         id that an info names (G_13)
 *          UNDETERMINED   nothing but curves, groups or versions that this reader does not know
 * notes    CA_KEY_BAD, CA_ID, CA_WEAK_KEY at the place the caller set (PLACE_DG14)
 * Fails with E_CRYPTO.
 */
struct err ca_choose(const struct security_infos *infos, unsigned skip, struct ca_choice *out,
                     enum result *offered, struct notes *notes);

/* What is left when it is over.  Outlives struct ca; holds no secret. */
struct ca_outcome {
    enum result result; /* NOT_RUN until the chip's word is in: see ca_step() */
    uint16_t    sw;     /* what the chip refused with, or 0 */
    bool        odd;    /* GENERAL AUTHENTICATE was answered with something else than 7C00 */
    bool        by_at;  /* 3DES after all by MSE:Set AT: Set KAT was refused */
    uint8_t     comp[AGREEMENT_COMP_MAX]; /* Comp(own ephemeral key), for terminal authentication */
    size_t      comp_len;
};

/* Holds secrets: the inspection's; ca_step() wipes it when it ends, well or badly. */
struct ca {
    enum { CA_START, CA_KAT, CA_RESUME, CA_AT, CA_GA, CA_PROOF, CA_SPENT } state;
    struct sm         *sm;
    struct ca_outcome *outcome;
    struct ca_choice   choice;
    uint8_t private[AGREEMENT_PRIVATE_MAX];
    size_t private_len;
    uint8_t public[AGREEMENT_PUBLIC_MAX];
    size_t  public_len;
    uint8_t data[CA_DATA_MAX]; /* of the command now out */
};

/*
 * choice   ca_choose()'s; what it points to must live until the protocol ends
 * random   AGREEMENT_RANDOM_LEN bytes from the entropy port, never used before: each run makes
 *          a new ephemeral key (G_10)
 * sm       off or live; its keys are replaced before the proof
 * outcome  filled as it goes; must live until the protocol ends
 * E_BUG if a length is wrong or the session is dead; E_CRYPTO.
 */
struct err ca_begin(struct ca *c, const struct ca_choice *choice, struct view random, struct sm *sm,
                    struct ca_outcome *outcome);

/*
 * A step_fn; self is a struct ca.  The application must be selected.
 *
 * Done: outcome->result is SUCCESSFUL, the new session is live.
 * E_UNSUPPORTED  the chip refuses this choice before a key was sent (sw): the next may do
 * E_REFUSED      the chip refuses the agreement itself (sw)
 * E_SM_BROKEN    the session died.  At the proof: the chip does not know K, or went on with the
 *                old keys (G_09).  Get in again to read on
 * E_CRYPTO, E_BUG
 * With each of the first three outcome->result is FAILED: the chip did not prove what DG14
 * promises, and a copy would behave just so.  It stays NOT_RUN where the chip was not heard.
 */
step_fn ca_step;

/* What was read over on the way, as notes: CA_ANSWER, CA_BY_AT. */
void ca_note(const struct ca_outcome *o, struct notes *notes);

#endif
