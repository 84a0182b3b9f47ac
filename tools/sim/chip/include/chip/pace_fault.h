/*
 * pace_fault: the named ways in which a chip does PACE wrong.
 *
 * A fault changes one data object on its way out.  Where an attacker could go on as if nothing
 * were wrong (the neutral element, elements of small order, an echo), pace_chip does go on, so
 * that a reader which fails to look is let in.
 *
 * docs/recipes.md lists the names.
 */
#ifndef CHIP_PACE_FAULT_H
#define CHIP_PACE_FAULT_H

#include "chip/realm.h"

enum pace_spoil {
    SPOIL_BIT = 1,   /* the last bit turned                          */
    SPOIL_CUT,       /* the last byte left out                       */
    SPOIL_MORE,      /* a byte 00 behind                             */
    SPOIL_EMPTY,     /* no value                                     */
    SPOIL_ABSENT,    /* no data object                               */
    SPOIL_TAG,       /* 90 for 80, 92 for 82 ...                     */
    SPOIL_NEXT_TAG,  /* 8B for 8A                                    */
    SPOIL_ECHO,      /* what the terminal sent                       */
    SPOIL_OTHER,     /* another good element                         */
    SPOIL_OUTSIDE,   /* off the curve; beyond the prime              */
    SPOIL_FORM,      /* a point that begins with 05                  */
    SPOIL_NEUTRAL,   /* the point at infinity; one                   */
    SPOIL_ZERO,      /* coordinates of zero; zero                    */
    SPOIL_MINUS_ONE, /* p - 1                                        */
    SPOIL_SMALL,     /* not in the subgroup, of small order if possible */
    SPOIL_NUMBER,    /* chip authentication data: another number     */
    SPOIL_DER,       /* ... as an ASN.1 INTEGER, no octet string     */
    SPOIL_STRAY,     /* ... where none belong                        */
    SPOIL_PLAIN,     /* the session's answers go out in plain        */
    SPOIL_SILENT,    /* no answer to the mapping without DO'84'      */
};

/* What an offer must be for the fault to show; bits. */
enum { NEEDS_DH = 1, NEEDS_CURVE = 2, NEEDS_GENERIC = 4, NEEDS_INTEGRATED = 8, NEEDS_CAM = 16 };

struct pace_fault {
    const char     *name;
    uint8_t         tag; /* of the data object that it is about; 0: none */
    enum pace_spoil what;
    unsigned        needs;
};

/* The fault of that name, or NULL. */
const struct pace_fault *pace_fault_named(const char *name);

/* The nth fault, or NULL behind the last: for tests that try all. */
const struct pace_fault *pace_fault_at(size_t n);

/* Is it this one, about this data object?  f may be NULL. */
bool pace_fault_is(const struct pace_fault *f, uint8_t tag, enum pace_spoil what);

/* What the fault has to work with. */
struct pace_scene {
    const struct realm *realm;
    struct view         asked; /* what the terminal sent */
    void (*random)(uint8_t *out, size_t len);
};

/* Change the value of the data object tag, and the tag (0: the object is left out), if the
 * fault is about it.  E_CRYPTO. */
struct err pace_fault_spoil(const struct pace_fault *f, const struct pace_scene *scene,
                            uint8_t *tag, struct buf *value);

/* An element outside the subgroup of a DH group, and its order if that is small (otherwise 0).
 * E_CRYPTO. */
struct err pace_fault_small(const struct realm *d, struct buf *element, unsigned *order);

#endif
