/*
 * pace_ini: what a document says of its chip's PACE: section [pace] of document.ini.
 *
 * docs/recipes.md is the manual of the keys and of the faults.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4, 9.2.1 (object identifiers), 9.5.1.
 */
#ifndef CHIP_PACE_INI_H
#define CHIP_PACE_INI_H

#include "chip/pace_fault.h"
#include "chip/realm.h"
#include "chip/settings.h"
#include "chip/suite.h"

enum { PACE_OFFERS_MAX = 256, PACE_OID = 10, PACE_CAR_MAX = 16, PACE_NONCE_MAX = 64 };

/* The numbers of Doc 9303-11's object identifiers. */
enum pace_mapping {
    PACE_DH_GM = 1,
    PACE_ECDH_GM = 2,
    PACE_DH_IM = 3,
    PACE_ECDH_IM = 4,
    PACE_ECDH_CAM = 6,
};

struct pace_offer {
    enum pace_mapping   mapping;
    enum suite          suite;
    unsigned            id; /* of the standardized domain parameters */
    const struct realm *realm;
};

enum pace_need_84 { PACE_84_MAY, PACE_84_MUST, PACE_84_NEVER };
enum pace_dh_zeros { PACE_ZEROS_DROP, PACE_ZEROS_KEEP };
enum pace_leading_zero { PACE_ZERO_ANY, PACE_ZERO_NONE, PACE_ZERO_KEY, PACE_ZERO_SECRET };
enum pace_im_answer { PACE_IM_EMPTY, PACE_IM_NONE };

/* A password as PACE takes it; len 0: the document has none of this kind. */
struct pace_password {
    uint8_t bytes[64];
    size_t  len;
};

struct pace_ini {
    struct pace_offer        offers[PACE_OFFERS_MAX];
    size_t                   count; /* 0: no PACE on this chip */
    struct realm            *realms[REALM_IDS];
    struct pace_password     mrz, can;
    long                     need_84, im_answer, in_application; /* see the enums; 0 no, 1 yes */
    long                     dh_zeros, leading_zero;
    long                     sw_wrong, tries, nonce;   /* tries 0: no counter; nonce 0: as usual */
    long                     left;                     /* tries left, counted by the chip */
    BIGNUM                  *cam;                      /* the key of chip authentication mapping */
    char                     car[2][PACE_CAR_MAX + 1]; /* empty: none; DO'87', DO'88' */
    bool                     cars_given;               /* they are not the trust points' */
    const struct pace_fault *fault;                    /* NULL: none */
};

/* Read [pace]; passwords are there already.  On success the caller frees p with
 * pace_ini_free(); on failure nothing is held.  E_MALFORMED, E_TRUNCATED, with why. */
struct err pace_ini_read(struct pace_ini *p, struct settings *s, const char *folder,
                         struct problem *why);

/* Release it. */
void pace_ini_free(struct pace_ini *p);

/* The content octets of an offer's object identifier. */
void pace_offer_oid(const struct pace_offer *o, uint8_t oid[PACE_OID]);

/* Is it integrated mapping?  The others, chip authentication mapping too, are generic. */
bool pace_offer_integrates(const struct pace_offer *o);

/* The fault, if this offer can have it; otherwise NULL. */
const struct pace_fault *pace_ini_fault(const struct pace_ini *p, const struct pace_offer *o);

#endif
