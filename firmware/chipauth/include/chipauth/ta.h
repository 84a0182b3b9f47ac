/*
 * ta: Terminal Authentication version 1: the reader proves that it may read DG3 and DG4.
 *
 *      reader                                                   chip
 *        │ MSE:Set DST { 83 CAR }                                │ ╮ once for each
 *        │ PSO:Verify Certificate { 7F4E, 5F37 }                 │ ╯ certificate
 *        │ MSE:Set AT { 83 CHR of the terminal }                 │
 *        │ GET CHALLENGE                                         │
 *        │ ────────────────────────────────────────────────────► │
 *        │                                                  r.IC │
 *        │ ◄──────────────────────────────────────────────────── │
 *        │ asks its host: sign ID.IC ‖ r.IC ‖ Comp(PK.IFD)       │
 *        │ EXTERNAL AUTHENTICATE { signature }                   │
 *        │ ────────────────────────────────────────────────────► │
 *
 * The private key is never here: the signature comes from outside (STEP_ASK).
 *
 * Spec: TR-03110-1 v2.21 clause 3.5; TR-03110-3 v2.21 B.3; TR-03105-5.1 ISO7816_E.
 */
#ifndef CHIPAUTH_TA_H
#define CHIPAUTH_TA_H

#include "cert/cvc.h"
#include "iso7816/step.h"

enum {
    TA_CHALLENGE_LEN = 8,
    TA_CARS = 2,
    TA_ID_MAX = 80,   /* bytes of ID.IC: a coordinate, or a document number and its digit */
    TA_COMP_MAX = 80, /* bytes of Comp(PK.IFD) */
    TA_DATA_MAX = TA_ID_MAX + TA_CHALLENGE_LEN + TA_COMP_MAX,
    TA_SIGNATURE_MAX = 512,
};

/* What it takes.  All of it must live until the protocol ends. */
struct ta_terms {
    struct view certificates; /* CV certificates, concatenated, in any order */
    struct view car[TA_CARS]; /* what the chip knows, newest first; the second may be empty */
    struct view id_ic;        /* ID.IC: see ta_step() */
    struct view comp;         /* Comp(newest own ephemeral key): CA's, or PACE's after CAM */
    struct date today;        /* year 0: not known */
};

/* How far it came. */
enum ta_stage {
    TA_AT_NOTHING,
    TA_AT_CERTIFICATES,
    TA_AT_TERMINAL,
    TA_AT_CHALLENGE,
    TA_AT_SIGNATURE,
    TA_AT_END
};

/* What is left when it is over.  Outlives struct ta; holds no secret. */
struct ta_outcome {
    enum ta_stage stage;
    uint8_t       car;    /* which CAR of the terms */
    uint8_t       sent;   /* certificates that the chip took under it */
    uint16_t      sw;     /* the last word that refused something, or 0 */
    uint8_t       rights; /* CVC_READ_DG3, CVC_READ_DG4: of the chain; had only if all went well */
};

/* What must be signed.  Valid while the step function waits in STEP_ASK. */
struct ta_ask {
    struct view chr;  /* of the key to sign with */
    enum oid    alg;  /* OID_TA_... */
    struct view oid;  /* the same, content octets */
    struct view data; /* ID.IC ‖ r.IC ‖ Comp(PK.IFD): to be hashed and signed */
};

/* Holds who the traveller is (ID.IC): the inspection's; ta_step() wipes it when it ends. */
struct ta {
    enum { TA_START, TA_DST, TA_PSO, TA_AT, TA_CHALLENGE, TA_ASK, TA_PROVE, TA_SPENT } state;
    struct ta_terms    terms;
    struct ta_outcome *outcome;
    struct notes      *notes;
    struct cvc_store   store;
    struct cvc_chain   chain;
    size_t             at; /* which certificate of the chain is out */
    struct ta_ask      ask;
    uint8_t            data[TA_DATA_MAX]; /* of the ask; or of a short command */
    uint8_t            signature[TA_SIGNATURE_MAX];
    size_t             signature_len;
};

/*
 * notes  what cvc_chain_find() says; may be NULL
 * E_UNSUPPORTED  no chain from any of the CARs: UNDETERMINED, read everything else
 * E_BUG          a length is out of range, or there is no CAR
 * others         as cvc_store_read(): the certificates given are damaged
 */
struct err ta_begin(struct ta *t, const struct ta_terms *terms, struct ta_outcome *outcome,
                    struct notes *notes);

/*
 * A step_fn; self is a struct ta.  Right after CA, or after PACE-CAM, in the same session, the
 * application selected; once a session.
 *
 * STEP_ASK: t->ask says what to sign; ta_answer() brings it; then step() goes on.
 *
 * Done: the chip believes us; outcome->rights is what may be read.
 * E_REFUSED     the chip refuses (sw, outcome->stage): a certificate under every CAR that had a
 *               chain, the terminal's key, or the signature
 * E_UNEXPECTED  a challenge that is not of 8 bytes (E_12, E_13)
 * E_SM_BROKEN   the session died
 * Except for the last, the session lives on, and what needs no right is read as before.
 *
 * ID.IC after BAC is the document number with its check digit; after PACE it is Comp(the chip's
 * ephemeral key), but some states bound the document number or the CAN instead.  A refusal with
 * ta_binding_doubtful() may mean that: begin anew in a new session with the other ID.IC.
 */
step_fn ta_step;

/* The signature: RSA as long as the modulus, ECDSA r ‖ s.  The terminal's certificate checks it.
 * E_ALTERED if it does not verify, or is not of the key's length: not sent, the key outside is
 * another one; may be answered again then.  E_BUG if nothing was asked; E_CRYPTO. */
struct err ta_answer(struct ta *t, struct view signature);

/* Wipe.  ta_step() does it when it ends; a run that ended in the middle of STEP_ASK leaves it to
 * the caller.  Allowed at any time. */
void ta_end(struct ta *t);

/* Was it the signature that the chip refused, as it would with another ID.IC in mind? */
bool ta_binding_doubtful(const struct ta_outcome *o);

#endif
