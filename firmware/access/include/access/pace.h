/*
 * pace: Password Authenticated Connection Establishment, the reader's side.
 *
 *      reader                                                chip
 *        │ MSE:Set AT  80 OID, 83 password, [84 domain]       │
 *        │ ─────────────────────────────────────────────────► │   9000, or 63CX: X tries left
 *        │ GENERAL AUTHENTICATE  7C{ }                        │
 *        │ ─────────────────────────────────────────────────► │
 *        │                       7C{ 80 z }, z = E(K_pi, s)   │   the chip's nonce
 *        │ ◄───────────────────────────────────────────────── │
 *        │ 7C{ 81 public key (GM, CAM) or nonce t (IM) }      │
 *        │ ─────────────────────────────────────────────────► │
 *        │                       7C{ 82 public key or empty } │   now both have a generator
 *        │ ◄───────────────────────────────────────────────── │   that only they know
 *        │ 7C{ 83 ephemeral public key }                      │
 *        │ ─────────────────────────────────────────────────► │
 *        │                       7C{ 84 ephemeral public key} │   K, KS_Enc, KS_MAC
 *        │ ◄───────────────────────────────────────────────── │
 *        │ 7C{ 85 T_IFD }                                     │
 *        │ ─────────────────────────────────────────────────► │
 *        │                       7C{ 86 T_IC, .. [8A A_IC] }  │   CAM: proof of originality
 *        │ ◄───────────────────────────────────────────────── │
 *      session under KS_Enc and KS_MAC, SSC 0; the master file is current
 *
 * No DO'7F4C' is sent: the names of the authorities whose terminals may read more come from
 * EF.CVCA.  DO'87' and '88' are kept where a chip sends them all the same.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.
 */
#ifndef ACCESS_PACE_H
#define ACCESS_PACE_H

#include "access/agreement.h"
#include "access/keys.h"
#include "iso7816/step.h"
#include "report/result.h"

enum {
    PACE_RANDOM_LEN = 2 * AGREEMENT_RANDOM_LEN, /* bytes: for the mapping, for the agreement */
    PACE_INFOS_MAX = 32,                        /* PACEInfos looked at                       */
    PACE_NONCE_MAX = 32,                        /* bytes of s and of t                       */
    PACE_PUBLIC_MAX = 256,                      /* bytes: DH with 2048 bits                  */
    PACE_OID_MAX = 16,                          /* bytes                                     */
    PACE_TOKEN_LEN = 8,                         /* bytes                                     */
    PACE_CAR_MAX = 16,                          /* bytes of an authority's name              */
    PACE_COMMAND_MAX = PACE_PUBLIC_MAX + 8,     /* bytes of 7C{ 8X{ public key } }           */
};

/* One way of doing PACE, of those that the chip offers. */
struct pace_choice {
    struct view       oid; /* content octets; point into the SecurityInfos */
    enum info_mapping mapping;
    enum sm_suite     suite;
    struct agreement  domain;
    uint32_t          id; /* parameterId, if has_id */
    bool              has_id;
    bool              name_id;   /* send DO'84' */
    bool              other_way; /* if that is refused, try it once the other way */
    unsigned          index;     /* which PACEInfo of the list: the bit of tried */
};

/*
 * Choose among the PACEInfos of EF.CardAccess.
 *
 * Preferred: CAM, then GM, then IM; then AES-256, AES-192, AES-128, 3DES; then ECDH before DH;
 * then the larger group; then what stands first.  Passed over, with the note
 * PACE_INFO_UNUSABLE: another version than 2; a parameterId that is reserved, of the other
 * kind of group, or means parameters that are not given; explicit parameters that are not
 * exactly those of a known group; IM over P-224, whose p does not allow it.
 *
 * DO'84': if there is one PACEInfo (of any identifier under id-PACE), without it, and if the
 * chip refuses, with it: some refuse it, some want it.  If there are several, always with it,
 * as the standard says; but where all of them name the same domain it may be left out too.
 *
 * tried   bit i: the choice with index i was refused, choose another
 * Memory: out points into infos' bytes or into tables.
 * E_UNSUPPORTED if there is none, or none left.
 */
struct err pace_choose(const struct security_infos *infos, uint32_t tried, struct pace_choice *out,
                       struct notes *notes);

enum pace_password { PACE_MRZ = 1, PACE_CAN = 2 }; /* as DO'83' codes it */

/* bytes: the MRZ information (mrz module), as for BAC; or the CAN's digits.  Not empty. */
struct pace_secret {
    enum pace_password kind;
    struct view        bytes;
};

/* What was wrong with the chip's answer.  Append, never renumber. */
/* clang-format off */
#define PACE_FAULTS(X)                                                                              \
    X(NONE,        "nothing")                                                                       \
    X(STATUS,      "the chip answered with an error")                                               \
    X(ENCODING,    "the answer is not the data object that belongs to this step")                   \
    X(LENGTH,      "the nonce, key or token is not as long as it must be")                          \
    X(GROUP,       "the chip's public key is no element of the group")                              \
    X(ECHO,        "the chip sent our own public key back")                                         \
    X(GENERATOR,   "the mapped generator generates nothing")                                        \
    X(TOKEN,       "the chip's token is wrong: it does not know the password, or somebody listens") \
    X(CAM_MISSING, "the chip promised to prove its originality and sent no data for it")            \
    X(CAM_DATA,    "the chip's data for its originality cannot be decrypted")
/* clang-format on */

enum pace_fault {
#define PACE_FAULT_ENUM(name, text) PACE_FAULT_##name,
    PACE_FAULTS(PACE_FAULT_ENUM)
#undef PACE_FAULT_ENUM
        PACE_FAULT_COUNT
};

/* The sentence beside the name; never NULL. */
const char *pace_fault_text(unsigned fault);

struct pace_bytes {
    uint16_t len;
    uint8_t  bytes[PACE_PUBLIC_MAX];
};

struct pace_name {
    uint8_t len, bytes[PACE_CAR_MAX];
};

/*
 * What a run leaves behind; outlives struct pace and holds no secret.  Everything but
 * warning, step and fault is set only by a run that succeeded.
 */
struct pace_outcome {
    enum {
        PACE_STEP_SELECT, /* MSE:Set AT                  */
        PACE_STEP_NONCE,  /* GENERAL AUTHENTICATE 1 .. 4 */
        PACE_STEP_MAP,
        PACE_STEP_AGREE,
        PACE_STEP_TOKEN,
        PACE_STEP_DONE
    } step; /* how far the run came: whose answer failed, if it failed */
    enum pace_fault   fault;
    uint16_t          warning; /* 63CX in answer to MSE:Set AT: X tries left; else 0 */
    struct agreement  domain;  /* without the mapped generator */
    bool              has_id;  /* CAM: the static key in EF.CardSecurity bears this id */
    uint32_t          id;
    struct pace_bytes own_key; /* ephemeral public keys, as they were sent */
    struct pace_bytes chip_key;
    struct pace_name  car[2]; /* DO'87', DO'88'; len 0: not sent */
    bool              has_cam_data;
    struct pace_bytes chip_mapping_key; /* CAM: PK_Map,IC */
    struct pace_bytes ca_ic;            /* CAM: CA_IC, decrypted */
};

/* Holds secrets: the inspection's; pace_step() wipes it when it ends, well or badly. */
struct pace {
    enum {
        PACE_START,
        PACE_SELECT,
        PACE_NONCE,
        PACE_MAP,
        PACE_AGREE,
        PACE_TOKEN,
        PACE_SPENT
    } state;
    struct sm           *sm;
    struct pace_outcome *out;
    enum info_mapping    mapping;
    enum sm_suite        suite;
    enum pace_password   password;
    uint32_t             id;
    bool                 name_id, other_way;
    struct agreement     domain;
    uint8_t              oid_len, oid[PACE_OID_MAX];
    uint8_t              random[PACE_RANDOM_LEN];
    uint8_t              k_pi[SM_KEY_MAX];
    uint8_t              s_len, s[PACE_NONCE_MAX]; /* the chip's nonce           */
    uint8_t              private_len, private[AGREEMENT_PRIVATE_MAX];
    struct pace_bytes    own_mapping_key, chip_mapping_key, own_key, chip_key;
    struct pace_bytes    generator; /* mapped; as secret as s     */
    struct pace_bytes    shared;    /* K                          */
    uint8_t              command[PACE_COMMAND_MAX];
};

/*
 * choice  is copied, and so is its oid; its domain points into tables
 * random  PACE_RANDOM_LEN bytes from the entropy port, never used before
 * sm      becomes live when the protocol is done; must be off until then
 * out     is emptied now and filled while the protocol runs
 * E_BUG if a length is wrong or sm is not off; E_CRYPTO.
 */
struct err pace_begin(struct pace *p, const struct pace_choice *choice,
                      const struct pace_secret *secret, struct view random, struct sm *sm,
                      struct pace_outcome *out);

/*
 * A step_fn; self is a struct pace.  The master file is or was current; no application is
 * selected.  Every command goes with CLA 00 (the last) or 10, and Le 00; an answer of over 256
 * bytes (DH with 2048 bits) is asked for with Le 65536.
 *
 * E_UNSUPPORTED  the chip refuses this choice at MSE:Set AT (sw), also the other way with
 *                DO'84': mark it as tried and choose another
 * E_REFUSED      access denied: the chip refuses our token (sw), most likely the password is
 *                wrong.  Not to be repeated with the same password: chips slow down or block
 * E_UNEXPECTED   the chip misbehaves: an error at another step (sw), or an answer that is
 *                wrong (sw 0; cause, and out->fault says how)
 * After any failure the chip may wait for the end of a chain: reset the field before anything
 * else is tried (quirks B10, B20).
 */
step_fn pace_step;

/* Append Comp() of the chip's ephemeral key: ID_IC of terminal authentication. */
struct err pace_id_ic(const struct pace_outcome *o, struct buf *out);

/*
 * CAM: does PK_Map,IC = CA_IC * PK_IC hold for the static key of EF.CardSecurity?  9303-11
 * clause 4.4.3.5.2.  It proves originality only if the signature of that file verifies.
 *
 * spki  SubjectPublicKeyInfo of one ChipAuthenticationPublicKeyInfo.  If there are several,
 *       the chip is genuine if it is SUCCESSFUL for one
 * out   SUCCESSFUL; FAILED, also for a key of another group or off its curve; NOT_SUPPORTED
 *       if the run was not CAM
 * Returns: the failures of agreement_read(), E_CRYPTO; then out is unchanged.
 */
struct err pace_cam_check(const struct pace_outcome *o, struct view spki, enum result *out,
                          struct notes *notes);

/*
 * CAM: append the static key that the chip proved to hold, whoever vouches for it:
 * PK_IC = CA_IC^-1 * PK_Map,IC.  Nothing if the run was not CAM.
 * E_UNEXPECTED if there is no such key; E_CRYPTO.
 */
struct err pace_cam_key(const struct pace_outcome *o, struct buf *out);

#endif
